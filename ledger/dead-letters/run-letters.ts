import type { Queryable } from "../database/database.ts";

/** A dead letter that is the outcome of one of a run's records. */
export interface OutcomeLetter {
  readonly seq: number;
  readonly reason: string;
  /** SHA-256 of the bytes that came: thousands of these are not much. null: a tombstone. */
  readonly digest: Buffer | null;
  /** How often it was sent again without success; its reason is then that of the last attempt. */
  readonly replays: number;
}

/** A run's dead letters with sequence numbers from `firstSeq` to below `endSeq`, in their order. */
export async function listOutcomeLetters(
  db: Queryable,
  runId: string,
  firstSeq: number,
  endSeq: number,
): Promise<OutcomeLetter[]> {
  const { rows } = await db.query<OutcomeLetter>(
    `SELECT seq, reason, sha256(payload) AS digest, replays
       FROM dead_letters
      WHERE run_id = $1 AND accounted AND seq >= $2 AND seq < $3
      ORDER BY seq`,
    [runId, firstSeq, endSeq],
  );
  return rows;
}

/** Sequence number -> SHA-256 of the bytes that came (null: a tombstone), of a run's letters that a replay made rows of. */
export async function readResolvedLetters(
  db: Queryable,
  runId: string,
): Promise<ReadonlyMap<number, Buffer | null>> {
  const { rows } = await db.query<{ seq: number; digest: Buffer | null }>(
    `SELECT seq, sha256(payload) AS digest
       FROM dead_letters
      WHERE run_id = $1 AND resolved_at IS NOT NULL AND seq IS NOT NULL
      ORDER BY id`,
    [runId],
  );
  return new Map(rows.map(({ seq, digest }) => [seq, digest]));
}
