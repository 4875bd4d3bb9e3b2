import { setImmediate } from "node:timers/promises";
import Type, { type TProperties } from "typebox";
import { isObject } from "../../generate/shapes/is-object.ts";
import type { Json, JsonSchema } from "../../generate/shapes/nodes.ts";
import { holdsSchemas, mapSchema, type Schema } from "../../generate/shapes/walk-schema.ts";
import type { Queryable } from "../../ledger/database/database.ts";
import { definitionOf, listRecordTypes, type RecordTypeVersion } from "../../ledger/types/record-types.ts";
import type { Logger } from "../../service/log.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { withDeadline } from "../http/deadline.ts";
import type { TypeSchemas } from "../http/operation.ts";

/** The registered types as the OpenAPI document has them. */
export interface DescribedTypes {
  readonly types: readonly TypeSchemas[];
  /** Name of a component -> its schema. */
  readonly components: ReadonlyMap<string, JsonSchema>;
}

/** The component with the schema of a type's records. */
export const recordComponent = (name: string): string => `Record_${name}`;

/** The document does not wait for the registry for longer. */
const patienceMs = 2_000;

/**
 * Describes the types that runs can be asked for, each in its newest version; while PostgreSQL does not say, those that it named last. A version
 * never changes, so each is read once. Never rejects.
 */
export function createTypeDescriptions(db: Queryable, log: Logger): () => Promise<DescribedTypes> {
  let last: ReadonlyMap<string, Described> = new Map();

  async function update(): Promise<void> {
    const versions = await listRecordTypes(db);
    const described = new Map<string, Described>();
    for (const version of versions) {
      const key = `${version.name}@${version.version}`;
      const known = last.get(key) ?? describe(version, log);
      if (known !== null) described.set(key, known);
      // What can be wrong with its fields is found out in some tens of milliseconds: others have their turn between two types.
      if (!last.has(key)) await setImmediate();
    }
    last = described;
  }

  return async () => {
    await withDeadline(update(), patienceMs, "the list of types").catch((err: unknown) => {
      log.debug({ err }, "types not read; the last ones are described");
    });
    const described = [...last.values()];
    return {
      types: described.map(({ name, options }) => ({
        name,
        options,
        record: Type.Unsafe<unknown>({ $ref: `#/components/schemas/${recordComponent(name)}` }),
      })),
      components: new Map(described.map(({ name, schema }) => [recordComponent(name), schema])),
    };
  };
}

interface Described {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly options: TProperties;
}

/** Null where this version of the product cannot read the definition any more: it makes no runs of it either. */
function describe(version: RecordTypeVersion, log: Logger): Described | null {
  const { name } = version;
  try {
    const definition = definitionOf(version);
    return {
      name,
      schema: asComponent(definition.schema as Schema, recordComponent(name)),
      options: createOwnType(definition).options.properties(),
    };
  } catch (err) {
    log.warn({ err, type: name, version: version.version }, "a type is not described");
    return null;
  }
}

/** What OpenAPI's dialect has a form for, and a definition may have in any. */
const ofOpenApi = new Set(["discriminator", "xml", "externalDocs"]);

/** A schema as it may stand within the document: its references begin at its own root. */
function asComponent(schema: Schema, name: string): JsonSchema {
  const root = `#/components/schemas/${name}`;
  return mapSchema(schema, (each) =>
    Object.fromEntries(
      Object.entries(each).flatMap(([keyword, value]) => {
        if (ofOpenApi.has(keyword)) return [];
        if (keyword === "$ref" && typeof value === "string") return [[keyword, value.replace(/^#/, root)]];
        if (keyword === "components" && isObject(value)) return [[keyword, { schemas: value.schemas ?? {} }]];
        return holdsSchemas(keyword) || !hasReference(value) ? [[keyword, value]] : [];
      }),
    ),
  ) as JsonSchema;
}

/** Most programs that read OpenAPI take each `$ref` for a reference, also one in a `const`: better that value is not described. */
const hasReference = (value: Json): boolean =>
  typeof value === "object" &&
  value !== null &&
  (typeof (value as { readonly $ref?: Json }).$ref === "string" || Object.values(value).some(hasReference));
