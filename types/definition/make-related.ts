import { isEndless } from "../../generate/series.ts";
import { toDecimal } from "../../generate/shapes/decimal.ts";
import { isObject } from "../../generate/shapes/is-object.ts";
import type { Json, Operator, Pick, ScalarNode, TimeShape } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { type Facets, isRefusal, type Refusal, refuse, type TypeName } from "./facets.ts";
import { isAllowed } from "./make-values.ts";
import type { Generate } from "./read-generate.ts";
import { parseDuration } from "./read-times.ts";
import type { Made, Surroundings } from "./scalar.ts";
import { settleGrid } from "./settle-grid.ts";

/** Of a field that says its operator. */
type AskedGenerate = Generate & { readonly operator: NonNullable<Generate["operator"]> };

/** Operators whose values are of other records, or of a moment in a series. */
export const relatedOperators: ReadonlySet<string> = new Set([
  "ref",
  "parent",
  "ordinal",
  "sum",
  "count",
  "min",
  "max",
  "tick",
  "series",
  "machine",
]);

/** Whether an operator's values are only known where the types are linked: of a text, a number, or true and false. */
export const takesOver = (name: string): boolean =>
  name === "ref" || name === "parent" || name === "min" || name === "max";

const namePattern = /^[a-z][a-z0-9_]{0,47}$/;

export function makeRelated(
  facets: Facets,
  type: TypeName,
  generate: AskedGenerate,
  around: Surroundings,
): Made | Refusal {
  const { decimals } = generate;
  const operator = readOperator(generate, facets, around);
  if (isRefusal(operator)) return operator;
  const refused = refuseModifiers(operator, generate);
  if (refused !== null) return refused;
  const length = facets.counts.get("maxLength")?.value;
  const made = {
    operator,
    length: type === "string" && length !== undefined ? { min: 0, max: length } : null,
    checks: [],
  };
  if (type !== "integer" && type !== "number") return { ...made, grid: null };
  const grid = settleGrid(facets, type, {
    range: rangeOf(operator, type, decimals),
    usual: [0, 1],
    decimals,
    atLeastDecimals: operator.kind === "series" ? null : type === "integer" ? 0 : usualDecimals,
    spread: null,
  });
  return isRefusal(grid) ? grid : { ...made, grid };
}

/** Of numbers of which neither `multipleOf` nor `decimals` says it. */
const usualDecimals = 2;

/** As far as doubles are exact with so many digits behind the point; of a series what is around its base. */
function rangeOf(
  operator: Operator,
  type: TypeName,
  decimals: number | null,
): readonly [ReturnType<typeof toDecimal>, ReturnType<typeof toDecimal>] {
  const most =
    type === "integer"
      ? Number.MAX_SAFE_INTEGER
      : 10 ** (15 - Math.max(usualDecimals, decimals ?? usualDecimals));
  const least = operator.kind === "count" || operator.kind === "ordinal" ? 0 : -most;
  return [toDecimal(least), toDecimal(most)];
}

/** What is another record's value cannot be drawn otherwise than that record has it. */
function refuseModifiers(operator: Operator, { pointer, unique, skew }: Generate): Refusal | null {
  if (skew > 0)
    return refuse(pointTo(pointer, "skew"), "does not fit here; of a reference write pick: {zipf: EXPONENT}");
  const picksOnce = operator.kind === "ref" && operator.pick.kind === "each";
  return unique && !picksOnce
    ? refuse(pointTo(pointer, "unique"), "can only be had of a reference to another type, with pick: each")
    : null;
}

function readOperator(
  { operator: asked, beside, unique }: AskedGenerate,
  facets: Facets,
  around: Surroundings,
): Operator | Refusal {
  const { name, argument, pointer } = asked;
  const { belongsTo, changes } = around.record;
  switch (name) {
    case "ref":
      return readReference(argument as string, pointer, readPick(beside.pick, unique), around);
    case "parent":
      return belongsTo === null
        ? refuse(pointer, "needs a parent: write x-record: {childOf: TYPE} or {seriesOf: TYPE}")
        : { kind: "parent", type: belongsTo.of, field: argument as string };
    case "ordinal":
      return belongsTo === null && changes === null
        ? refuse(
            pointer,
            "needs a parent: write x-record: {childOf: TYPE} or {seriesOf: TYPE}; or states, with changes: {…}",
          )
        : { kind: "ordinal" };
    case "count":
      return namePattern.test(argument as string)
        ? { kind: "count", type: argument as string }
        : refuse(pointer, "must be the name of a type of children");
    case "sum":
    case "min":
    case "max": {
      const target = readTarget(argument as string);
      return target === null
        ? refuse(pointer, "must be TYPE.FIELD, a field of this record's children")
        : name === "sum"
          ? { kind: name, ...target }
          : { kind: name, ...target, acceptsNull: around.isNullable };
    }
    case "tick":
      return inTime({ kind: "tick", shape: shapeOf(facets) }, pointer, around);
    case "series":
      return readSeries(argument as { readonly [name: string]: Json }, pointer, around);
    case "machine":
      return readMachine(argument as Moves, pointer, facets, around);
    default:
      throw new TypeError(`${name} has nothing to do with other records`);
  }
}

function shapeOf({ formats, types }: Facets): TimeShape {
  if (formats.some(({ value }) => value === "date")) return "date";
  return types?.value.has("string") === false ? "unix-seconds" : "date-time";
}

