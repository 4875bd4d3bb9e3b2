import { setImmediate } from "node:timers/promises";
import { sendingOrder } from "../../records/faults/sending-order.ts";
import type { SpoilRecord } from "../../records/faults/spoiled-record.ts";

/** About a millisecond's work: no other request waits longer than that for its turn. */
const sliceBytes = 64 * 1024;
const lineEnd = Buffer.from("\n");

/**
 * The values of a run's messages, a line each, in the order in which a run would send them in chunks of this size. A
 * value without bytes is an empty line. What is not UTF-8 comes as it is.
 */
export async function* faultyLines(
  count: number,
  chunkSize: number,
  spoil: SpoilRecord,
): AsyncGenerator<Buffer> {
  let lines: Buffer[] = [];
  let bytes = 0;
  for (let firstSeq = 0; firstSeq < count; firstSeq += chunkSize) {
    for (const { value } of sendingOrder(firstSeq, Math.min(firstSeq + chunkSize, count), spoil)) {
      const line = typeof value === "string" ? Buffer.from(value) : (value ?? Buffer.alloc(0));
      lines.push(line, lineEnd);
      bytes += line.length + 1;
      if (bytes < sliceBytes) continue;
      yield Buffer.concat(lines, bytes);
      lines = [];
      bytes = 0;
      await setImmediate();
    }
  }
  if (bytes > 0) yield Buffer.concat(lines, bytes);
}
