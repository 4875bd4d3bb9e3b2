import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Json, JsonSchema } from "../types/definition/nodes.ts";

const rootKey = "definition";

/**
 * Validates values against parts of a schema. Those that are asked for are compiled when they first are.
 * @returns whether a value satisfies the schema at a JSON pointer
 */
export function createValidator(schema: JsonSchema): (pointer: string, value: Json) => boolean {
  let ajv: Ajv2020 | undefined;
  const compiled = new Map<string, ValidateFunction>();
  return (pointer, value) => {
    ajv ??= createAjv(schema);
    let validate = compiled.get(pointer);
    if (validate === undefined) {
      validate = compileAt(ajv, pointer);
      compiled.set(pointer, validate);
    }
    return validate(withoutBigints(value)) === true;
  };
}

function createAjv(schema: JsonSchema): Ajv2020 {
  // Decimals are no multiples of 0.01 in binary; what is multiple up to the millionth of a step is meant to be one.
  const ajv = new Ajv2020({ strict: false, multipleOfPrecision: 6, validateSchema: false });
  addFormats.default(ajv);
  return ajv.addSchema(schema, rootKey);
}

function compileAt(ajv: Ajv2020, pointer: string): ValidateFunction {
  const fragment = pointer.split("/").map(encodeURIComponent).join("/");
  const validate = ajv.getSchema(`${rootKey}#${fragment}`);
  if (validate === undefined) throw new Error(`the definition has no schema at ${pointer}`);
  return validate;
}

/** JSON.parse knows none either. */
function withoutBigints(value: Json): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(withoutBigints);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutBigints(each)]));
}
