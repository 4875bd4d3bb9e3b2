import type { RecordTypes } from "../../records/record-types.ts";
import { inTransaction, type Pool } from "../database/database.ts";
import type { Run } from "../runs/run.ts";
import { type CheckedRelation, checkRelations } from "./check-relations.ts";
import { openMembers } from "./members.ts";

/**
 * Whether the rows of a dataset's runs hang together. PostgreSQL's statistics know nothing of runs that have just been stored and take them for a
 * row or two: it would look through all users of one for each order, which takes hours where hashing them takes seconds.
 */
export function compareRows(
  pool: Pool,
  types: RecordTypes,
  runs: readonly Run[],
): Promise<readonly CheckedRelation[]> {
  return inTransaction(pool, async (client) => {
    await client.query("SET TRANSACTION READ ONLY");
    await client.query("SET LOCAL enable_nestloop = off");
    return checkRelations(client, await openMembers(types, runs));
  });
}
