import { redrawn, spendEffort } from "./attempts.ts";
import { type Context, streamOf } from "./context.ts";
import { cut, cutBytes } from "./drawn-text.ts";
import type { Draws } from "./draws.ts";
import { type StreamedFaker, TooManyDraws } from "./faker-instances.ts";
import { mostFakerBytes, mostFakerDraws } from "./faker-limits.ts";
import { jsonOf, writeJson } from "./json-text.ts";
import { nearestUnits } from "./on-grid.ts";
import { CannotSample, type Sampler } from "./sampler.ts";
import { toJsonNumber } from "./shapes/decimal.ts";
import type { Json, Operator, ScalarNode } from "./shapes/nodes.ts";

type FakerOperator = Extract<Operator, { kind: "faker" }>;

/** Methods that give no value of a record: they need a function, or print a warning at every call. */
const refused: Readonly<Record<string, string>> = {
  "helpers.maybe": "it needs a function; `nulls` says how often a field is null",
  "helpers.multiple": "it needs a function; an array with `minItems` and `maxItems` has several values",
  "helpers.uniqueArray": "it needs a function; an array with `uniqueItems` has different values",
  "helpers.mustache": "it needs a function; `template` puts a record's own fields into a text",
  "image.urlLoremFlickr": "it is deprecated; image.url gives the same",
};

/**
 * What a method of Faker gives, as JSON. A value that takes too many draws, or is too large where it cannot be cut, is drawn again from the
 * next stream.
 */
export function sampleFaker(operator: FakerOperator, node: ScalarNode, context: Context): Sampler {
  const streamed = instanceOf(operator, node, context);
  const call = methodOf(operator, node, streamed);
  const shape = shaperOf(operator, node);
  const attempts = [streamOf(context, node)];
  const draw = (attempt: number, seq: number): Json => {
    attempts[attempt] ??= streamOf(redrawn(context, attempt), node, "#large");
    const draws = attempts[attempt] as Draws;
    draws.open(seq);
    streamed.use(draws);
    return shape(call());
  };
  const value = (seq: number): Json => {
    for (let attempt = 0; ; attempt++) {
      try {
        return draw(attempt, seq);
      } catch (error) {
        if (!(error instanceof TooManyDraws || error instanceof TooLarge)) throw error;
        if (attempt + 1 >= context.maxAttempts) throw cannotDraw(operator, node, error);
        spendEffort(context, node, mostFakerDraws / 64);
      }
    }
  };
  try {
    value(0);
  } catch (error) {
    throw error instanceof CannotSample ? error : cannotDraw(operator, node, error);
  }
  return { room: 0, value, write: (seq, out) => writeJson(value(seq), out) };
}

function cannotDraw({ method }: FakerOperator, { pointer }: ScalarNode, error: unknown): CannotSample {
  const reason = error instanceof Error ? error.message : String(error);
  return new CannotSample(pointer, `Faker's ${method} cannot be drawn here: ${reason}`);
}

/** What is no text and has more bytes than a field is worth. */
class TooLarge extends Error {
  override readonly name = "TooLarge";
}

function instanceOf({ locale }: FakerOperator, { pointer }: ScalarNode, { fakerOf }: Context): StreamedFaker {
  try {
    return fakerOf(locale ?? "en");
  } catch (error) {
    if (error instanceof RangeError) throw new CannotSample(pointer, error.message);
    throw error;
  }
}

function methodOf(
  { method, args }: FakerOperator,
  { pointer }: ScalarNode,
  { faker }: StreamedFaker,
): () => unknown {
  const reason = refused[method];
  if (reason !== undefined) throw new CannotSample(pointer, `Faker's ${method} gives no field: ${reason}`);
  const [module = "", name = "", ...rest] = method.split(".");
  const owner: unknown = isModule(module) ? Reflect.get(faker, module) : undefined;
  const found: unknown =
    typeof owner === "object" && owner !== null && /^[a-z]/i.test(name) && name !== "constructor"
      ? Reflect.get(owner, name)
      : undefined;
  if (rest.length > 0 || typeof found !== "function") {
    throw new CannotSample(pointer, `Faker has no method ${JSON.stringify(method)}`);
  }
  // A copy for each call: what a method changes in its arguments is not to reach the next record.
  const hasArguments = args.length > 0;
  return () => Reflect.apply(found, owner, hasArguments ? structuredClone(args) : []);
}

const isModule = (name: string): boolean =>
  /^[a-z]+$/.test(name) && name !== "constructor" && name !== "rawDefinitions" && name !== "definitions";

/** Makes of what Faker gives a value of the node's type. */
function shaperOf(operator: FakerOperator, { type, grid, length }: ScalarNode): (value: unknown) => Json {
  const mostBytes = mostFakerBytes(operator);
  switch (type) {
    case "string":
      return (value) =>
        cutBytes(cut(toText(value, operator.shape), length?.max ?? Number.POSITIVE_INFINITY), mostBytes);
    case "integer":
    case "number":
      return (value) => {
        const number = toNumber(value);
        return grid === null
          ? number
          : toJsonNumber({ units: nearestUnits(grid, number), decimals: grid.decimals });
      };
    case "boolean":
      return (value) => {
        if (typeof value !== "boolean") throw new TypeError(`it gives ${describe(value)}, no boolean`);
        return value;
      };
    case "null":
      return () => null;
    case "any":
      return (value) => {
        const json = toJson(value);
        if (Buffer.byteLength(jsonOf(json)) <= mostBytes) return json;
        throw new TooLarge(`it gives more than ${mostBytes.toLocaleString("en")} bytes`);
      };
  }
}

function toText(value: unknown, shape: FakerOperator["shape"]): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  if (value instanceof Date) return value.toISOString().slice(0, shape === "date" ? 10 : undefined);
  throw new TypeError(`it gives ${describe(value)}, no text`);
}

function toNumber(value: unknown): number | bigint {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value))) return value;
  if (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)))
    return Number(value);
  if (value instanceof Date) return Math.floor(value.getTime() / 1_000);
  throw new TypeError(`it gives ${describe(value)}, no number`);
}

function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toJson(each)]));
  }
  throw new TypeError(`it gives ${describe(value)}, which JSON has not`);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value === undefined ? "nothing" : `a value of type ${typeof value}`;
}
