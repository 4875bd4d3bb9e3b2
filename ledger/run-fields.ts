import type { Queryable } from "./database.ts";

/** The fields that runs ask for, which never change; ids that name no run are left out. */
export async function readRunFields(
  db: Queryable,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await db.query<{ id: string; fields: string[] }>(
    "SELECT id, fields FROM runs WHERE id = ANY ($1::uuid[])",
    [runIds],
  );
  return new Map(rows.map(({ id, fields }) => [id, fields]));
}
