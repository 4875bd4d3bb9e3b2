import { isSameJson } from "../records/same-json.ts";
import type { BatchMessage } from "./batch.ts";
import type { Client } from "./database.ts";

/** A message whose sequence number has an outcome already. */
export interface Duplicate {
  readonly message: BatchMessage;
  readonly runId: string;
  readonly seq: number;
}

/**
 * Of the messages whose sequence number has an outcome already, those that say something else than that outcome.
 * The rest are the same record again, sent twice by an at-least-once producer: nothing to tell.
 */
export async function findConflicts(client: Client, duplicates: readonly Duplicate[]): Promise<Duplicate[]> {
  if (duplicates.length === 0) return [];
  const outcomes = await client.query<{
    run_id: string;
    seq: number;
    stored: string | null;
    dead: Buffer | null;
  }>(
    `WITH d AS (SELECT DISTINCT * FROM unnest($1::uuid[], $2::bigint[]) AS d (run_id, seq))
     SELECT d.run_id, d.seq, u.raw_payload::text AS stored, l.payload AS dead
       FROM d
       LEFT JOIN users_raw u ON u.run_id = d.run_id AND u.seq = d.seq
       LEFT JOIN dead_letters l ON l.run_id = d.run_id AND l.seq = d.seq AND l.accounted`,
    [duplicates.map((duplicate) => duplicate.runId), duplicates.map((duplicate) => duplicate.seq)],
  );
  const byIdentity = new Map(outcomes.rows.map((row) => [`${row.run_id}/${row.seq}`, row]));
  return duplicates.filter(({ message, runId, seq }) => {
    const outcome = byIdentity.get(`${runId}/${seq}`);
    if (outcome === undefined) return false;
    if (outcome.stored === null) return !sameBytes(message.raw.value, outcome.dead);
    if (message.decoded.kind === "dead") return true;
    return !isSameJson(JSON.parse(message.decoded.payload), JSON.parse(outcome.stored));
  });
}

function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
