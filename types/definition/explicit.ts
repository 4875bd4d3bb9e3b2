import { toJsonNumber } from "../../generate/shapes/decimal.ts";
import type {
  Belonging,
  Changes,
  ChildCount,
  Definition,
  Json,
  Node,
  ObjectNode,
  Operator,
  ScalarNode,
} from "../../generate/shapes/nodes.ts";
import { tokensOf } from "../../generate/shapes/pointer.ts";
import { moveSchema } from "./move-schema.ts";

type Written = { readonly [keyword: string]: Json };

/**
 * A definition with all that was chosen for it written out: it describes the same records, and a reader has nothing to know by heart. What
 * is only checked stands as it was written among `$defs`, and a value is held against it by a `not` of `not`, which chooses nothing.
 */
export function explicit({
  name,
  title,
  description,
  topic,
  table,
  key,
  messageKey,
  count,
  belongsTo,
  changes,
  onInvalid,
  format,
  stats,
  schema,
  root,
}: Definition): Written {
  const written = writeNode(root, {});
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...(title === null ? {} : { title }),
    ...(description === null ? {} : { description }),
    "x-record": {
      name,
      topic,
      table,
      ...(key.length === 0 ? {} : { key: key.length === 1 ? (key[0] as string) : key }),
      messageKey: messageKey.length > 1 ? messageKey : (messageKey[0] ?? null),
      ...(count === null ? {} : { count }),
      ...(belongsTo === null ? {} : writeBelonging(belongsTo)),
      ...(changes === null ? {} : { changes: writeChanges(changes) }),
      onInvalid,
      format,
      stats,
    },
    ...written,
    ...(isAnyChecked(root) ? { $defs: { [asWritten]: moveSchema(schema, `/$defs/${asWritten}`) } } : {}),
  };
}

const writeChanges = ({ updates, deletes, overMs, envelope, state, fields }: Changes): Written => ({
  updates,
  deletes,
  over: duration(overMs),
  envelope,
  ...(state === null ? {} : { state }),
  ...(fields === null ? {} : { fields }),
});

function writeBelonging(belongsTo: Belonging): Written {
  if (belongsTo.kind === "series") {
    const { of, everyMs, jitterMs } = belongsTo;
    return {
      seriesOf: of,
      every: duration(everyMs),
      ...(jitterMs > 0 ? { jitter: duration(jitterMs) } : {}),
    };
  }
  return { childOf: belongsTo.of, count: writeChildCount(belongsTo.count) };
}

function writeChildCount(count: ChildCount): Json {
  const { min, max } = count;
  switch (count.kind) {
    case "fixed":
      return { fixed: min };
    case "range":
      return { range: [min, max] };
    case "geometric":
      return { geometric: count.probability, min, max };
    case "poisson":
      return { poisson: count.mean, min, max };
    case "zipf":
      return { zipf: count.exponent, min, max };
  }
}

const asWritten = "as_written";
const referenceTo = (pointer: string): string =>
  `#/$defs/${asWritten}${pointer.split("/").map(encodeURIComponent).join("/")}`;

function isAnyChecked(node: Node): boolean {
  if (node.check !== null) return true;
  switch (node.kind) {
    case "scalar":
      return false;
    case "object":
      return (
        node.fields.some((field) => isAnyChecked(field.node)) ||
        node.extras.some(({ names, values }) => isAnyChecked(names) || isAnyChecked(values))
      );
    case "array":
      return node.prefix.some(isAnyChecked) || (node.items !== null && isAnyChecked(node.items));
    case "choice":
      return node.branches.some(isAnyChecked);
  }
}

function writeCheck({ check }: Node): Written {
  if (check === null) return {};
  const schemas = check.pointers.map((pointer) => ({ $ref: referenceTo(pointer) }));
  const [only] = schemas;
  return {
    $comment: `validated and drawn again: ${check.keywords.join(", ")}`,
    ...(only === undefined ? {} : { not: { not: schemas.length === 1 ? only : { allOf: schemas } } }),
  };
}

