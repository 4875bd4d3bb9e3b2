import { createGenerator, type RecordOptions } from "../records/generate.ts";
import type { RecordType } from "../records/record-type.ts";

/** One of the run's first messages, as a table shows it. */
export interface PreviewRow {
  readonly seq: number;
  /** By field, in the preview's order; undefined where the record lacks the field. Null where the message is no record. */
  readonly cells: readonly PreviewCell[] | null;
  /** The message as it is, where it is no record. */
  readonly text: string;
  readonly bytes: number;
}

export interface PreviewCell {
  readonly kind: "value" | "null" | "missing";
  readonly text: string;
}

export interface Preview {
  readonly fields: readonly string[];
  readonly seed: number;
  readonly rows: readonly PreviewRow[];
}

/** The first records of a run with these options. */
export function previewRecords(type: RecordType, options: RecordOptions, count: number): Preview {
  const generate = createGenerator(type, options);
  const rows = Array.from({ length: count }, (_, seq) => toRow(seq, generate(seq), options.fields));
  return { fields: options.fields, seed: options.seed, rows };
}

/** Mean size of the records' JSON; null where there is none. */
export const meanBytes = ({ rows }: Preview): number | null =>
  rows.length === 0 ? null : rows.reduce((sum, { bytes }) => sum + bytes, 0) / rows.length;

function toRow(seq: number, text: string, fields: readonly string[]): PreviewRow {
  const record = readRecord(text);
  const cells = record === null ? null : fields.map((field) => toCell(record, field));
  return { seq, cells, text, bytes: Buffer.byteLength(text) };
}

function toCell(record: Readonly<Record<string, unknown>>, field: string): PreviewCell {
  if (!Object.hasOwn(record, field)) return { kind: "missing", text: "" };
  const value = record[field];
  if (value === null) return { kind: "null", text: "null" };
  return { kind: "value", text: typeof value === "string" ? value : JSON.stringify(value) };
}

function readRecord(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
