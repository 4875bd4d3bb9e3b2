import { isDeepStrictEqual } from "node:util";
import { createDecoder } from "../records/decode.ts";
import { createGenerator } from "../records/generate.ts";
import type { RecordType } from "../records/record-type.ts";
import type { Queryable } from "./database.ts";
import type { Run } from "./run.ts";
import { listStoredRows } from "./stored-rows.ts";

export interface AlteredRow {
  readonly seq: number;
  /** The columns (or `raw_payload`, `error`) that differ from the record made again. */
  readonly columns: readonly string[];
}

const rowsAtATime = 5_000;

/**
 * Makes a run's records again and compares each stored row with its own, column by column.
 * @param onProgress called with the sequence number up to which all has been compared
 * @returns the first `limit` rows that differ
 */
export async function findAlteredRows(
  db: Queryable,
  type: RecordType,
  run: Run,
  limit: number,
  onProgress: (endSeq: number) => void = () => undefined,
): Promise<AlteredRow[]> {
  const generate = createGenerator(type, run);
  const decode = createDecoder(type);
  const altered: AlteredRow[] = [];
  for (let firstSeq = 0; firstSeq < run.planned && altered.length < limit; firstSeq += rowsAtATime) {
    const endSeq = Math.min(firstSeq + rowsAtATime, run.planned);
    for (const row of await listStoredRows(db, type, run.id, firstSeq, endSeq)) {
      const json = generate(row.seq);
      const expected = decode(Buffer.from(json));
      if (expected.kind === "dead")
        throw new Error(`record ${row.seq} made again is no row: ${expected.detail}`);
      const columns = type.fields.flatMap(({ column }, index) => {
        const value = expected.values[index] ?? null;
        const wanted = column.type === "timestamptz" && value !== null ? Date.parse(value) : value;
        return wanted === row.values[index] ? [] : [column.name];
      });
      if (!isDeepStrictEqual(JSON.parse(json), row.payload)) columns.push("raw_payload");
      if (row.error !== expected.error) columns.push("error");
      if (columns.length > 0) altered.push({ seq: row.seq, columns });
    }
    onProgress(endSeq);
  }
  return altered.slice(0, limit);
}
