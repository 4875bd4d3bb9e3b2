import { type ListedType, listed, type RecordTypes, type ServedType } from "../../records/record-types.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import type { Queryable } from "../database/database.ts";
import { definitionOf, findRecordType } from "./record-types.ts";
import { refuseTakenTopic } from "./topic-taken.ts";

/** Compiled ones that are kept: some of a type with 300 fields, mostly a validator, take a megabyte. */
const maxKept = 100;
/** Of all their definitions: a compiled one takes some fifty times as much, and a process may have 192 MB. */
const maxKeptLength = 1_000_000;

interface Kept {
  readonly served: ServedType;
  /** Of the definition, in characters. */
  readonly length: number;
}

/**
 * All types: the built-in one and those that are registered, each version compiled when it is first asked for and kept, since
 * a registered version never changes. Where a registered one has the built-in one's topic, everything that would lead to it throws `TopicTaken`.
 */
export function createRecordTypes(db: Queryable, builtIn: ServedType): RecordTypes {
  const kept = new Map<string, Kept>();
  let keptLength = 0;

  function drop(key: string, { length }: Kept): void {
    if (kept.delete(key)) keptLength -= length;
  }

  async function find(name: string, version: number): Promise<ServedType | null> {
    // Whether it makes the records of a version, it says itself.
    if (name === builtIn.type.name) return builtIn;
    const key = `${name}@${version}`;
    const found = kept.get(key) ?? (await load(name, version));
    if (found === null) return null;
    // The last one used comes last. Another may have been loaded meanwhile.
    const former = kept.get(key) ?? found;
    drop(key, former);
    kept.set(key, former);
    keptLength += former.length;
    for (const [oldest, each] of kept) {
      if (oldest === key || (kept.size <= maxKept && keptLength <= maxKeptLength)) break;
      drop(oldest, each);
    }
    return former.served;
  }

  async function load(name: string, version: number): Promise<Kept | null> {
    const registered = await findRecordType(db, name, version);
    if (registered === null) return null;
    refuseTakenTopic(builtIn.topic, [registered]);
    const served = { type: createOwnType(definitionOf(registered)), topic: registered.topic };
    return { served, length: registered.text.length };
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
      refuseTakenTopic(builtIn.topic, rows);
      return [listed(builtIn), ...rows];
    },
  };
}
