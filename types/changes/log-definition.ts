import type { Definition, JsonSchema, Node, ObjectNode, ScalarNode } from "../../generate/shapes/nodes.ts";
import { moveSchema } from "../definition/move-schema.ts";

/**
 * What the messages of a type are, of which the definition describes the records: those themselves, or Debezium's envelope around them
 * (https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-events).
 */
export function logDefinition(definition: Definition): Definition {
  const { changes, schema, root } = definition;
  if (changes?.envelope !== "debezium") return definition;
  return {
    ...definition,
    schema: envelopeSchema(schema),
    stats: { by: ["op"], sum: [] },
    root: envelopeOf(root),
  };
}

const stateOf = { anyOf: [{ type: "null" }, { $ref: "#/$defs/record" }] };
/** The years 1000 to 2999, as definitions have them. */
const instant = { type: "integer", minimum: -30_610_224_000_000, maximum: 32_503_679_999_999 };

const envelopeSchema = (schema: JsonSchema): JsonSchema => ({
  type: "object",
  required: ["before", "after", "source", "op", "ts_ms"],
  properties: {
    before: stateOf,
    after: stateOf,
    source: { type: "object" },
    // r: read by a snapshot, which others send.
    op: { enum: ["c", "u", "d", "r"] },
    ts_ms: instant,
  },
  $defs: { record: moveSchema(schema, "/$defs/record") },
});

/** Its nodes say which columns it has and how long it is; what is in it is written by the log. */
function envelopeOf(record: Definition["root"]): ObjectNode {
  const field = (name: string, node: Node): ObjectNode["fields"][number] => ({
    name,
    node,
    isRequired: true,
    presence: 1,
  });
  const state: Node = { ...record, nulls: 0.5 };
  return {
    ...plain(""),
    kind: "object",
    extras: [],
    fields: [
      field("before", { ...state, pointer: "/properties/before" }),
      field("after", { ...state, pointer: "/properties/after" }),
      field("source", { ...plain("source"), kind: "object", fields: [], extras: [] }),
      field("op", scalar("op", "string", { kind: "values", values: ["c", "u", "d", "r"], weights: null })),
      field("ts_ms", {
        ...scalar("ts_ms", "integer", { kind: "uniform" }),
        grid: { decimals: 0, step: 1n, lowest: BigInt(instant.minimum), highest: BigInt(instant.maximum) },
      }),
    ],
  };
}

const plain = (name: string) => ({
  stream: name,
  pointer: name === "" ? "" : `/properties/${name}`,
  nulls: 0,
  check: null,
});

const scalar = (name: string, type: ScalarNode["type"], operator: ScalarNode["operator"]): ScalarNode => ({
  ...plain(name),
  kind: "scalar",
  type,
  operator,
  unique: false,
  skew: 0,
  length: null,
  grid: null,
  saysDecimals: false,
});

/** Longest `source` that is written, in bytes. */
export const sourceBytes = 400;
