import type { Client } from "../database/database.ts";

/** A dead letter whose replay is being stored, locked; `accounted` as in the table. */
export interface ReplayedLetter {
  readonly id: number;
  readonly accounted: boolean;
  readonly run_id: string | null;
  readonly seq: number | null;
  readonly resolved: boolean;
}

/** Reads and locks the dead letters that messages of a batch claim to replay. */
export async function lockReplayedLetters(
  client: Client,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ReplayedLetter>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<ReplayedLetter>(
    `SELECT id, accounted, run_id, seq, resolved_at IS NOT NULL AS resolved
       FROM dead_letters WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The replay became a row: the dead letter is no outcome any more. */
export async function resolveDeadLetters(client: Client, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await client.query(
    "UPDATE dead_letters SET resolved_at = clock_timestamp(), accounted = false WHERE id = ANY ($1::bigint[])",
    [ids],
  );
}

/** The replay could not become a row either: it is the same dead letter, with the newest reason. */
export async function recordFailedReplays(
  client: Client,
  failures: readonly { readonly id: number; readonly reason: string; readonly detail: string }[],
): Promise<void> {
  if (failures.length === 0) return;
  await client.query(
    `UPDATE dead_letters l
        SET replays = l.replays + 1, reason = d.reason, detail = d.detail
       FROM unnest($1::bigint[], $2::text[], $3::text[]) AS d (id, reason, detail)
      WHERE l.id = d.id AND l.resolved_at IS NULL`,
    [failures.map((f) => f.id), failures.map((f) => f.reason), failures.map((f) => f.detail)],
  );
}
