import { jsonOf } from "./json-text.ts";
import type { Json, Operator } from "./shapes/nodes.ts";

type FakerOperator = Extract<Operator, { kind: "faker" }>;

/** What a method draws for one value at most; arguments may ask for a billion letters. */
export const mostFakerDraws = 20_000;

/** Texts as JSON, in bytes; longer ones are cut. */
const usualBytes = 512;
const roomyBytes = 8_192;
/** Where arguments may say how much is wanted. */
const askedBytes = 16_384;
const roomy = /^(lorem|git)\.|^(image\.dataUri|internet\.jwt)$/;

/** The most bytes of a value as JSON. */
export const mostFakerBytes = ({ method, args }: Pick<FakerOperator, "method" | "args">): number =>
  args.length > 0 ? askedBytes : roomy.test(method) ? roomyBytes : usualBytes;

/** Of copies: some methods make room for all of them before they draw the first. */
const mostCopies = 100_000;
const modulesOfCopies = new Set(["string", "lorem", "word", "helpers", "git", "internet", "airline"]);
const methodsOfCopies = new Set(["finance.pin", "finance.accountNumber"]);
const namesOfCopies = new Set(["length", "count"]);

/** A date, which is in UTC, or a date-time with its offset. */
const exactTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
const namesOfTimes = new Set(["from", "to", "refDate"]);

/** What is wrong with a method's arguments: too much for one value, or not the same on every machine. Null where nothing is. */
export function faultOfArguments(method: string, args: readonly Json[]): string | null {
  const bytes = Buffer.byteLength(jsonOf(args));
  if (bytes > askedBytes)
    return `has ${bytes.toLocaleString("en")} bytes; ${askedBytes.toLocaleString("en")} are allowed`;
  const hasCopies = modulesOfCopies.has(method.split(".")[0] ?? "") || methodsOfCopies.has(method);
  const faultOf = (value: Json, names: readonly string[]): string | null => {
    if (typeof value === "object" && value !== null) {
      for (const [name, each] of Object.entries(value) as [string, Json][]) {
        const fault = faultOf(each, [...names, name]);
        if (fault !== null) return fault;
      }
      return null;
    }
    if (typeof value === "string") return faultOfText(value, names.at(-1) ?? "");
    if (names.at(-1) === "autoFormat" && value === true)
      return "has autoFormat, which writes numbers as the machine's locale has them; leave it out";
    const isCount = hasCopies || names.some((name) => namesOfCopies.has(name));
    return isCount && typeof value === "number" && value > mostCopies
      ? `asks for ${value.toLocaleString("en")}; ${mostCopies.toLocaleString("en")} are allowed`
      : null;
  };
  return faultOf(args, []);
}

function faultOfText(text: string, name: string): string | null {
  if (namesOfTimes.has(name) && !exactTime.test(text))
    return `has a time that depends on the machine's zone (${name}: ${text}); write 2026-01-01 or 2026-01-01T00:00:00Z`;
  return /\{\d*,?\d{3,}\}/.test(text)
    ? `asks for too many repetitions: ${text.slice(0, 40)}; 99 are allowed`
    : null;
}
