import type { ValidateFunction } from "ajv/dist/2020.js";
import { CannotSample } from "./sampler.ts";
import { createValidator, TooManySteps } from "./shapes/create-validator.ts";
import type { Json, JsonSchema, Node } from "./shapes/nodes.ts";

/** @throws CannotSample where it takes too long to tell */
export type IsValid = (pointers: readonly string[], value: Json, node: Node) => boolean;

/** Schemas that are held against a value and its parts, for each draw that the value may take. */
const stepsPerAttempt = 50_000;

/** Tells whether a value satisfies the schemas at these JSON pointers. Each is compiled when it is first asked for: most types ask for none. */
export function createIsValid(schema: JsonSchema, maxAttempts: number): IsValid {
  let compileAt: ((pointer: string) => ValidateFunction) | undefined;
  const compiled = new Map<string, ValidateFunction>();
  const validatorAt = (pointer: string): ValidateFunction => {
    let validate = compiled.get(pointer);
    if (validate === undefined) {
      compileAt ??= createValidator(schema, { maxSteps: stepsPerAttempt * maxAttempts });
      validate = compileAt(pointer);
      compiled.set(pointer, validate);
    }
    return validate;
  };
  return (pointers, value, node) => {
    const parsed = asParsed(value);
    try {
      return pointers.every((pointer) => validatorAt(pointer)(parsed) === true);
    } catch (error) {
      throw error instanceof TooManySteps ? new CannotSample(node.pointer, error.message) : error;
    }
  };
}

/** As JSON.parse would give it: without bigints. */
function asParsed(value: Json): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(asParsed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asParsed(each)]));
}
