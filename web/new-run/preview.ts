import { isUtf8 } from "node:buffer";
import { generateText } from "../../generate/write-record.ts";
import { listMembers } from "../../json/json-members.ts";
import { faultKinds } from "../../records/faults/fault-kinds.ts";
import type { SpoiledRecord, SpoilRecord } from "../../records/faults/spoiled-record.ts";
import type { RecordMaker, RunOfRecords } from "../../records/record-type.ts";

/** One of the run's messages, as a table shows it. */
export interface PreviewRow {
  readonly seq: number;
  /** In words; null of a clean record. */
  readonly fault: string | null;
  /** By field, in the preview's order; null where the message as a whole is spoiled. */
  readonly cells: readonly PreviewCell[] | null;
  /** The message as it is sent. */
  readonly text: string;
  readonly bytes: number;
}

export interface PreviewCell {
  readonly kind: "value" | "null" | "missing";
  readonly text: string;
  /** Whether the record's fault is here. */
  readonly isSpoiled: boolean;
}

export interface Preview {
  readonly fields: readonly string[];
  readonly seed: number;
  /** The first records. */
  readonly rows: readonly PreviewRow[];
  /** The first record of each kind of fault that is not among them, as far as it is not too far on. */
  readonly further: readonly PreviewRow[];
}

/**
 * The first records of a run with these options.
 * @param runCount records of the run, null for one without an end
 * @param maker makes records of the same options
 */
export function previewRecords(
  options: Pick<RunOfRecords, "fields" | "seed">,
  count: number,
  runCount: number | null,
  { write, spoil: spoiler }: RecordMaker,
): Preview {
  const generate = generateText(write);
  const spoil: SpoilRecord = spoiler ?? ((seq) => unspoiled(generate(seq)));
  const { fields, seed } = options;
  const rows = Array.from({ length: count }, (_, seq) => toRow(seq, spoil(seq), fields));
  const further = spoiler === null ? [] : findFurther(rows, runCount, spoiler, fields);
  return { fields, seed, rows, further };
}

const unspoiled = (json: string): SpoiledRecord => ({
  value: json === "" ? null : json,
  clean: json,
  fault: null,
  sent: { inPlace: 1, atEnd: 0 },
});
/** Some tens of milliseconds' work, twice as much where nothing of it has been drawn before. */
const farthest = 2_000;
const mostFurther = 4;

function findFurther(
  rows: readonly PreviewRow[],
  runCount: number | null,
  spoil: SpoilRecord,
  fields: readonly string[],
): PreviewRow[] {
  const seen = new Set(rows.map(({ fault }) => fault));
  const further: PreviewRow[] = [];
  const end = Math.min(runCount ?? farthest, farthest);
  for (let seq = rows.length; seq < end && further.length < mostFurther; seq++) {
    const spoiled = spoil(seq);
    if (spoiled.fault === null) continue;
    const row = toRow(seq, spoiled, fields);
    if (seen.has(row.fault)) continue;
    seen.add(row.fault);
    further.push(row);
  }
  return further;
}

/** Mean size of the first messages; null where there is none. */
export const meanBytes = ({ rows }: Preview): number | null =>
  rows.length === 0 ? null : rows.reduce((sum, { bytes }) => sum + bytes, 0) / rows.length;

function toRow(seq: number, { value, fault }: SpoiledRecord, fields: readonly string[]): PreviewRow {
  const isWhole = fault === null || faultKinds[fault.kind].scope !== "message";
  const text = value === null ? "" : typeof value === "string" ? value : textOf(value);
  return {
    seq,
    fault: fault === null ? null : faultKinds[fault.kind].title,
    cells: isWhole && value !== null ? toCells(text, fields, fault?.field?.field ?? null) : null,
    text,
    bytes: value === null ? 0 : Buffer.byteLength(value),
  };
}

function toCells(json: string, fields: readonly string[], spoiled: string | null): PreviewCell[] {
  const values = new Map(
    [...listMembers(json)].map(({ name, start, end }) => [name, json.slice(start, end)]),
  );
  return fields.map((field) => {
    const isSpoiled = field === spoiled;
    const value = values.get(field);
    if (value === undefined) return { kind: "missing", text: "missing", isSpoiled };
    if (value === "null") return { kind: "null", text: "null", isSpoiled };
    // A number keeps the digits that JSON.parse would round.
    return { kind: "value", text: value.startsWith('"') ? JSON.parse(value) : value, isSpoiled };
  });
}

/** Bytes that are no text are shown by their numbers. */
const textOf = (bytes: Buffer): string =>
  isUtf8(bytes) ? bytes.toString() : bytes.toString("latin1").replaceAll(/[^\x20-\x7e]/g, escapeByte);

const escapeByte = (character: string): string =>
  `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
