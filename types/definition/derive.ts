import { type Decimal, toDecimal, toNumber } from "../../generate/shapes/decimal.ts";
import { isObject } from "../../generate/shapes/is-object.ts";
import type { DerivedOperator, Json, Operator, ScalarNode, TimeShape } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { isRefusal, type Refusal, refuse } from "./facets.ts";
import type { Generate } from "./read-generate.ts";
import { parseDuration } from "./read-times.ts";
import type { Surroundings } from "./scalar.ts";

type Asked = NonNullable<Generate["operator"]>;

/** `product` and `add`, and where their values lie. */
export function deriveNumber(
  { name, argument, pointer }: Asked,
  { findField }: Surroundings,
): { operator: DerivedOperator; range: readonly [Decimal, Decimal]; decimals: number } | Refusal {
  const operands: (number | ScalarNode)[] = [];
  for (const [index, each] of (argument as readonly (string | number)[]).entries()) {
    const place = pointTo(pointer, index);
    const operand = typeof each === "number" ? each : findField(each, place);
    if (typeof operand !== "number") {
      if (isRefusal(operand)) return operand;
      if (operand.isApart === true)
        return refuse(
          place,
          `is of another record; give it a field here, {ref: ${each}}, with its bounds, and name that`,
        );
      if (operand.grid === null) return refuse(place, `must name a field with numbers; ${each} has none`);
    }
    operands.push(operand);
  }
  const isProduct = name === "product";
  let [range, ...others] = operands.map(rangeOf) as [Range, ...Range[]];
  for (const other of others) {
    range = isProduct ? multiplyRanges(range, other) : addRanges(range, other);
    if (!range.every((end) => Number.isFinite(toNumber(end))))
      return refuse(pointer, `goes beyond ±${Number.MAX_VALUE}, which JSON's readers do not hold`);
  }
  const decimals = operands
    .map((each) => rangeOf(each)[0].decimals)
    .reduce((a, b) => (isProduct ? a + b : Math.max(a, b)));
  const operator: DerivedOperator = isProduct
    ? { kind: "product", factors: operands }
    : { kind: "add", terms: operands };
  return { operator, range, decimals };
}

type Range = readonly [Decimal, Decimal];

function rangeOf(operand: number | ScalarNode): Range {
  if (typeof operand === "number") return [toDecimal(operand), toDecimal(operand)];
  const { decimals = 0, lowest = 0n, highest = 0n } = operand.grid ?? {};
  return [
    { units: lowest, decimals },
    { units: highest, decimals },
  ];
}

function multiplyRanges([a, b]: Range, [c, d]: Range): Range {
  const corners = [a, b]
    .flatMap((x) => [c, d].map((y) => x.units * y.units))
    .sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  const decimals = a.decimals + c.decimals;
  return [
    { units: corners[0] as bigint, decimals },
    { units: corners.at(-1) as bigint, decimals },
  ];
}

function addRanges(a: Range, b: Range): Range {
  const decimals = Math.max(a[0].decimals, b[0].decimals);
  const units = (each: Decimal): bigint => each.units * 10n ** BigInt(decimals - each.decimals);
  return [
    { units: units(a[0]) + units(b[0]), decimals },
    { units: units(a[1]) + units(b[1]), decimals },
  ];
}

/** `concat` and `template`. */
export function deriveText(
  { name, argument, pointer }: Asked,
  { findField }: Surroundings,
): DerivedOperator | Refusal {
  const parts: (string | ScalarNode)[] = [];
  for (const [index, { text, field }] of partsOf(name, argument).entries()) {
    if (text !== undefined) {
      if (text !== "") parts.push(text);
      continue;
    }
    const place = name === "concat" ? pointTo(pointer, index) : pointer;
    if (field === undefined || field === "")
      return refuse(
        place,
        "must have the name of a field in each pair of braces; write {{ and }} for braces themselves",
      );
    const node = findField(field, place);
    if (isRefusal(node)) return node;
    parts.push(node);
  }
  return { kind: "template", parts };
}

type Part = { readonly text?: string; readonly field?: string };

function partsOf(name: string, argument: Json): readonly Part[] {
  if (name === "concat")
    return (argument as readonly Json[]).map((each) =>
      isObject(each) ? { text: each.text as string } : { field: each as string },
    );
  const pieces = (argument as string).match(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g) ?? [];
  return pieces.map((piece): Part => {
    if (piece === "{{" || piece === "}}") return { text: piece[0] as string };
    if (piece.startsWith("{") && piece.endsWith("}") && piece.length > 1)
      return { field: piece.slice(1, -1).trim() };
    return piece === "{" || piece === "}" ? { field: "" } : { text: piece };
  });
}

const defaultWithinMs = 30 * 86_400_000;

const timeKinds: ReadonlySet<string> = new Set([
  "between",
  "after",
  "before",
  "tick",
  "ref",
  "through",
  "parent",
]);

/** `after` and `before`. */
export function deriveTime(
  { name, argument, pointer }: Asked,
  beside: Generate["beside"],
  shape: TimeShape,
  { findField }: Surroundings,
): Operator | Refusal {
  const of = findField(argument as string, pointer);
  if (isRefusal(of)) return of;
  const { kind } = of.operator;
  // Whether another record's field has times, linking finds out.
  if (!timeKinds.has(kind))
    return refuse(pointer, `must name a field with times; ${argument} is made by ${kind}`);
  const minMs = typeof beside.atLeast === "string" ? parseDuration(beside.atLeast) : 0;
  const maxMs = typeof beside.within === "string" ? parseDuration(beside.within) : minMs + defaultWithinMs;
  if (maxMs < minMs)
    return refuse(pointer, `is within ${beside.within}, which is less than atLeast (${beside.atLeast})`);
  return { kind: name === "before" ? "before" : "after", shape, of, minMs, maxMs };
}
