import { setImmediate } from "node:timers/promises";
import { layOutTable, type TableColumn, type TableLayout } from "../../types/compile/table.ts";
import { type Queryable, sqlState } from "../database/database.ts";
import { definitionOf, listRecordTypes, type RecordTypeVersion } from "./record-types.ts";

/** Has a table's rows counted by these columns; those that are there are counted anew where they were counted by others. */
export async function keepStatistics(
  db: Queryable,
  table: string,
  { by, sum }: TableLayout["statistics"],
): Promise<void> {
  const names = (columns: readonly TableColumn[]) => columns.map(({ name }) => name);
  await db.query("SELECT keep_record_statistics($1, $2, $3)", [table, names(by), names(sum)]);
}

/**
 * Has the rows of all registered types counted by what their definitions say. Those of types that were registered before statistics were
 * kept are counted by nothing: only the definitions say by what, which SQL cannot read.
 * @param onFailure told of a type of which that is not possible, whatever is tried
 */
export async function keepAllStatistics(
  db: Queryable,
  onFailure: (type: string, error: unknown) => void,
): Promise<void> {
  const bare = await listBareTables(db);
  for (const type of await listRecordTypes(db)) {
    if (type.table === null || !bare.has(type.table)) continue;
    // Requests have their turn between two definitions that are read.
    await setImmediate();
    const { by = [], sum = [] } = readStatistics(type, onFailure) ?? {};
    if (by.length + sum.length === 0) continue;
    try {
      await keepStatistics(db, type.table, { by, sum });
    } catch (error) {
      // Of a table that its owner has changed.
      if (sqlState(error)?.startsWith("42") !== true) throw error;
      onFailure(type.name, error);
    }
  }
}

function readStatistics(
  type: RecordTypeVersion,
  onFailure: (type: string, error: unknown) => void,
): TableLayout["statistics"] | null {
  try {
    return layOutTable(definitionOf(type))?.statistics ?? null;
  } catch (error) {
    onFailure(type.name, error);
    return null;
  }
}

/** Those that are counted by no column, and sum none up. */
async function listBareTables(db: Queryable): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ table: string }>(
    `SELECT table_name AS "table" FROM record_statistics_progress
      WHERE by_columns = '{}' AND sum_columns = '{}' AND to_regclass(format('public.%I', table_name)) IS NOT NULL`,
  );
  return new Set(rows.map(({ table }) => table));
}
