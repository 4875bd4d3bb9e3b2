import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { copyColumns, copyLine } from "../ledger/batch.ts";
import type { Pool } from "../ledger/database.ts";
import { createDecoder } from "../records/decode.ts";
import { userType } from "../records/user.ts";
import { type Timing, timed } from "./measure.ts";
import { benchGenerator } from "./records.ts";

/** The lines of `count` records as COPY reads them, in pieces. They are of a run that nobody has heard of. */
function makeCopyPieces(count: number, runId: string): Buffer[] {
  const generate = benchGenerator();
  const decode = createDecoder(userType);
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

/** One bare COPY of ready lines into users_raw, with its indexes: the limit of whatever stores records one by one. */
export async function timeBareCopy(pool: Pool, count: number, runId: string): Promise<Timing> {
  const pieces = makeCopyPieces(count, runId);
  const client = await pool.connect();
  try {
    const seconds = await timed(() =>
      pipeline(
        Readable.from(pieces),
        client.query(copyFrom(`COPY users_raw (${copyColumns(userType)}) FROM STDIN`)),
      ),
    );
    return { records: count, seconds };
  } finally {
    client.release();
  }
}
