import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Run } from "../ledger/run.ts";
import { createSpoiler } from "../records/faults/spoil-records.ts";
import { createGenerator } from "../records/generate.ts";
import type { RecordType } from "../records/record-type.ts";

/**
 * Writes the labels of a run's faulty records as CSV, a line a record: its sequence number, the kind of fault and the
 * field that is spoiled. They follow from the run alone, whatever became of its messages.
 */
export async function listLabels(type: RecordType, run: Run, output: NodeJS.WritableStream): Promise<void> {
  await pipeline(Readable.from(csvLines(type, run)), output, { end: false });
}

function* csvLines(type: RecordType, run: Run): Generator<string> {
  yield "seq,fault,field\n";
  const spoil = createSpoiler(type, run, createGenerator(type, run));
  if (spoil === null) return;
  for (let seq = 0; seq < run.planned; seq++) {
    const { fault } = spoil(seq);
    if (fault !== null) yield `${seq},${fault.kind},${fault.field?.name ?? ""}\n`;
  }
}