/** @param modifiers those that belong to the field in which the node stands */
function writeNode(node: Node, modifiers: Written): Written {
  const comment = writeCheck(node);
  const nulls: Written = node.nulls > 0 ? { nulls: node.nulls } : {};
  if (node.kind === "scalar") return { ...comment, ...writeScalar(node, { ...nulls, ...modifiers }) };
  const generate = { ...nulls, ...modifiers };
  const written = Object.keys(generate).length === 0 ? {} : { "x-generate": generate };
  const type = (name: string): Json => (node.nulls > 0 ? [name, "null"] : name);
  switch (node.kind) {
    case "object":
      return { ...comment, type: type("object"), ...writeObject(node), ...written };
    case "array":
      return {
        ...comment,
        type: type("array"),
        ...(node.prefix.length > 0 ? { prefixItems: node.prefix.map((each) => writeNode(each, {})) } : {}),
        items: node.items === null ? false : writeNode(node.items, {}),
        minItems: node.minItems,
        maxItems: node.maxItems,
        ...(node.uniqueItems ? { uniqueItems: true } : {}),
        ...written,
      };
    case "choice":
      return {
        ...comment,
        anyOf: [
          ...node.branches.map((each) => writeNode(each, {})),
          ...(node.nulls > 0 ? [{ type: "null" }] : []),
        ],
        ...written,
      };
  }
}

function writeObject({ fields, extras }: ObjectNode): Written {
  const properties = fields.map(({ name, node, presence, isRequired }): [string, Json] => [
    name,
    writeNode(node, isRequired ? {} : { absent: Math.round((1 - presence) * 1e9) / 1e9 }),
  ]);
  const [extra] = extras;
  const required = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(extra
      ? {
          propertyNames: writeNode(extra.names, {}),
          additionalProperties: writeNode(extra.values, {}),
          minProperties: fields.length + extra.min,
          maxProperties: fields.length + extra.max,
        }
      : {}),
  };
}

function writeScalar(node: ScalarNode, modifiers: Written): Written {
  const { operator, type, length, grid, nulls, unique, skew } = node;
  const beside: Written = { ...modifiers, ...(unique ? { unique } : {}), ...(skew > 0 ? { skew } : {}) };
  const withNull = (name: string): Json => (nulls > 0 || mayLack(node) ? [name, "null"] : name);
  if (operator.kind === "const" && nulls === 0) return { const: operator.value, ...generated(beside) };
  if (operator.kind === "const" || operator.kind === "values") {
    const values = operator.kind === "const" ? [operator.value] : operator.values;
    const weights =
      operator.kind === "values" && operator.weights !== null
        ? { weights: nulls > 0 ? [...operator.weights, 1] : operator.weights }
        : {};
    return {
      ...(type === "any" ? {} : { type: withNull(type) }),
      enum: nulls > 0 ? [...values, null] : values,
      ...generated({ ...weights, ...beside }),
    };
  }
  const bounds: { [keyword: string]: Json } = {};
  if (length !== null) {
    if (length.min > 0) bounds.minLength = length.min;
    bounds.maxLength = length.max;
  }
  const decimals: { decimals?: number } = {};
  if (grid !== null) {
    const at = (units: bigint): number | bigint => toJsonNumber({ units, decimals: grid.decimals });
    bounds.minimum = at(grid.lowest);
    bounds.maximum = at(grid.highest);
    if (grid.step !== 1n) bounds.multipleOf = at(grid.step);
    if (type === "number") decimals.decimals = grid.decimals;
  }
  return {
    type: withNull(type),
    ...bounds,
    ...formatOf(operator),
    ...generated({ ...writeOperator(operator, node), ...decimals, ...beside }),
  };
}

/** Whether it is null where there is no record to take it from. */
const mayLack = ({ operator, stream }: ScalarNode): boolean =>
  ((operator.kind === "min" || operator.kind === "max") && operator.acceptsNull) ||
  (operator.kind === "ref" && stream.startsWith(`${operator.type}@`));

const generated = (generate: Written): Written =>
  Object.keys(generate).length === 0 ? {} : { "x-generate": generate };

/** The format that operators look at. */
function formatOf(operator: Operator): Written {
  if (operator.kind === "uuid") return { format: "uuid" };
  if (operator.kind === "format") return { format: operator.format };
  return "shape" in operator && operator.shape !== "unix-seconds" ? { format: operator.shape } : {};
}

