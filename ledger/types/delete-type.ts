import { type Client, inTransaction, type Pool } from "../database/database.ts";
import { notifyTypeChanged, takeRegistryTurn } from "./register-types.ts";

export type DeletedType =
  | { readonly kind: "deleted" | "not_found" }
  | { readonly kind: "in_use"; readonly runs: number };

/**
 * Takes a type out of the registry's lists, so that nobody asks for runs of it; its table, its rows and its topic stay, and so does its name:
 * registered again as it was, it is back. Refused while runs of it are under way.
 */
export function deleteType(pool: Pool, name: string): Promise<DeletedType> {
  return inTransaction(pool, async (client): Promise<DeletedType> => {
    await takeRegistryTurn(client);
    if (!(await lockVersions(client, name))) return { kind: "not_found" };
    const runs = await countRunsUnderWay(client, name);
    if (runs > 0) return { kind: "in_use", runs };
    await client.query("UPDATE record_types SET deleted_at = now() WHERE name = $1", [name]);
    await notifyTypeChanged(client, name);
    return { kind: "deleted" };
  });
}

/** Whoever admits a run of the type locks its version (`FOR SHARE`), so that none begins meanwhile. */
async function lockVersions(client: Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    "SELECT FROM record_types WHERE name = $1 AND deleted_at IS NULL ORDER BY version FOR UPDATE",
    [name],
  );
  return rowCount !== 0;
}

async function countRunsUnderWay(client: Client, name: string): Promise<number> {
  const { rows } = await client.query<{ runs: number }>(
    "SELECT count(*) AS runs FROM runs WHERE record_type = $1 AND status IN ('queued', 'running', 'paused')",
    [name],
  );
  return rows[0]?.runs ?? 0;
}
