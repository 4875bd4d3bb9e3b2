import { largestValue } from "../../generate/largest-value.ts";
import { isObject } from "../../generate/shapes/is-object.ts";
import type {
  Belonging,
  ChildCount,
  ChoiceNode,
  Definition,
  Node,
  ObjectNode,
} from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import type { Schema } from "../../generate/shapes/walk-schema.ts";
import { snakeCase } from "./guess-operator.ts";
import { limits } from "./limits.ts";
import type { Fault } from "./problem.ts";
import { parseDuration } from "./read-times.ts";
import { namesOf, textOf } from "./said-values.ts";
import { settleChanges } from "./settle-changes.ts";

/** What `x-record` says, with its defaults. */
export type Record = Omit<Definition, "schema" | "root" | "version">;

const namePattern = /^[a-z][a-z0-9_]{0,47}$/;

export function settleRecord(schema: Schema): Record | Fault {
  const said: Schema = isObject(schema["x-record"]) ? schema["x-record"] : {};
  const name = typeof said.name === "string" ? said.name : nameOf(schema);
  if (name === null || !namePattern.test(name))
    return {
      pointer: said.name === undefined ? "" : "/x-record/name",
      message: `has no name${name === null ? "" : ` that can be used (${JSON.stringify(name)})`}; write x-record: {name: …} with a to z, then up to 47 of a to z, 0 to 9 and _, or such a $id`,
    };
  const key = namesOf(said.key);
  const belongsTo = settleBelonging(said);
  if (belongsTo !== null && "message" in belongsTo) return belongsTo;
  const changes = settleChanges(said, belongsTo);
  if (changes !== null && "message" in changes) return changes;
  return {
    name,
    title: textOf(schema.title),
    description: textOf(schema.description),
    topic: textOf(said.topic) ?? name,
    table: said.table === null ? null : (textOf(said.table) ?? name),
    key,
    messageKey:
      said.messageKey === undefined && (key.length === 1 || changes !== null)
        ? key
        : namesOf(said.messageKey),
    belongsTo,
    changes,
    count: typeof said.count === "number" ? said.count : null,
    onInvalid: said.onInvalid === "dead_letter" ? "dead_letter" : "flag",
    format: (said.format as Definition["format"] | undefined) ?? "json",
    stats: isObject(said.stats)
      ? { by: namesOf(said.stats.by), sum: namesOf(said.stats.sum) }
      : { by: [], sum: [] },
  };
}

/** Whose children or readings the records are. */
function settleBelonging(said: Schema): Belonging | null | Fault {
  const { childOf, seriesOf, count, every, jitter } = said;
  const fault = (member: string, message: string): Fault => ({
    pointer: pointTo("/x-record", member),
    message,
  });
  if (childOf !== undefined && seriesOf !== undefined)
    return fault("seriesOf", "stands beside childOf; records are children or readings");
  if (typeof childOf !== "string" && isObject(count))
    return fault("count", "is one of children; write childOf: TYPE beside it, or a whole number");
  if (typeof seriesOf !== "string") {
    for (const member of ["every", "jitter"])
      if (said[member] !== undefined) return fault(member, "is of readings; write seriesOf: TYPE beside it");
  }
  if (typeof childOf === "string") {
    if (typeof count === "number")
      return fault(
        "count",
        "follows from that of the parents; say how many children each has, as {range: [1, 5]}",
      );
    const settled = settleChildren(isObject(count) ? count : { range: [1, 5] });
    if (settled.min > settled.max)
      return fault("count", `has at least ${settled.min} children and at most ${settled.max}`);
    return { kind: "children", of: childOf, count: settled };
  }
  if (typeof seriesOf !== "string") return null;
  if (typeof every !== "string")
    return fault("seriesOf", "needs every: how much later the next reading is, as PT10S");
  const [everyMs, jitterMs] = [parseDuration(every), typeof jitter === "string" ? parseDuration(jitter) : 0];
  if (everyMs === 0) return fault("every", "must be at least a second");
  if (jitterMs >= everyMs)
    return fault("jitter", "must be less than every, so that readings stay in their order");
  return { kind: "series", of: seriesOf, everyMs, jitterMs };
}

