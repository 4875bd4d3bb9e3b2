import { type ListedType, listed, type RecordTypes, type ServedType } from "../records/record-types.ts";
import { createOwnType } from "../types/compile/own-type.ts";
import type { Queryable } from "./database.ts";
import { definitionOf, findRecordType } from "./record-types.ts";

/** Compiled ones that are kept: some of a type with 300 fields, mostly a validator, take a megabyte. */
const maxKept = 100;

/**
 * All types: the built-in one and those that are registered, each version compiled when it is first asked for and kept, since
 * a registered version never changes.
 */
export function createRecordTypes(db: Queryable, builtIn: ServedType): RecordTypes {
  const kept = new Map<string, ServedType>();

  async function find(name: string, version: number): Promise<ServedType | null> {
    // Whether it makes the records of a version, it says itself.
    if (name === builtIn.type.name) return builtIn;
    const key = `${name}@${version}`;
    const served = kept.get(key) ?? (await load(name, version));
    if (served === null) return null;
    // The last one used comes last.
    kept.delete(key);
    kept.set(key, served);
    const [oldest] = kept.keys();
    if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
    return served;
  }

  async function load(name: string, version: number): Promise<ServedType | null> {
    const registered = await findRecordType(db, name, version);
    if (registered === null) return null;
    return { type: createOwnType(definitionOf(registered)), topic: registered.topic };
  }

  return {
    find,
    async findNewest(name) {
      if (name === builtIn.type.name) return builtIn;
      const newest = await findRecordType(db, name, null);
      return newest === null || newest.deletedAt !== null ? null : find(name, newest.version);
    },
    async list() {
      const { rows } = await db.query<ListedType>(
        `SELECT DISTINCT ON (name) name, version, topic, table_name AS "table",
                table_name IS NOT NULL AND to_regclass(format('public.%I', table_name)) IS NULL AS "isTableLost"
           FROM record_types ORDER BY name, version DESC`,
      );
      return [listed(builtIn), ...rows];
    },
  };
}
