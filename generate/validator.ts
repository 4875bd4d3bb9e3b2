import { createValidator as compileParts } from "../types/definition/create-validator.ts";
import type { Json, JsonSchema } from "../types/definition/nodes.ts";

/**
 * Validates values against parts of a schema. Those that are asked for are compiled when they first are.
 * @returns whether a value satisfies the schema at a JSON pointer
 */
export function createValidator(schema: JsonSchema): (pointer: string, value: Json) => boolean {
  let compile: ReturnType<typeof compileParts> | undefined;
  const compiled = new Map<string, (value: unknown) => unknown>();
  return (pointer, value) => {
    let validate = compiled.get(pointer);
    if (validate === undefined) {
      compile ??= compileParts(schema);
      validate = compile(pointer);
      compiled.set(pointer, validate);
    }
    return validate(withoutBigints(value)) === true;
  };
}

/** JSON.parse knows none either. */
function withoutBigints(value: Json): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(withoutBigints);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutBigints(each)]));
}
