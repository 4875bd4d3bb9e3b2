import type { RecordType } from "./record-type.ts";

/** A type, and the topic of its messages. */
export interface ServedType {
  readonly type: RecordType;
  readonly topic: string;
}

/** What has to be known of a type to send its messages somewhere, without compiling it. */
export interface ListedType {
  readonly name: string;
  readonly version: number;
  readonly topic: string;
  /** Null: its records go to Kafka only. */
  readonly table: string | null;
  /** Whether its owner has dropped the table: nothing is stored until the type is registered again. */
  readonly isTableLost: boolean;
}

/** All types that there are: the built-in one and those that are registered. */
export interface RecordTypes {
  /** The type as it was in this version; null where there is none. */
  find(name: string, version: number): Promise<ServedType | null>;
  /** The newest version of a type of which runs may be asked for; null where there is none. */
  findNewest(name: string): Promise<ServedType | null>;
  /** Each in its newest version, the built-in one first; also those that take no more runs: messages of theirs may come all the same. */
  list(): Promise<readonly [builtIn: ListedType, ...registered: ListedType[]]>;
}

/** Finds the type of which records may be asked for under a name; null where there is none. */
export type FindType = (name: string) => Promise<RecordType | null>;

export const newestOf =
  (types: RecordTypes): FindType =>
  async (name) =>
    (await types.findNewest(name))?.type ?? null;

export const listed = ({ type: { name, version, table }, topic }: ServedType): ListedType => ({
  name,
  version,
  topic,
  table: table?.name ?? null,
  isTableLost: false,
});

/** The built-in type alone. */
export function builtInTypes(builtIn: ServedType): RecordTypes {
  return {
    // Whether it makes the records of a version, it says itself.
    find: async (name) => (name === builtIn.type.name ? builtIn : null),
    findNewest: async (name) => (name === builtIn.type.name ? builtIn : null),
    list: async () => [listed(builtIn)],
  };
}
