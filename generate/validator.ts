import type { ValidateFunction } from "ajv/dist/2020.js";
import { createValidator } from "../types/definition/create-validator.ts";
import type { Json, JsonSchema } from "../types/definition/nodes.ts";

export type IsValid = (pointers: readonly string[], value: Json) => boolean;

/** Tells whether a value satisfies the schemas at these JSON pointers. Each is compiled when it is first asked for: most types ask for none. */
export function createIsValid(schema: JsonSchema): IsValid {
  let compileAt: ((pointer: string) => ValidateFunction) | undefined;
  const compiled = new Map<string, ValidateFunction>();
  const validatorAt = (pointer: string): ValidateFunction => {
    let validate = compiled.get(pointer);
    if (validate === undefined) {
      compileAt ??= createValidator(schema);
      validate = compileAt(pointer);
      compiled.set(pointer, validate);
    }
    return validate;
  };
  return (pointers, value) => {
    const parsed = asParsed(value);
    return pointers.every((pointer) => validatorAt(pointer)(parsed) === true);
  };
}

/** As JSON.parse would give it: without bigints. */
function asParsed(value: Json): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(asParsed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asParsed(each)]));
}
