import type { Static } from "typebox";
import type { Definition } from "../../generate/shapes/nodes.ts";
import type { Queryable } from "../../ledger/database/database.ts";
import {
  definitionOf,
  findRecordType,
  listRecordTypes,
  listVersions,
  type RecordTypeVersion,
} from "../../ledger/types/record-types.ts";
import type { Column } from "../../records/record-field.ts";
import type { RecordType } from "../../records/record-type.ts";
import { builtInType } from "../../types/built-in.ts";
import { layOutTable } from "../../types/compile/table.ts";
import type { WebDependencies } from "../dependencies.ts";
import { Problem } from "../http/problem.ts";
import type { Registry } from "./registry.ts";
import { type typeDetailsSchema, typeJson, type typeSchema } from "./type-schema.ts";

export type TypeSummary = Static<typeof typeSchema>;
export type TypeDetails = Static<typeof typeDetailsSchema>;

/** What there is to be said of the types that runs can be asked for. */
export interface TypeCatalogue {
  /** The built-in type and, by name, the newest version of each own one. */
  list(): Promise<readonly TypeSummary[]>;
  /** @param version null for the newest @throws Problem `not-found` */
  get(name: string, version: number | null): Promise<TypeDetails>;
}

export function createTypeCatalogue({
  db,
  registry,
}: Pick<WebDependencies, "db" | "registry">): TypeCatalogue {
  const builtIn = describeBuiltIn(builtInType, registry.builtIn);
  return {
    async list() {
      const { name, version, topic, table, stateTable, isBuiltIn, createdAt } = builtIn;
      return [
        { name, version, topic, table, stateTable, isBuiltIn, createdAt },
        ...(await listRecordTypes(db)).map(typeJson),
      ];
    },
    async get(name, version) {
      if (name === builtIn.name && (version ?? builtIn.version) === builtIn.version) return builtIn;
      const type = await findRecordType(db, name, version);
      if (type === null) throw typeNotFound();
      if (type.deletedAt !== null)
        throw new Problem(
          "not-found",
          `The type ${name} was deleted at ${type.deletedAt.toISOString()}; registered again as it was, it is back.`,
        );
      return describe(db, type);
    },
  };
}

export const typeNotFound = (): Problem =>
  new Problem("not-found", "There is no type of this name and version.");

function describeBuiltIn(type: RecordType, place: Registry["builtIn"]): TypeDetails {
  return {
    ...place,
    version: type.version,
    stateTable: null,
    isBuiltIn: true,
    createdAt: null,
    title: null,
    description: null,
    versions: [type.version],
    mediaType: null,
    definition: null,
    schema: { ...type.schema },
    columns: type.fields.map(({ name, column }) => ({
      name: column.name,
      type: columnTypeOf(column),
      field: name,
    })),
  };
}

async function describe(db: Queryable, type: RecordTypeVersion): Promise<TypeDetails> {
  const definition = definitionOf(type);
  return {
    ...typeJson(type),
    title: definition.title,
    description: definition.description,
    versions: (await listVersions(db, [type.name])).map(({ version }) => version),
    mediaType: type.mediaType,
    definition: type.text,
    schema: definition.schema,
    columns: columnsOf(definition),
  };
}

export const columnsOf = (definition: Definition): TypeDetails["columns"] =>
  (layOutTable(definition)?.columns ?? []).map(({ name, sqlType, field }) => ({
    name,
    type: sqlType,
    field,
  }));

const columnTypeOf = (column: Column): string =>
  column.length === undefined ? column.type : `${column.type}(${column.length})`;