/** `TYPE.FIELD`, or `FIELD/PATH` of the record to which a field beside it refers. */
function readReference(
  text: string,
  pointer: string,
  pick: Pick,
  { findField, record }: Surroundings,
): Operator | Refusal {
  const target = readTarget(text);
  if (target !== null && !text.slice(0, text.indexOf(".")).includes("/")) {
    if (target.type === record.name && pick.kind === "each")
      return refuse(
        pointer,
        "refers to its own type, of which each record picks an earlier one; pick uniform or zipf",
      );
    return { kind: "ref", ...target, pick };
  }
  if (!text.includes("/"))
    return refuse(pointer, "must be TYPE.FIELD, or FIELD/PATH of the record that FIELD refers to");
  const found = findField(text, pointer);
  if (isRefusal(found)) return found;
  return found.isApart === true
    ? found.operator
    : refuse(pointer, `${text} is a field of this record; a reference leads to another one`);
}

function readTarget(text: string): { readonly type: string; readonly field: string } | null {
  const dot = text.indexOf(".");
  const [type, field] = [text.slice(0, dot), text.slice(dot + 1)];
  return dot > 0 && field !== "" && namePattern.test(type) ? { type, field } : null;
}

/** Unique references pick each record once. */
function readPick(said: Json | undefined, isUnique: boolean): Pick {
  if (isObject(said)) return { kind: "zipf", exponent: said.zipf as number };
  return { kind: said === "each" || (said === undefined && isUnique) ? "each" : "uniform" };
}

function inSeries(operator: Operator, pointer: string, { record }: Surroundings): Operator | Refusal {
  return record.belongsTo?.kind === "series"
    ? operator
    : refuse(pointer, "needs x-record: {seriesOf: TYPE, every: PT10S}");
}

function inTime(operator: Operator, pointer: string, { record }: Surroundings): Operator | Refusal {
  return record.belongsTo?.kind === "series" || record.changes !== null
    ? operator
    : refuse(pointer, "needs x-record: {seriesOf: TYPE, every: PT10S} or {changes: {updates: 0.3}}");
}

function readSeries(
  said: { readonly [name: string]: Json },
  pointer: string,
  around: Surroundings,
): Operator | Refusal {
  const base = readBase(said.base ?? 0, pointTo(pointer, "base"), around);
  if (typeof base !== "number" && isRefusal(base)) return base;
  const number = (name: string): number => (typeof said[name] === "number" ? (said[name] as number) : 0);
  return inSeries(
    {
      kind: "series",
      base,
      daily: number("daily"),
      weekly: number("weekly"),
      trend: number("trend"),
      noise: number("noise"),
      halfLifeMs: typeof said.halfLife === "string" ? parseDuration(said.halfLife) : usualHalfLifeMs,
    },
    pointer,
    around,
  );
}

const usualHalfLifeMs = 600_000;

/** A number, a field beside it, or `{parent: FIELD}`. */
function readBase(
  said: Json,
  pointer: string,
  { findField, record }: Surroundings,
): number | ScalarNode | Refusal {
  if (typeof said === "number") return said;
  if (typeof said === "string") return findField(said, pointer);
  const field = (said as { readonly parent: string }).parent;
  if (record.belongsTo === null) return refuse(pointer, "needs a parent: write x-record: {seriesOf: TYPE}");
  return apart({ kind: "parent", type: record.belongsTo.of, field }, pointer);
}

/** A value of a related record that is no field of this one. */
export const apart = (operator: Operator, pointer: string): ScalarNode => ({
  kind: "scalar",
  stream: pointer,
  pointer,
  nulls: 0,
  check: null,
  type: "any",
  operator,
  unique: false,
  skew: 0,
  length: null,
  grid: null,
  saysDecimals: false,
  isApart: true,
});

type Moves = { readonly [from: string]: { readonly [to: string]: number } };

function readMachine(said: Moves, pointer: string, facets: Facets, around: Surroundings): Operator | Refusal {
  const states = [
    ...new Set([...Object.keys(said), ...Object.values(said).flatMap((to) => Object.keys(to))]),
  ];
  const unknown = states.find(
    (state) => !isAllowed(state, facets) || facets.values?.value.includes(state) === false,
  );
  if (unknown !== undefined)
    return refuse(pointer, `has the state ${JSON.stringify(unknown)}, which the schema does not allow here`);
  const probabilityOf = (from: string, to: string): number =>
    from !== to && Object.hasOwn(said, from) && Object.hasOwn(said[from] as object, to)
      ? (said[from]?.[to] ?? 0)
      : 0;
  const moves = states.map((from) => states.map((to) => probabilityOf(from, to)));
  const over = moves.findIndex((row) => row.reduce((sum, each) => sum + each, 0) > 1 + 1e-9);
  if (over !== -1)
    return refuse(
      pointTo(pointer, states[over] as string),
      "is left with a probability above 1; what is not left to it, a state stays",
    );
  const hasEnd = moves.some((row) => row.every((each) => each === 0));
  if (hasEnd && around.record.changes === null && isEndless(moves))
    return refuse(
      pointer,
      "goes round and has an end, in which all are sooner or later; give the last state a way out, or none a way back",
    );
  return inTime({ kind: "machine", states, moves }, pointer, around);
}
