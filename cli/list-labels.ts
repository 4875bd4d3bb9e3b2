import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Run } from "../ledger/runs/run.ts";
import type { SpoilRecord } from "../records/faults/spoiled-record.ts";

type LabelledRun = Pick<Run, "requested" | "planned">;

/**
 * Writes the labels of a run's faulty records as CSV, a line a record: its sequence number, the kind of fault and the
 * field that is spoiled. They follow from the run alone, whatever became of its messages; of an
 * endless run those that are planned by now.
 * @param spoil makes the run's records; null where they are clean
 */
export async function listLabels(
  run: LabelledRun,
  spoil: SpoilRecord | null,
  output: NodeJS.WritableStream,
): Promise<void> {
  await pipeline(Readable.from(csvLines(run, spoil)), output, { end: false });
}

function* csvLines(run: LabelledRun, spoil: SpoilRecord | null): Generator<string> {
  yield "seq,fault,field\n";
  if (spoil === null) return;
  const endSeq = run.requested ?? run.planned;
  for (let seq = 0; seq < endSeq; seq++) {
    const { fault } = spoil(seq);
    if (fault !== null) yield `${seq},${fault.kind},${csvValue(fault.field?.name ?? "")}\n`;
  }
}

/** Fields of types of one's own may be called anything. */
const csvValue = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