function writeOperator(operator: Operator, node: ScalarNode): Written {
  switch (operator.kind) {
    case "faker":
      return {
        faker: operator.method,
        ...(operator.args.length > 0 ? { args: operator.args } : {}),
        ...(operator.locale === null ? {} : { locale: operator.locale }),
      };
    case "person":
      return { person: operator.feature };
    case "uniform": {
      const { decimals = 0, lowest = 0n, highest = 0n } = node.grid ?? {};
      const ends = [lowest, highest].map((units) => toJsonNumber({ units, decimals }));
      return ends.every((end) => Math.abs(Number(end)) <= 1e15) ? { uniform: ends } : {};
    }
    case "normal":
      return { normal: [operator.mean, operator.deviation] };
    case "lognormal":
      return { lognormal: [operator.mu, operator.sigma] };
    case "exponential":
      return { exponential: operator.mean };
    case "zipf":
      return { zipf: operator.exponent };
    case "words":
    case "uuid":
      return { [operator.kind]: true };
    case "pattern":
      return { pattern: operator.pattern.source };
    case "format":
      return { format: operator.format };
    case "sequence":
      return {
        sequence:
          node.type === "string"
            ? `${operator.before}{${"0".repeat(operator.digits)}}${operator.after}`
            : operator.start,
      };
    case "between":
      return { between: writePeriod(operator.period), growth: operator.growth, rhythm: operator.rhythm };
    case "after":
    case "before":
      return {
        [operator.kind]: pathTo(operator.of, node),
        atLeast: duration(operator.minMs),
        within: duration(operator.maxMs),
      };
    case "product":
      return {
        product: operator.factors.map((each) => (typeof each === "number" ? each : pathTo(each, node))),
      };
    case "add":
      return { add: operator.terms.map((each) => (typeof each === "number" ? each : pathTo(each, node))) };
    case "template":
      return {
        concat: operator.parts.map((each) =>
          typeof each === "string" ? { text: each } : pathTo(each, node),
        ),
      };
    case "const":
    case "values":
      return {};
    case "ref":
      return {
        ref: `${operator.type}.${operator.field}`,
        pick: operator.pick.kind === "zipf" ? { zipf: operator.pick.exponent } : operator.pick.kind,
      };
    case "through":
      return { ref: pathTo(node, node) };
    case "parent":
      return { parent: operator.field };
    case "ordinal":
      return { ordinal: true };
    case "count":
      return { count: operator.type };
    case "sum":
    case "min":
    case "max":
      return { [operator.kind]: `${operator.type}.${operator.field}` };
    case "tick":
      return { tick: true };
    case "series": {
      const { base, daily, weekly, trend, noise, halfLifeMs } = operator;
      const written = typeof base === "number" ? base : writeBase(base, node);
      return { series: { base: written, daily, weekly, trend, noise, halfLife: duration(halfLifeMs) } };
    }
    case "machine":
      return {
        machine: Object.fromEntries(
          operator.states.map((from, index) => [
            from,
            Object.fromEntries(
              (operator.moves[index] as readonly number[]).flatMap((each, to) =>
                each > 0 ? [[operator.states[to] as string, each]] : [],
              ),
            ),
          ]),
        ),
      };
  }
}

const second = 1_000;
const day = 86_400 * second;

function writePeriod(period: Extract<Operator, { kind: "between" }>["period"]): Json {
  if ("days" in period) return `P${period.days}D`;
  const { fromMs, toMs } = period;
  const areDays = fromMs % day === 0 && toMs % day === 0;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return areDays ? [iso(fromMs).slice(0, 10), iso(toMs - day).slice(0, 10)] : [iso(fromMs), iso(toMs)];
}

const duration = (ms: number): string => (ms % day === 0 ? `P${ms / day}D` : `PT${Math.round(ms / second)}S`);

const writeBase = (base: ScalarNode, node: ScalarNode): Json =>
  base.operator.kind === "parent" && base.isApart === true
    ? { parent: base.operator.field }
    : pathTo(base, node);

/** A field's path from another: what is below the last object that both stand in. */
function pathTo(target: ScalarNode, from: ScalarNode): string {
  const { operator } = target;
  if (operator.kind === "through") return `${pathTo(operator.of, from)}/${operator.field}`;
  const to = placeOf(target);
  const own = placeOf(from);
  let shared = 0;
  while (shared < to.length - 1 && shared < own.length - 1 && to[shared] === own[shared]) shared += 1;
  const path = to.slice(shared);
  return path.length === 1
    ? (path[0] as string)
    : path.map((token) => token.replaceAll("~", "~0").replaceAll("/", "~1")).join("/");
}

const placeOf = ({ stream }: ScalarNode): readonly string[] => tokensOf(stream.slice(stream.indexOf("/")));
