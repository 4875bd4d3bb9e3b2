import type { Json, Node, ScalarNode } from "../../generate/shapes/nodes.ts";
import type { Schema } from "../../generate/shapes/walk-schema.ts";

/**
 * All that a column of an own type can be: each holds every valid value of its field. Exceptions, which a row is flagged for: texts with U+0000,
 * which PostgreSQL does not have, and dates and times of the year 0.
 */
export const columnTypes = [
  "text",
  "bigint",
  "numeric",
  "double precision",
  "boolean",
  /** To the microsecond. */
  "timestamptz",
  "date",
  "uuid",
  "jsonb",
] as const;
export type ColumnType = (typeof columnTypes)[number];

/** @param conjunction the schemas that stand at a place of the definition */
export function columnType(node: Node, conjunction: (pointer: string) => readonly Schema[]): ColumnType {
  if (node.kind === "choice")
    return commonType(node.branches.map((branch) => columnType(branch, conjunction)));
  return node.kind === "scalar" ? scalarType(node, conjunction(node.pointer)) : "jsonb";
}

const numbers: ReadonlySet<ColumnType> = new Set(["bigint", "numeric", "double precision"]);
export const isNumeric = (type: ColumnType): boolean => numbers.has(type);
const texts: ReadonlySet<ColumnType> = new Set(["text", "timestamptz", "date", "uuid"]);

/** What holds the values of all of these. */
export function commonType(types: readonly ColumnType[]): ColumnType {
  const [first = "jsonb"] = types;
  if (types.every((type) => type === first)) return first;
  if (types.every((type) => numbers.has(type))) return "numeric";
  return types.every((type) => texts.has(type)) ? "text" : "jsonb";
}

function scalarType(node: ScalarNode, schemas: readonly Schema[]): ColumnType {
  const kinds = kindsOf(node, schemas);
  // Whole numbers are numbers too.
  const [kind, ...others] = [...kinds].filter((each) => each !== "integer" || !kinds.has("number"));
  if (others.length > 0) return "jsonb";
  switch (kind) {
    case "string":
      return textType(schemas);
    case "boolean":
      return "boolean";
    case "integer":
      return isWithinBigint(schemas) ? "bigint" : "numeric";
    case "number":
      return node.saysDecimals || schemas.some(({ multipleOf }) => multipleOf !== undefined)
        ? "numeric"
        : "double precision";
    default:
      return "jsonb";
  }
}

/** The types that valid values may have beside null; where the schema leaves them open, the one of those that are made. */
function kindsOf(node: ScalarNode, schemas: readonly Schema[]): ReadonlySet<string> {
  let kinds: ReadonlySet<string> | null = null;
  const meet = (allowed: readonly string[]): void => {
    const all = allowed.includes("number") ? [...allowed, "integer"] : allowed;
    kinds = new Set(all.filter((kind) => kinds?.has(kind) ?? true));
  };
  for (const schema of schemas) {
    if (typeof schema.type === "string") meet([schema.type]);
    else if (Array.isArray(schema.type)) meet(schema.type.map(String));
    const listed = listedValues(schema);
    if (listed !== null) meet(listed.map(kindOf));
  }
  const open = kinds ?? new Set<string>([node.type]);
  return new Set([...open].filter((kind) => kind !== "null"));
}

function listedValues(schema: Schema): readonly Json[] | null {
  if (Array.isArray(schema.enum)) return schema.enum;
  return Object.hasOwn(schema, "const") ? [schema.const as Json] : null;
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "bigint" ? "integer" : typeof value;
}

const formatTypes: ReadonlyMap<unknown, ColumnType> = new Map([
  ["date-time", "timestamptz"],
  ["date", "date"],
  ["uuid", "uuid"],
]);

const textType = (schemas: readonly Schema[]): ColumnType =>
  schemas.map(({ format }) => formatTypes.get(format)).find((type) => type !== undefined) ?? "text";

const lowestBigint = -(2n ** 63n);
/** What a validator's doubles make of the highest one. */
const highestBigint = 2n ** 63n;

function isWithinBigint(schemas: readonly Schema[]): boolean {
  const isAbove = (bound: Json | undefined): boolean => isNumber(bound) && toBigint(bound) >= lowestBigint;
  const isBelow = (bound: Json | undefined): boolean => isNumber(bound) && toBigint(bound) <= highestBigint;
  return (
    schemas.some(({ format }) => format === "int32" || format === "int64") ||
    schemas.some((schema) =>
      listedValues(schema)?.every((each) => !isNumber(each) || (isAbove(each) && isBelow(each))),
    ) ||
    (schemas.some(({ minimum, exclusiveMinimum }) => isAbove(minimum) || isAbove(exclusiveMinimum)) &&
      schemas.some(({ maximum, exclusiveMaximum }) => isBelow(maximum) || isBelow(exclusiveMaximum)))
  );
}

const isNumber = (value: Json | undefined): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";

const toBigint = (value: number | bigint): bigint =>
  typeof value === "bigint" ? value : BigInt(Math.floor(value));
