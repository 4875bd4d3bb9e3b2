import type { RecordType } from "../../records/record-type.ts";
import type { Queryable } from "../database/database.ts";

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

/** Whether one of these runs is of the same type in a later version, which is registered. */
export async function hasLaterVersion(
  db: Queryable,
  { name, version }: Pick<RecordType, "name" | "version">,
  runIds: readonly string[],
): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1
       FROM runs JOIN record_types AS registered ON (registered.name, registered.version) = (record_type, record_type_version)
      WHERE id = ANY ($1::uuid[]) AND record_type = $2 AND record_type_version > $3
      LIMIT 1`,
    [runIds, name, version],
  );
  return rows.length > 0;
}
