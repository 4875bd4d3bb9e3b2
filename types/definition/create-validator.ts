import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { isMultiple, toDecimal } from "./decimal.ts";
import { createMatcher } from "./match-pattern.ts";
import type { Json, JsonSchema } from "./nodes.ts";
import { parsePattern } from "./parse-pattern.ts";
import { keyOf } from "./same-json.ts";

const rootKey = "definition";

/**
 * Compiles a definition's plain schema, or a part of it by its JSON pointer, to what validates values as JSON.parse gives them.
 * @param allErrors whether all errors of a value are to be found; of what anybody sends there may be as many as it has bytes
 */
export function createValidator(
  schema: JsonSchema,
  { allErrors = true }: { readonly allErrors?: boolean } = {},
): (pointer: string) => ValidateFunction {
  const ajv = new Ajv2020({
    strict: false,
    allErrors,
    // Fields may be called `constructor` or `toString`, which every object inherits.
    ownProperties: true,
    logger: false,
    validateSchema: false,
    code: { regExp: linearRegExp },
  });
  addFormats.default(ajv);
  for (const [name, isValid] of Object.entries(internationalFormats)) ajv.addFormat(name, isValid);
  boundFormats(ajv);
  // ajv divides doubles: 19.99 would be no multiple of 0.01.
  ajv.removeKeyword("multipleOf");
  ajv.addKeyword({
    keyword: "multipleOf",
    type: "number",
    compile: (step: number) => (value: number) => isMultipleOf(value, step),
    error: { message: "is no multiple of what multipleOf says" },
  });
  // ajv compares each item with each other one.
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    compile: (isWanted: boolean) => (items: readonly Json[]) =>
      !isWanted || new Set(items.map(keyOf)).size === items.length,
    error: { message: "must NOT have duplicate items" },
  });
  // ajv asks what it compares for `constructor` and calls its `toString`, which a value's own members may be called.
  ajv.removeKeyword("const");
  ajv.addKeyword({
    keyword: "const",
    compile: (wanted: Json) => {
      const key = keyOf(wanted);
      return (value: Json) => keyOf(value) === key;
    },
    error: { message: "must be equal to constant" },
  });
  ajv.addSchema(schema, rootKey);
  return (pointer) => {
    const fragment = pointer.split("/").map(encodeURIComponent).join("/");
    const validate = ajv.getSchema(`${rootKey}#${fragment}`);
    if (validate === undefined) throw new RangeError(`the definition has no schema at ${pointer}`);
    return validate as ValidateFunction;
  };
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
