import { setImmediate } from "node:timers/promises";
import type { GenerateRecord } from "../../generate/write-record.ts";
import { disarmFormulas } from "../../records/spreadsheet-cells.ts";

export interface RecordFormat {
  readonly contentType: string;
  /** The records of sequence numbers 0 to `count - 1` as text, a slice at a time. */
  readonly write: (
    fields: readonly string[],
    count: number,
    generate: GenerateRecord,
  ) => AsyncGenerator<string>;
}

/** CSV by RFC 4180, with each value as `cell` writes it. */
const csvFormat = (cell: (value: string) => string): RecordFormat => ({
  contentType: "text/csv; charset=utf-8; header=present",
  async *write(fields, count, generate) {
    yield csvLine(fields);
    yield* slices(count, (seq) => csvLine(readValues(fields, generate(seq)).map(cell)));
  },
});

/** By media type; the first is meant where the request leaves the choice. */
export const recordFormats: Readonly<Record<string, RecordFormat>> = {
  "application/json": {
    contentType: "application/json; charset=utf-8",
    async *write(_fields, count, generate) {
      yield "[\n";
      yield* slices(count, (seq) => (seq === 0 ? generate(seq) : `,\n${generate(seq)}`));
      yield "\n]\n";
    },
  },
  "application/x-ndjson": {
    contentType: "application/x-ndjson; charset=utf-8",
    write: (_fields, count, generate) => slices(count, (seq) => `${generate(seq)}\n`),
  },
  "text/csv": csvFormat((value) => value),
};

/** CSV in which no value can pass for a formula. */
export const spreadsheetCsv = csvFormat(disarmFormulas);

/** About a millisecond's work: no other request waits longer than that for its turn. */
const sliceCharacters = 64 * 1024;

async function* slices(count: number, write: (seq: number) => string): AsyncGenerator<string> {
  let slice = "";
  for (let seq = 0; seq < count; seq++) {
    slice += write(seq);
    if (slice.length < sliceCharacters) continue;
    yield slice;
    slice = "";
    await setImmediate();
  }
  if (slice !== "") yield slice;
}

function readValues(fields: readonly string[], json: string): string[] {
  const record: Readonly<Record<string, unknown>> | null = JSON.parse(json);
  return fields.map((field) => cellOf(record?.[field] ?? ""));
}

const cellOf = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

/** https://www.rfc-editor.org/rfc/rfc4180#section-2 */
export function csvLine(values: readonly string[]): string {
  return `${values.map(csvValue).join(",")}\r\n`;
}

function csvValue(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
