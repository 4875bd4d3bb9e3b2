import type { Json } from "./nodes.ts";
import { isObject } from "./read-source.ts";

/** Whether two values are equal as JSON Schema has it: 1 and 1.0, objects whatever the order. */
export const sameJson = (a: Json, b: Json): boolean => a === b || keyOf(a) === keyOf(b);

/** A text that equal values have in common. */
export function keyOf(value: Json): string {
  if (typeof value === "number") return String(Number.isInteger(value) ? BigInt(value) : value);
  if (Array.isArray(value)) return `[${value.map(keyOf)}]`;
  if (!isObject(value)) return typeof value === "bigint" ? String(value) : JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${keyOf(each)}`);
  return `{${members.sort()}}`;
}
