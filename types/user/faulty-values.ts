import type { Draws } from "../../generate/draws.ts";
import type { Field } from "./text-definition.ts";

/** The text again and again: from one character more than the column takes to twice as many as it takes. */
export function tooLong(value: unknown, { schema, column }: Field, draws: Draws): string {
  if (column.type !== "varchar") throw new TypeError(`${column.name} has no greatest length`);
  const text = typeof value === "string" && value !== "" ? value : (schema.examples[0] ?? "x");
  const length = column.length + 1 + draws.below(column.length);
  // In characters, as PostgreSQL counts them.
  const characters = Array.from(`${text} `.repeat(Math.ceil(length / Array.from(text).length)));
  return characters.slice(0, length).join("");
}

const otherTypes: readonly ((value: unknown, draws: Draws) => unknown)[] = [
  (_value, draws) => draws.below(1_000_000_000),
  (_value, draws) => -draws.below(1_000) / 8,
  (_value, draws) => draws.below(2) === 0,
  (value) => ({ value }),
  (value) => [value],
  () => ({}),
  () => [],
];

/** Any JSON value but text and null. */
export function wrongType(value: unknown, draws: Draws): unknown {
  return draws.pick(otherTypes)(value, draws);
}
