import type { Json } from "../../generate/shapes/nodes.ts";

/** A keyword's value where it is a text; null of anything else. */
export const textOf = (value: Json | undefined): string | null => (typeof value === "string" ? value : null);

/** A name or a list of them. */
export const namesOf = (value: Json | undefined): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((name): name is string => typeof name === "string");
