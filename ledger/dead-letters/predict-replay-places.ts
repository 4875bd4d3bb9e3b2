import type { Queryable } from "../database/database.ts";

/** What storing a message would find at the place in a run that its headers claim. */
export type PredictedPlace =
  | { readonly kind: "free" }
  /** The sequence number has an outcome already. */
  | { readonly kind: "taken" }
  | { readonly kind: "unknown_run" }
  | { readonly kind: "out_of_range"; readonly requested: number }
  /** The run has the sequence number, and no chunk with it has been planned so far. */
  | { readonly kind: "not_planned" };

interface PlaceRow {
  readonly known: boolean;
  readonly requested: number | null;
  readonly beyond: boolean | null;
  readonly taken: boolean | null;
}

/**
 * Looks up claimed places without locking or changing anything: what holds now, and may hold no longer when a message
 * comes.
 * @returns one place a claim, in their order
 */
export async function predictReplayPlaces(
  db: Queryable,
  claims: readonly { readonly runId: string; readonly seq: number }[],
): Promise<readonly PredictedPlace[]> {
  if (claims.length === 0) return [];
  const { rows } = await db.query<PlaceRow>(
    `SELECT r.id IS NOT NULL AS known, r.requested, k.seq >= r.requested AS beyond, c.accounted @> k.seq AS taken
       FROM unnest($1::uuid[], $2::bigint[]) WITH ORDINALITY AS k (run_id, seq, n)
       LEFT JOIN runs r ON r.id = k.run_id
       LEFT JOIN LATERAL (
         -- The chunks of a paced run are of any length.
         SELECT end_seq, accounted FROM chunks
          WHERE run_id = k.run_id AND first_seq <= k.seq ORDER BY first_seq DESC LIMIT 1) AS c ON k.seq < c.end_seq
      ORDER BY k.n`,
    [claims.map(({ runId }) => runId), claims.map(({ seq }) => seq)],
  );
  return rows.map(({ known, requested, beyond, taken }) => {
    if (!known) return { kind: "unknown_run" };
    if (beyond === true) return { kind: "out_of_range", requested: requested ?? 0 };
    if (taken === null) return { kind: "not_planned" };
    return { kind: taken ? "taken" : "free" };
  });
}
