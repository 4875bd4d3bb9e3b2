import { isObject } from "./is-object.ts";
import type { Json } from "./nodes.ts";

const known = new WeakMap<object, string>();

/** A text that values have in common which are equal as JSON Schema has it: 1 and 1.0, objects whatever the order. */
export function keyOf(value: Json): string {
  if (typeof value !== "object" || value === null) return write(value);
  const key = known.get(value) ?? write(value);
  known.set(value, key);
  return key;
}

function write(value: Json): string {
  if (typeof value === "number") return String(Number.isInteger(value) ? BigInt(value) : value);
  if (Array.isArray(value)) return `[${value.map(keyOf)}]`;
  if (!isObject(value)) return typeof value === "bigint" ? String(value) : JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${keyOf(each)}`);
  return `{${members.sort()}}`;
}
