import { compileSampler, type RecordSampler, type RunOfType } from "../../generate/compile-sampler.ts";
import type {
  ArrayNode,
  ChoiceNode,
  Definition,
  Field,
  Grid,
  JsonSchema,
  Node,
  ObjectNode,
  Operator,
  ScalarNode,
} from "../../generate/shapes/nodes.ts";
import type { Pattern, PatternPart } from "../../generate/shapes/pattern.ts";
import { Utf8Writer } from "../../generate/utf8-writer.ts";

/** What all nodes have; a field's stream and pointer follow from its name once it stands in an object. */
const plain = { stream: "", pointer: "", nulls: 0, check: null };

type Rest = Partial<Omit<ScalarNode, "operator">>;

export const scalar = (operator: Operator, rest: Rest = {}): ScalarNode => ({
  ...plain,
  kind: "scalar",
  type: "string",
  operator,
  unique: false,
  skew: 0,
  length: null,
  grid: null,
  saysDecimals: false,
  ...rest,
});

/** @param low and high in units of 10^-decimals */
export const grid = (low: bigint | number, high: bigint | number, decimals = 0, step = 1): Grid => ({
  lowest: BigInt(low),
  highest: BigInt(high),
  decimals,
  step: BigInt(step),
});

export const number = (operator: Operator, on: Grid, rest: Rest = {}): ScalarNode =>
  scalar(operator, { type: on.decimals === 0 ? "integer" : "number", grid: on, ...rest });

export const values = (...list: Extract<Operator, { kind: "values" }>["values"]): ScalarNode =>
  scalar({ kind: "values", values: list, weights: null }, { type: "any" });

export const object = (
  fields: Readonly<Record<string, Node>>,
  rest: Partial<ObjectNode> = {},
): ObjectNode => ({
  ...plain,
  kind: "object",
  fields: Object.entries(fields).map(
    ([name, node]): Field => ({ name, node, isRequired: true, presence: 1 }),
  ),
  extras: [],
  ...rest,
});

export const array = (items: Node, rest: Partial<ArrayNode> = {}): ArrayNode => ({
  ...plain,
  kind: "array",
  prefix: [],
  items,
  minItems: 0,
  maxItems: 5,
  uniqueItems: false,
  ...rest,
});

export const choice = (...branches: readonly Node[]): ChoiceNode => ({
  ...plain,
  kind: "choice",
  branches,
  weights: null,
});

/** Gives every node a stream and a pointer, as the definition's compiler does. Changes the nodes, on which others refer to one another. */
function place(node: Node, stream: string, pointer: string): void {
  Object.assign(node, { stream, pointer });
  const at = (child: Node, step: string, schemaStep: string): void =>
    place(child, `${stream}/${step}`, `${pointer}/${schemaStep}`);
  if (node.kind === "object") {
    for (const { name, node: child } of node.fields) at(child, name, `properties/${name}`);
    for (const [index, { names, values: each }] of node.extras.entries()) {
      at(names, `propertyNames/${index}`, "propertyNames");
      at(each, `additionalProperties/${index}`, "additionalProperties");
    }
  }
  if (node.kind === "array") {
    for (const [index, child] of node.prefix.entries()) at(child, String(index), `prefixItems/${index}`);
    if (node.items !== null) at(node.items, "items", "items");
  }
  if (node.kind === "choice") {
    for (const [index, child] of node.branches.entries()) at(child, `oneOf/${index}`, `oneOf/${index}`);
  }
}

export function definitionOf(root: ObjectNode, schema: JsonSchema = {}): Definition {
  place(root, "test@1", "");
  return {
    name: "test",
    version: 1,
    title: null,
    description: null,
    topic: "test",
    table: null,
    key: [],
    messageKey: [],
    count: null,
    onInvalid: "flag",
    format: "json",
    belongsTo: null,
    changes: null,
    stats: { by: [], sum: [] },
    schema,
    root,
  };
}

export const run: RunOfType = { seed: 42, referenceDate: new Date("2026-07-01T12:34:56Z") };

/** The sampler of a record that has this one field `a`, and those given beside it. */
export const samplerOf = (node: Node, beside: Readonly<Record<string, Node>> = {}, of = run): RecordSampler =>
  compileSampler(definitionOf(object({ ...beside, a: node })), of);

export function written(sampler: RecordSampler, seq: number): string {
  const out = new Utf8Writer();
  sampler.write(seq, out);
  return out.toString();
}

/** The field `a` of the first records, as it is written. */
export const drawn = (
  node: Node,
  count: number,
  beside: Readonly<Record<string, Node>> = {},
  of = run,
): unknown[] => {
  const sampler = samplerOf(node, beside, of);
  const out = new Utf8Writer();
  const records = Array.from({ length: count }, (_, seq) => {
    out.clear();
    sampler.write(seq, out);
    return out.toString();
  });
  // Parsed at once: one by one takes longer than to draw them.
  return (JSON.parse(`[${records}]`) as { a: unknown }[]).map(({ a }) => a);
};

const set = (...ranges: readonly (readonly [string, string])[]): PatternPart => ({
  kind: "set",
  ranges: ranges.map(([from, to]) => [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0]),
});
export const parts = {
  set,
  text: (text: string): PatternPart => ({
    kind: "sequence",
    parts: Array.from(text, (each) => set([each, each])),
  }),
  sequence: (...list: readonly PatternPart[]): PatternPart => ({ kind: "sequence", parts: list }),
  either: (...branches: readonly PatternPart[]): PatternPart => ({ kind: "either", branches }),
  repeat: (part: PatternPart, min: number, max: number | null): PatternPart => ({
    kind: "repeat",
    part,
    min,
    max,
  }),
};

export const patternOf = (source: string, body: PatternPart): Pattern => ({
  source,
  body,
  fromStart: true,
  toEnd: true,
  lookaheads: [],
});
