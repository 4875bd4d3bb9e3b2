import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { isMultiple, toDecimal } from "./decimal.ts";
import { createMatcher } from "./match-pattern.ts";
import type { Json, JsonSchema } from "./nodes.ts";
import { parsePattern } from "./parse-pattern.ts";
import { keyOf } from "./same-json.ts";
import { mapSchema, type Schema } from "./walk-schema.ts";

const rootKey = "definition";

/** A value that is held against more schemas than it may be. */
export class TooManySteps extends Error {
  override readonly name = "TooManySteps";
}

interface ValidatorOptions {
  /** Whether all errors of a value are to be found; of what anybody sends there may be as many as it has bytes. */
  readonly allErrors?: boolean;
  /**
   * How many schemas may be held against a value and its parts: schemas that refer to one another twice can be more than
   * anybody waits for. The validator throws TooManySteps then.
   */
  readonly maxSteps?: number;
}

/** Compiles a definition's plain schema, or a part of it by its JSON pointer, to what validates values as JSON.parse gives them. */
export function createValidator(
  schema: JsonSchema,
  { allErrors = true, maxSteps = Number.POSITIVE_INFINITY }: ValidatorOptions = {},
): (pointer: string) => ValidateFunction {
  let steps = 0;
  const ajv = new Ajv2020({
    strict: false,
    allErrors,
    // Fields may be called `constructor` or `toString`, which every object inherits.
    ownProperties: true,
    logger: false,
    validateSchema: false,
    code: { regExp: linearRegExp, optimize: false },
    // Otherwise a definition that is referred to a thousand times is a thousand times in the code.
    inlineRefs: false,
  });
  addFormats.default(ajv);
  for (const [name, isValid] of Object.entries(internationalFormats)) ajv.addFormat(name, isValid);
  boundFormats(ajv);
  replaceSlowKeywords(ajv);
  ajv.addKeyword({
    keyword: stepKeyword,
    errors: false,
    schema: false,
    validate: () => {
      steps += 1;
      if (steps <= maxSteps) return true;
      const most = maxSteps.toLocaleString("en");
      throw new TooManySteps(`is held against more than ${most} schemas until it is known to be valid`);
    },
  });
  ajv.addSchema(Number.isFinite(maxSteps) ? withSteps(schema) : schema, rootKey);
  return (pointer) => {
    const fragment = pointer.split("/").map(encodeURIComponent).join("/");
    const validate = compile(ajv, `${rootKey}#${fragment}`);
    if (validate === undefined) throw new RangeError(`the definition has no schema at ${pointer}`);
    return counted(validate as ValidateFunction, () => {
      steps = 0;
    });
  };
}

/** @throws TooManySteps where the code of a schema is more than ajv can put together */
function compile(ajv: Ajv2020, key: string): ReturnType<Ajv2020["getSchema"]> {
  try {
    return ajv.getSchema(key);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TooManySteps("has too many schemas to be validated", { cause: error });
  }
}

const stepKeyword = "x-step";

const withSteps = (schema: JsonSchema): object =>
  mapSchema(schema as Schema, (each) => ({ ...each, [stepKeyword]: true })) as object;

function counted(validate: ValidateFunction, begin: () => void): ValidateFunction {
  const run = (value: unknown): boolean => {
    begin();
    const isValid = validate(value) === true;
    run.errors = validate.errors ?? null;
    return isValid;
  };
  run.errors = null as ValidateFunction["errors"];
  return run as ValidateFunction;
}

const keysOf = remembered((values: readonly Json[]) => new Set(values.map(keyOf)));

function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

/** ajv compares each item with each, and a value with each of an enum. One function serves all places, since the code names each that it calls. */
function replaceSlowKeywords(ajv: Ajv2020): void {
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    validate: (isUnique: boolean, items: readonly Json[]) =>
      !isUnique || new Set(items.map(keyOf)).size === items.length,
    error: { message: "must NOT have duplicate items" },
  });
  ajv.removeKeyword("enum");
  ajv.addKeyword({
    keyword: "enum",
    schemaType: "array",
    validate: (values: readonly Json[], value: Json) => keysOf(values).has(keyOf(value)),
    error: { message: "must be equal to one of the allowed values" },
  });
  // It asks what it compares for `constructor` and calls its `toString`, which a value's own members may be called.
  ajv.removeKeyword("const");
  ajv.addKeyword({
    keyword: "const",
    validate: (wanted: Json, value: Json) => keyOf(wanted) === keyOf(value),
    error: { message: "must be equal to constant" },
  });
  // It divides doubles: 19.99 would be no multiple of 0.01.
  ajv.removeKeyword("multipleOf");
  ajv.addKeyword({
    keyword: "multipleOf",
    type: "number",
    validate: (step: number, value: number) => isMultipleOf(value, step),
    error: { message: "is no multiple of what multipleOf says" },
  });
}

/** Longer texts are of no format: some take the square of a text's length to be looked through, and megabytes all of the stack. */
const maxFormatLength = 8_192;

function boundFormats(ajv: Ajv2020): void {
  for (const [name, format] of Object.entries(ajv.formats)) {
    const check = typeof format === "object" && "validate" in format ? format.validate : format;
    if (typeof format === "object" && "type" in format && format.type === "number") continue;
    if (!(check instanceof RegExp) && typeof check !== "function") continue;
    const isValid = check instanceof RegExp ? (text: string) => check.test(text) : (check as TextCheck);
    ajv.addFormat(name, (text: string) => text.length <= maxFormatLength && isValid(text));
  }
}

type TextCheck = (text: string) => boolean;

/** As they are written in decimal. Of whole numbers beyond 2^53 the digits are lost already. */
const isMultipleOf = (value: number, step: number): boolean =>
  (Number.isInteger(value) && !Number.isSafeInteger(value)) || isMultiple(toDecimal(value), toDecimal(step));

/**
 * The definition's patterns take no longer than linear time here; V8's would, for some. ajv keeps one matcher for each text that `toString`
 * gives.
 */
function linearRegExp(source: string): { test: (text: string) => boolean; toString: () => string } {
  return { test: createMatcher(parsePattern(source)), toString: () => source };
}
linearRegExp.code = "";

/** Formats that ajv-formats does not know: their letters are any, their signs those of the formats for ASCII. */
const internationalFormats: Readonly<Record<string, (text: string) => boolean>> = {
  "idn-email": (text) => text.length <= 1_000 && /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*$/u.test(text),
  "idn-hostname": (text) =>
    text.length <= 253 &&
    /^[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?(\.[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?)*$/u.test(
      text,
    ),
  iri: (text) => /^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>"{}|\\^`]*$/u.test(text),
  "iri-reference": (text) => /^[^\s<>"{}|\\^`]*$/u.test(text),
};
