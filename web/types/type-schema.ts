import Type, { type Static } from "typebox";
import type { RecordTypeVersion } from "../../ledger/types/record-types.ts";
import type { RegisteredType } from "../../ledger/types/register-types.ts";
import { columnTypes } from "../../types/compile/column-type.ts";
import { definitionMediaTypes } from "../../types/definition/media-type.ts";

const nullable = <Schema extends Readonly<Record<string, unknown>>>(
  type: string,
  rest: Schema & { readonly description: string },
) => Type.Unsafe<string | null>({ type: [type, "null"], ...rest });

const typeProperties = {
  name: Type.String({ examples: ["order"] }),
  version: Type.Integer({ minimum: 1, description: "Each is immutable", examples: [1] }),
  topic: Type.String({ description: "Kafka's topic", examples: ["orders"] }),
  table: nullable("string", {
    description: "PostgreSQL's table; null: its records go to Kafka only",
    examples: ["orders"],
  }),
  stateTable: nullable("string", {
    description: "The table of the last states, of records that change; null: there is none",
    examples: [null],
  }),
};

const isBuiltIn = Type.Boolean({ description: "Part of the product, and registered by nobody" });
const createdAt = nullable("string", {
  format: "date-time",
  description: "When the version was registered; null of the built-in type",
  examples: ["2026-11-24T08:30:00.000Z"],
});

export const typeSchema = Type.Object(
  { ...typeProperties, isBuiltIn, createdAt },
  { title: "RecordType", additionalProperties: false },
);

export const registeredTypeSchema = Type.Object(
  {
    ...typeProperties,
    isUnchanged: Type.Boolean({ description: "Whether the very same was there already" }),
  },
  { title: "RegisteredRecordType", additionalProperties: false },
);

export const typeDetailsSchema = Type.Object(
  {
    ...typeProperties,
    isBuiltIn,
    createdAt,
    title: nullable("string", { description: "The definition's", examples: ["Order"] }),
    description: nullable("string", { description: "The definition's", examples: ["What customers order"] }),
    versions: Type.Array(Type.Integer({ minimum: 1 }), {
      description: "All that there are",
      examples: [[1]],
    }),
    mediaType: Type.Unsafe<(typeof definitionMediaTypes)[number] | null>({
      enum: [...definitionMediaTypes, null],
      description: "Of the definition",
      examples: ["application/yaml"],
    }),
    definition: nullable("string", {
      description: "As it came; null of the built-in type",
      examples: ["$id: order\nproperties:\n  id: { type: string, format: uuid }\n"],
    }),
    schema: Type.Unsafe<Readonly<Record<string, unknown>>>({
      type: "object",
      description: "JSON Schema of a record, for validators",
      examples: [{ properties: { id: { type: "string", format: "uuid" } } }],
    }),
    columns: Type.Array(
      Type.Object(
        {
          name: Type.String({ examples: ["id"] }),
          type: Type.String({
            description: `The column's, in PostgreSQL's words; of own types one of ${columnTypes.join(", ")}`,
            examples: ["uuid"],
          }),
          field: Type.String({ description: "The record's property", examples: ["id"] }),
        },
        { additionalProperties: false },
      ),
      { description: "Those of the fields, in the table; none where there is no table" },
    ),
  },
  { title: "RecordTypeDetails", additionalProperties: false },
);

export const typeJson = ({
  name,
  version,
  topic,
  table,
  stateTable,
  createdAt: registeredAt,
}: RecordTypeVersion): Static<typeof typeSchema> => ({
  name,
  version,
  topic,
  table,
  stateTable,
  isBuiltIn: false,
  createdAt: registeredAt.toISOString(),
});

export const registeredTypeJson = ({
  type: { name, version, topic, table, stateTable },
  isUnchanged,
}: RegisteredType): Static<typeof registeredTypeSchema> => ({
  name,
  version,
  topic,
  table,
  stateTable,
  isUnchanged,
});
