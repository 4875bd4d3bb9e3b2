import type { Definition } from "../../generate/shapes/nodes.ts";
import { addedFields, compareDefinitions } from "../../types/compare-definitions.ts";
import { layOutStates, layOutTable, type TableColumn, type TableLayout } from "../../types/compile/table.ts";
import type { DefinitionMediaType } from "../../types/definition/media-type.ts";
import type { Parsed } from "../../types/definition/parse-definitions.ts";
import type { Fault, Problem } from "../../types/definition/problem.ts";
import type { Source } from "../../types/definition/read-source.ts";
import { digestOf } from "../../types/digest.ts";
import { type Client, inTransaction, type Pool, type Queryable } from "../database/database.ts";
import { keepStatistics } from "./keep-statistics.ts";
import { listVersions, parseVersion, type RecordTypeVersion } from "./record-types.ts";
import { topicKey } from "./topic-taken.ts";

/** A definition with which nothing is wrong, as version 1. */
export interface Candidate {
  readonly definition: Definition;
  readonly source: Source;
}

export const candidatesOf = ({ definitions, sources }: Parsed): readonly Candidate[] =>
  definitions.map((definition, index) => ({ definition, source: sources[index] as Source }));

export interface Registration {
  readonly candidates: readonly Candidate[];
  readonly mediaType: DefinitionMediaType;
  /** The type that is none of the registry's, and holds a name, a topic and a table. */
  readonly builtIn: { readonly name: string; readonly topic: string; readonly table: string };
  /** Only says what would be registered. */
  readonly isDryRun?: boolean;
  /** Leaves types as they are that were deleted. */
  readonly keepsDeleted?: boolean;
}

export type Registered =
  /** In the order of the candidates. */
  | { readonly kind: "registered"; readonly types: readonly RegisteredType[] }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

export interface RegisteredType {
  readonly type: Omit<RecordTypeVersion, "createdAt" | "deletedAt">;
  /** Whether it was there, as it is. */
  readonly isUnchanged: boolean;
}

/** Told of at commit: the name of a type that was registered or deleted. */
export const typesChannel = "record_types_changed";

/** Names the lock; any number that no other advisory lock of the database uses. */
const registryLock = 7_310_003;

/** An ALTER TABLE that waits has everybody wait behind it. */
const lockTimeout = "2s";

/**
 * Registers types, with their tables, in one transaction: all or none. Of what is there already the very same is answered with what is there; what only
 * adds optional fields, or changes what people read, becomes the next version on the same table and topic.
 */
export function registerTypes(pool: Pool, registration: Registration): Promise<Registered> {
  return inTransaction(pool, async (client) => {
    if (registration.isDryRun !== true) await takeRegistryTurn(client);
    const { plans, problems } = await planRegistration(client, registration);
    if (problems.length > 0) return { kind: "refused", problems };
    if (registration.isDryRun !== true) for (const plan of plans) await carryOut(client, plan);
    return {
      kind: "registered",
      types: plans.map((plan) => ({ type: plan.type, isUnchanged: isThere(plan) })),
    };
  });
}

/** Whoever changes the registry takes turns, so that each sees what the other has registered. */
export async function takeRegistryTurn(client: Client): Promise<void> {
  await client.query("SELECT set_config('lock_timeout', $1, true), pg_advisory_xact_lock($2)", [
    lockTimeout,
    registryLock,
  ]);
}

interface Plan {
  readonly kind: "there" | "new" | "next";
  readonly type: RegisteredType["type"];
  /** Whether the type has a table that is not there: it is new, or its owner has dropped it. */
  readonly lacksTable: boolean;
  /** Those that the table lacks. */
  readonly columns: readonly TableColumn[];
  /** The same of the table of last states; null: the type has none. */
  readonly states: StatePlan | null;
  /** Null: there is no table. */
  readonly statistics: TableLayout["statistics"] | null;
  /** The type was deleted, and is no longer. */
  readonly isBack: boolean;
}

interface StatePlan {
  readonly table: string;
  readonly isLacking: boolean;
  readonly columns: readonly TableColumn[];
  /** Columns by which a run's records are told apart. */
  readonly key: readonly string[];
}

/** Whether nothing is to be done. */
const isThere = ({ kind, isBack, lacksTable, states }: Plan): boolean =>
  kind === "there" && !isBack && !lacksTable && states?.isLacking !== true;

type Planned = { readonly plan: Plan } | { readonly faults: readonly Fault[] };

async function planRegistration(
  db: Queryable,
  registration: Registration,
): Promise<{ plans: readonly Plan[]; problems: readonly Problem[] }> {
  const { candidates } = registration;
  const names = candidates.map(({ definition }) => definition.name);
  const versions = await listVersions(db, names);
  const claims = await readClaims(db, registration);
  const tables = candidates.flatMap(({ definition }) => tablesOf(definition));
  const relations = await findRelations(db, tables);
  const reserved = await findReserved(db, tables);
  const plans: Plan[] = [];
  const problems: Problem[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const own = versions.filter(({ name }) => name === candidate.definition.name);
    const planned =
      own.length > 0
        ? planVersion(candidate, own, registration, relations)
        : planNew(candidate, registration, claims, { relations, reserved });
    if ("plan" in planned) plans.push(planned.plan);
    else
      for (const { pointer, message } of planned.faults)
        problems.push({ definition: index, pointer, line: candidate.source.lineOf(pointer), message });
  }
  return { plans, problems };
}

