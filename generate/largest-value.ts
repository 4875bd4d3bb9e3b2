import { mostFakerBytes } from "./faker-limits.ts";
import { formatPatterns, someExpressions } from "./format-patterns.ts";
import { jsonOf } from "./json-text.ts";
import { loremBytes } from "./lorem.ts";
import { preparePattern } from "./pattern.ts";
import type { Extras, Field, Format, Grid, Node, Operator, ScalarNode } from "./shapes/nodes.ts";
import { countDigits } from "./utf8-writer.ts";

/** A character's longest escape, `\\u0000`; in UTF-8 it has four bytes at most. */
const bytesPerCharacter = 6;
const quotes = 2;
const uuid = 38;
/** Names and companies of all of Faker's languages are shorter. */
const feature = 256;
/** The longest time, and its quotes. */
const time = 24;

const known = new WeakMap<Node, number>();

/**
 * The most bytes that a node's values have as JSON, whatever is drawn. What is made from other fields is counted before it is cut, since so
 * much is held in memory.
 * @throws TooManyLengths
 */
export function largestValue(node: Node): number {
  let bytes = known.get(node);
  if (bytes === undefined) {
    bytes = Math.max(measure(node), node.nulls > 0 ? 4 : 0);
    known.set(node, bytes);
  }
  return bytes;
}

function measure(node: Node): number {
  switch (node.kind) {
    case "scalar":
      return measureScalar(node);
    case "object":
      return 2 + sum(node.fields.map(fieldBytes)) + sum(node.extras.map(extrasBytes));
    case "array":
      return arrayBytes(node.prefix, node.items, node.maxItems);
    case "choice":
      return most(node.branches.map(largestValue));
  }
}

const sum = (list: readonly number[]): number => list.reduce((total, each) => total + each, 0);
const most = (list: readonly number[]): number => list.reduce((largest, each) => Math.max(largest, each), 0);

/** A comma and a colon beside name and value. */
const fieldBytes = ({ name, node }: Field): number => textBytes(name) + largestValue(node) + 2;
const extrasBytes = ({ names, values, max }: Extras): number =>
  max * (largestValue(names) + largestValue(values) + 2);

/** The most bytes of an array of so many items. */
export function arrayBytes(prefix: readonly Node[], items: Node | null, count: number): number {
  const first = sum(prefix.slice(0, count).map((each) => largestValue(each) + 1));
  const further = items === null ? 0 : Math.max(0, count - prefix.length) * (largestValue(items) + 1);
  return 2 + first + further;
}

const textBytes = (text: string): number => Buffer.byteLength(jsonOf(text));

function measureScalar(node: ScalarNode): number {
  const { operator, length, grid } = node;
  const drawn = operatorBytes(operator, node);
  if (grid !== null) return Math.max(drawn, gridBytes(grid));
  const isCut = length !== null && operator.kind !== "template";
  return isCut ? Math.min(drawn, bytesPerCharacter * length.max + quotes) : drawn;
}

function gridBytes({ lowest, highest, decimals }: Grid): number {
  const digits = Math.max(...[lowest, highest].map((units) => units.toString().length));
  return Math.max(digits, decimals + 1) + 2;
}

/** What is read off another record is no longer, whatever that could be. */
export const takenBytes = 1_024;

/** Longer than an address of a name is. */
const email = 48;

function formatBytes(format: Format): number {
  if (format === "regex") return most(someExpressions.map(textBytes));
  if (format === "ipv4") return 15;
  return Math.max(preparePattern(formatPatterns[format], null)?.bytes ?? 0, format === "email" ? email : 0);
}

/** What an operator draws, before the field's length or grid is laid on it. */
function operatorBytes(operator: Operator, node: ScalarNode): number {
  switch (operator.kind) {
    case "const":
      return Buffer.byteLength(jsonOf(operator.value));
    case "values":
      return most(operator.values.map((value) => Buffer.byteLength(jsonOf(value))));
    case "faker":
      return mostFakerBytes(operator);
    case "person":
      return feature;
    case "words":
      return loremBytes(node) + quotes;
    case "pattern":
      return (preparePattern(operator.pattern.body, node.length)?.bytes ?? 0) + quotes;
    case "format":
      return quotes + formatBytes(operator.format);
    case "uuid":
      return uuid;
    case "sequence":
      return (
        textBytes(operator.before) +
        Math.max(operator.digits, countDigits(2 ** 53 - 1)) +
        textBytes(operator.after)
      );
    case "between":
    case "after":
    case "before":
    case "tick":
      return time;
    case "machine":
      return most(operator.states.map(textBytes));
    // Linking holds the field that is read against this.
    case "ref":
    case "through":
    case "parent":
    case "min":
    case "max":
      return takenBytes;
    case "template":
      return (
        quotes +
        sum(operator.parts.map((part) => (typeof part === "string" ? textBytes(part) : largestValue(part))))
      );
    // They have a grid, or are no longer than a double's digits.
    case "product":
    case "add":
    case "uniform":
    case "normal":
    case "lognormal":
    case "exponential":
    case "zipf":
    case "ordinal":
    case "count":
    case "sum":
    case "series":
      return node.grid === null ? 400 : 0;
  }
}