function settleChildren(said: Schema): ChildCount {
  const number = (name: string): number => said[name] as number;
  const bounds = (usual: number): { min: number; max: number } => {
    const min = typeof said.min === "number" ? said.min : 0;
    return {
      min,
      max: typeof said.max === "number" ? said.max : Math.min(limits.children, Math.max(min, usual)),
    };
  };
  if (said.fixed !== undefined) return { kind: "fixed", min: number("fixed"), max: number("fixed") };
  if (Array.isArray(said.range)) {
    const [min, max] = said.range as unknown as readonly [number, number];
    return { kind: "range", min, max };
  }
  if (said.geometric !== undefined)
    return { kind: "geometric", probability: number("geometric"), ...bounds(100) };
  if (said.poisson !== undefined) {
    const mean = number("poisson");
    return { kind: "poisson", mean, ...bounds(Math.ceil(mean + 10 * Math.sqrt(mean) + 10)) };
  }
  return { kind: "zipf", exponent: number("zipf"), ...bounds(100) };
}

/** `https://example.com/order-line.schema.json` -> `order_line`. */
function nameOf({ $id, title }: Schema): string | null {
  const last = textOf($id)
    ?.replace(/[?#].*$/, "")
    .split(/[/:]/)
    .findLast((part) => part !== "");
  const text = last?.replace(/(\.schema)?\.(json|yaml|yml)$/, "") ?? textOf(title);
  return text === null ? null : snakeCase(text).replace(/^_+|_+$/g, "");
}

/** Whether the fields that `x-record` names are there, and fit. */
export function checkFieldNames(record: Record, root: ObjectNode | ChoiceNode): readonly Fault[] {
  const fields = fieldsOf(root);
  const faults: Fault[] = [];
  const check = (pointer: string, name: string, faultOf: (node: Node) => string | null): void => {
    const nodes = fields.get(name);
    const message =
      nodes === undefined
        ? `names ${JSON.stringify(name)}, which is no property; there are ${[...fields.keys()].slice(0, 20).join(", ")}`
        : (nodes.map(faultOf).find((each) => each !== null) ?? null);
    if (message !== null) faults.push({ pointer, message });
  };
  const isScalar = (node: Node): boolean =>
    node.kind === "scalar" || (node.kind === "choice" && node.branches.every(isScalar));
  const scalar = (node: Node): string | null =>
    isScalar(node) ? null : "must name fields with single values";
  const always = (node: Node): string | null =>
    scalar(node) ?? (node.nulls > 0 ? "must name fields that are never null" : null);
  for (const [index, name] of record.key.entries())
    check(record.key.length > 1 ? pointTo("/x-record/key", index) : "/x-record/key", name, always);
  for (const [index, name] of record.messageKey.entries()) {
    const isToldOfKey = record.key.includes(name);
    const pointer = "/x-record/messageKey";
    if (!isToldOfKey) check(record.messageKey.length > 1 ? pointTo(pointer, index) : pointer, name, scalar);
  }
  const keyBytes = record.messageKey
    .flatMap((name) => fields.get(name) ?? [])
    .reduce((sum, node) => sum + largestValue(node), 0);
  if (keyBytes > limits.keyBytes) {
    const [most, allowed] = [keyBytes, limits.keyBytes].map((each) => each.toLocaleString("en"));
    const message = `may come to ${most} bytes, and Kafka's key to ${allowed}; bound its fields, or write messageKey: null`;
    faults.push({ pointer: "/x-record/messageKey", message });
  }
  const { by, sum } = record.stats;
  if (record.table === null && by.length + sum.length > 0)
    faults.push({
      pointer: "/x-record/stats",
      message:
        "is of no use with table: null, since it is the rows that are counted; leave one of the two out",
    });
  for (const [index, name] of by.entries()) check(pointTo("/x-record/stats/by", index), name, scalar);
  for (const [index, name] of sum.entries())
    check(pointTo("/x-record/stats/sum", index), name, (node) =>
      node.kind === "scalar" && (node.type === "integer" || node.type === "number")
        ? null
        : "must name fields with numbers",
    );
  return faults;
}

function fieldsOf(root: Node): ReadonlyMap<string, readonly Node[]> {
  const objects = (node: Node): readonly ObjectNode[] =>
    node.kind === "choice" ? node.branches.flatMap(objects) : node.kind === "object" ? [node] : [];
  const fields = new Map<string, Node[]>();
  for (const { name, node } of objects(root).flatMap((object) => object.fields))
    fields.set(name, [...(fields.get(name) ?? []), node]);
  return fields;
}
