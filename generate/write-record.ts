import { Utf8Writer } from "./utf8-writer.ts";

/**
 * Writes the record of a sequence number as JSON: pure, the same bytes at every call. Nothing where the message has no value (a tombstone).
 * @throws RangeError for a sequence number at which the values of a unique field have run out
 */
export type WriteRecord = (seq: number, out: Utf8Writer) => void;

/** Makes what `WriteRecord` writes as text; an empty one of a tombstone. */
export type GenerateRecord = (seq: number) => string;

export function generateText(write: WriteRecord): GenerateRecord {
  const out = new Utf8Writer();
  return (seq) => {
    out.clear();
    write(seq, out);
    return out.toString();
  };
}