/** Who has which topic and table; also whom of these candidates. */
interface Claims {
  readonly topics: Map<string, string>;
  readonly tables: Map<string, string>;
}

async function readClaims(db: Queryable, { builtIn }: Registration): Promise<Claims> {
  const { rows } = await db.query<{ name: string; topic: string; tables: readonly string[] }>(
    `SELECT name, topic, array_remove(ARRAY[table_name, state_table], NULL) AS tables FROM record_types WHERE version = 1`,
  );
  const all = [{ ...builtIn, tables: [builtIn.table] }, ...rows];
  return {
    topics: new Map(all.map(({ name, topic }) => [topicKey(topic), name])),
    tables: new Map(all.flatMap(({ name, tables }) => tables.map((table) => [table, name]))),
  };
}

async function findRelations(db: Queryable, names: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class
      WHERE relname = ANY($1) AND relnamespace IN ('public'::regnamespace, 'pg_catalog'::regnamespace)`,
    [names],
  );
  return new Set(rows.map(({ name }) => name));
}

async function findReserved(db: Queryable, names: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ name: string }>(
    "SELECT name FROM unnest($1::text[]) AS name WHERE is_reserved_table(name)",
    [names],
  );
  return new Set(rows.map(({ name }) => name));
}

function planNew(
  { definition, source }: Candidate,
  { builtIn, mediaType }: Registration,
  { topics, tables }: Claims,
  { relations, reserved }: Readonly<Record<"relations" | "reserved", ReadonlySet<string>>>,
): Planned {
  const { name, topic, table, changes } = definition;
  const faults: Fault[] = [];
  const fail = (member: string, message: string): void => {
    faults.push({ pointer: `/x-record/${member}`, message });
  };
  const claimTable = (member: string, wanted: string): void => {
    const owner = tables.get(wanted);
    if (owner !== undefined) fail(member, `the table ${wanted} is that of the type ${owner}`);
    else if (reserved.has(wanted))
      fail(
        member,
        `the name ${wanted} is reserved for tables of the product; write ${member === "table" ? "x-record: {table: …}" : "changes: {state: …}"} with another, as ${`own_${wanted}`.slice(0, 48)}`,
      );
    else if (relations.has(wanted))
      fail(member, `the database has ${wanted} already, which is no table of records; choose another name`);
  };
  if (name === builtIn.name) fail("name", `${name} is the built-in type; choose another name`);
  const topicOwner = topics.get(topicKey(topic));
  if (topicOwner !== undefined)
    fail(
      "topic",
      `the topic ${topic} is that of the type ${topicOwner}; write x-record: {topic: …} with another`,
    );
  else if (topic.startsWith("__")) fail("topic", `topics that begin with __ are Kafka's own; ${topic} does`);
  if (table !== null) claimTable("table", table);
  const stateTable = changes?.state ?? null;
  if (stateTable !== null) claimTable("changes/state", stateTable);
  if (faults.length > 0) return { faults };
  topics.set(topicKey(topic), name);
  for (const each of tablesOf(definition)) tables.set(each, name);
  const type = {
    name,
    version: 1,
    topic,
    table,
    stateTable,
    text: source.text,
    mediaType,
    digest: digestOf(source.value),
    fieldVersions: {},
  };
  const columns = columnsOf(definition);
  const statistics = statisticsOf(definition);
  const states = planStates(definition, relations, []);
  return {
    plan: { kind: "new", type, lacksTable: table !== null, columns, states, statistics, isBack: false },
  };
}

