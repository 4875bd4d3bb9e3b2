import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import type { GenerateRecord } from "../generate/write-record.ts";
import type { Pool } from "../ledger/database/database.ts";
import { namesIn } from "../ledger/database/table-names.ts";
import { copyColumns, copyLine } from "../ledger/outcomes/batch.ts";
import type { StoredType } from "../records/record-type.ts";
import { userType } from "../types/user/user.ts";
import { type Timing, timed } from "./measure.ts";
import { benchGenerator } from "./records.ts";

/** The lines of `count` records as COPY reads them, in pieces. They are of a run that nobody has heard of. */
function makeCopyPieces({ type, generate }: CopiedRecords, count: number, runId: string): Buffer[] {
  const decode = type.createDecoder();
  const pieces: Buffer[] = [];
  const linesPerPiece = 2_500;
  for (let start = 0; start < count; start += linesPerPiece) {
    let lines = "";
    for (let seq = start; seq < Math.min(start + linesPerPiece, count); seq++) {
      const decoded = decode(Buffer.from(generate(seq)));
      if (decoded.kind !== "row") throw new Error(decoded.detail);
      lines += copyLine(decoded, { kind: "record", runId, seq }, 0, seq);
    }
    pieces.push(Buffer.from(lines));
  }
  return pieces;
}

export interface CopiedRecords {
  readonly type: StoredType;
  readonly generate: GenerateRecord;
}

const users = (): CopiedRecords => ({ type: userType, generate: benchGenerator() });

/** One bare COPY of ready lines into a type's table, with its indexes: the limit of whatever stores records one by one. */
export async function timeBareCopy(
  pool: Pool,
  count: number,
  runId: string,
  records = users(),
): Promise<Timing> {
  const pieces = makeCopyPieces(records, count, runId);
  const { type } = records;
  const client = await pool.connect();
  try {
    const seconds = await timed(() =>
      pipeline(
        Readable.from(pieces),
        client.query(copyFrom(`COPY ${namesIn(type.table).table} (${copyColumns(type)}) FROM STDIN`)),
      ),
    );
    return { records: count, seconds };
  } finally {
    client.release();
  }
}
