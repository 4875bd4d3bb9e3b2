import { isDeepStrictEqual } from "node:util";
import { isObject } from "../generate/shapes/is-object.ts";
import type {
  ChoiceNode,
  Definition,
  Field,
  Json,
  JsonSchema,
  ObjectNode,
} from "../generate/shapes/nodes.ts";
import { pointTo } from "../generate/shapes/pointer.ts";
import { keyOf } from "../generate/shapes/same-json.ts";
import { mapSchema, type Schema } from "../generate/shapes/walk-schema.ts";
import type { Fault } from "./definition/problem.ts";

/** What a definition is beside another of the same name. */
export type Difference =
  /** Says the same, if in other words. */
  | { readonly kind: "same" }
  /** Describes the same records, with these further optional fields or with another title, description or count. */
  | { readonly kind: "next"; readonly added: readonly string[] }
  | { readonly kind: "other"; readonly faults: readonly Fault[] };

/** Compares what both mean, not how they are written. Streams count: both must be parsed with the same versions of what both have. */
export function compareDefinitions(former: Definition, next: Definition): Difference {
  const faults = [...compareRecords(former, next), ...compareFields(former.root, next.root)];
  const added = addedFields(former, next);
  if (faults.length === 0 && !isSameSchema(former.schema, next.schema, added))
    faults.push({ pointer: "", message: "allows other records than the registered version" });
  if (faults.length > 0) return { kind: "other", faults };
  const isSame = added.length === 0 && free.every((name) => former[name] === next[name]);
  return isSame ? { kind: "same" } : { kind: "next", added };
}

const settled = [
  "topic",
  "table",
  "key",
  "messageKey",
  "belongsTo",
  "changes",
  "onInvalid",
  "format",
  "stats",
] as const;
/** What changes no record. */
const free = ["title", "description", "count"] as const;

function compareRecords(former: Definition, next: Definition): Fault[] {
  return settled
    .filter((name) => !isDeepStrictEqual(former[name], next[name]))
    .map((name) => ({
      pointer: pointTo("/x-record", name),
      message: `is ${JSON.stringify(next[name])}; the registered version has ${JSON.stringify(former[name])}`,
    }));
}

function compareFields(former: ObjectNode | ChoiceNode, next: ObjectNode | ChoiceNode): readonly Fault[] {
  if (former.kind === "choice" || next.kind === "choice")
    return isDeepStrictEqual(former, next)
      ? []
      : [
          {
            pointer: "",
            message: "differs from the registered version, of whose branches none can be changed",
          },
        ];
  const fields = new Map(next.fields.map((field) => [field.name, field]));
  const names = new Set(former.fields.map(({ name }) => name));
  const rest = ({ fields: _, ...node }: ObjectNode): unknown => node;
  return [
    ...former.fields.flatMap((field) => compareField(field, fields.get(field.name))),
    ...next.fields.flatMap(({ name, isRequired, node }) =>
      isRequired && !names.has(name)
        ? [{ pointer: node.pointer, message: "is new and required; records of earlier versions lack it" }]
        : [],
    ),
    ...(isDeepStrictEqual(rest(former), rest(next))
      ? []
      : [{ pointer: "", message: "makes further properties in another way than the registered version" }]),
  ];
}

function compareField(former: Field, next: Field | undefined): readonly Fault[] {
  if (next === undefined)
    return [
      {
        pointer: "/properties",
        message: `lacks ${JSON.stringify(former.name)}, which the registered version has`,
      },
    ];
  return isDeepStrictEqual(former, next)
    ? []
    : [{ pointer: next.node.pointer, message: "is another than in the registered version" }];
}

/** Names of fields that the first of them lacks. */
export function addedFields(former: Definition, next: Definition): readonly string[] {
  if (former.root.kind === "choice" || next.root.kind === "choice") return [];
  const names = new Set(former.root.fields.map(({ name }) => name));
  return next.root.fields.map(({ name }) => name).filter((name) => !names.has(name));
}

/** Whether the same records are valid, those fields left aside and what only they refer to. */
function isSameSchema(former: JsonSchema, next: JsonSchema, added: readonly string[]): boolean {
  const formerDefinitions = former.$defs as Json | undefined;
  const shared = (schema: JsonSchema): Json => {
    const { properties, $defs, ...rest } = schema as { readonly [name: string]: Json };
    return {
      ...rest,
      properties: without(properties, (name) => added.includes(name)),
      $defs: without(
        $defs,
        (name) => !(isObject(formerDefinitions) && Object.hasOwn(formerDefinitions, name)),
      ),
    };
  };
  return keyOf(mapSchema(shared(former), sortRequired)) === keyOf(mapSchema(shared(next), sortRequired));
}

const without = (members: Json | undefined, isLeftOut: (name: string) => boolean): Json =>
  isObject(members) ? Object.fromEntries(Object.entries(members).filter(([name]) => !isLeftOut(name))) : {};

const sortRequired = (schema: Schema): Schema =>
  Array.isArray(schema.required) ? { ...schema, required: [...schema.required].sort() } : schema;