function planVersion(
  { definition, source }: Candidate,
  versions: readonly RecordTypeVersion[],
  { mediaType, keepsDeleted = false }: Registration,
  relations: ReadonlySet<string>,
): Planned {
  const newest = versions.at(-1) as RecordTypeVersion;
  const isBack = newest.deletedAt !== null;
  const digest = digestOf(source.value);
  const there = versions.find((each) => each.digest === digest) ?? null;
  const isTableLost = newest.table !== null && !relations.has(newest.table);
  const areStatesLost = newest.stateTable !== null && !relations.has(newest.stateTable);
  const isRead = isTableLost || areStatesLost || there === null;
  const [former] = isRead ? parseVersion(newest.text, newest.version, newest.fieldVersions).definitions : [];
  const lacksTable = isTableLost && former !== undefined;
  // The same in all versions. A table that is lost, and cannot be made, has none.
  const statistics = isTableLost && !lacksTable ? null : statisticsOf(definition);
  const stays = (type: RecordTypeVersion): Planned => ({
    // An earlier version is stored in the table of the newest.
    plan: {
      kind: "there",
      type,
      lacksTable,
      columns: lacksTable ? columnsOf(former) : [],
      states: former === undefined ? null : planStates(former, relations, []),
      statistics,
      isBack,
    },
  });
  if (isBack && keepsDeleted)
    return {
      plan: {
        kind: "there",
        type: newest,
        lacksTable: false,
        columns: [],
        states: null,
        statistics: null,
        isBack: false,
      },
    };
  if (there !== null) return stays(there);

  if (former === undefined)
    return {
      faults: [
        {
          pointer: "",
          message: `cannot be compared with ${newest.name}@${newest.version}, which this version of the product does not take any more; register it under another name`,
        },
      ],
    };
  const version = newest.version + 1;
  const fieldVersions = {
    ...newest.fieldVersions,
    ...Object.fromEntries(addedFields(former, definition).map((name) => [name, version])),
  };
  const next = parseVersion(source.text, version, fieldVersions).definitions[0] as Definition;
  const difference = compareDefinitions(former, next);
  if (difference.kind === "same") return stays(newest);
  if (difference.kind === "other")
    return {
      faults: difference.faults.map(({ pointer, message }) => ({
        pointer,
        message: `${message}. A registered type only gets further optional fields: register this one under another name, topic and table, or leave the rest of ${newest.name}@${newest.version} as it is`,
      })),
    };
  const { name, topic, table, stateTable } = newest;
  const states = planStates(next, relations, difference.added);
  // Within Debezium's envelope a record's fields are no columns of the log.
  const isAdded = (field: string): boolean =>
    next.changes?.envelope !== "debezium" && difference.added.includes(field);
  const columns = columnsOf(next).filter(({ field }) => lacksTable || isAdded(field));
  const type = {
    name,
    version,
    topic,
    table,
    stateTable,
    text: source.text,
    mediaType,
    digest,
    fieldVersions,
  };
  return { plan: { kind: "next", type, lacksTable, columns, states, statistics, isBack } };
}

/** @param added the fields that a table which is there lacks */
function planStates(
  definition: Definition,
  relations: ReadonlySet<string>,
  added: readonly string[],
): StatePlan | null {
  const layout = layOutStates(definition);
  if (layout === null) return null;
  const { table, columns } = layout;
  const isLacking = !relations.has(table);
  return {
    table,
    isLacking,
    columns: columns.filter(({ field }) => isLacking || added.includes(field)),
    key: columns.filter(({ field }) => definition.key.includes(field)).map(({ name }) => name),
  };
}

const tablesOf = ({ table, changes }: Definition): readonly string[] =>
  [table, changes?.state ?? null].filter((each) => each !== null);

const columnsOf = (definition: Definition): readonly TableColumn[] => layOutTable(definition)?.columns ?? [];

const statisticsOf = (definition: Definition): TableLayout["statistics"] | null =>
  layOutTable(definition)?.statistics ?? null;

async function carryOut(client: Client, plan: Plan): Promise<void> {
  const { kind, type, lacksTable, columns, states, statistics, isBack } = plan;
  if (isBack) await bringBack(client, type.name);
  if (kind !== "there") await insertType(client, type);
  if (type.table !== null && lacksTable) await createTable(client, type.table, columns);
  else if (type.table !== null && columns.length > 0) await addColumns(client, type.table, columns);
  if (states !== null) await makeStates(client, states);
  // Also of a type that is there: it may have been registered before statistics were kept.
  if (type.table !== null && statistics !== null) await keepStatistics(client, type.table, statistics);
  if (isThere(plan)) return;
  await notifyTypeChanged(client, type.name);
}

export async function notifyTypeChanged(db: Queryable, name: string): Promise<void> {
  await db.query("SELECT pg_notify($1, $2)", [typesChannel, name]);
}

async function bringBack(db: Queryable, name: string): Promise<void> {
  await db.query("UPDATE record_types SET deleted_at = NULL WHERE name = $1", [name]);
}

async function insertType(db: Queryable, type: RegisteredType["type"]): Promise<void> {
  const { name, version, topic, table, stateTable, text, mediaType, digest, fieldVersions } = type;
  await db.query(
    `INSERT INTO record_types (name, version, topic, table_name, state_table, definition, media_type, digest, field_versions)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [name, version, topic, table, stateTable, text, mediaType, digest, JSON.stringify(fieldVersions)],
  );
}

async function createTable(db: Queryable, table: string, columns: readonly TableColumn[]): Promise<void> {
  await db.query("SELECT create_record_table($1, $2, $3)", [table, ...asArrays(columns)]);
}

async function makeStates(db: Queryable, { table, isLacking, columns, key }: StatePlan): Promise<void> {
  if (isLacking)
    await db.query("SELECT create_state_table($1, $2, $3, $4)", [table, ...asArrays(columns), key]);
  else if (columns.length > 0)
    await db.query("SELECT add_state_columns($1, $2, $3)", [table, ...asArrays(columns)]);
}

async function addColumns(db: Queryable, table: string, columns: readonly TableColumn[]): Promise<void> {
  await db.query("SELECT add_record_columns($1, $2, $3)", [table, ...asArrays(columns)]);
}

const asArrays = (columns: readonly TableColumn[]): readonly [readonly string[], readonly string[]] => [
  columns.map(({ name }) => name),
  columns.map(({ sqlType }) => sqlType),
];
