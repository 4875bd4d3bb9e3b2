import { compareDecimals, isMultiple, toDecimal } from "../../generate/shapes/decimal.ts";
import type { Json, Operator, ScalarType } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { keyOf } from "../../generate/shapes/same-json.ts";
import {
  allowsType,
  type CollectContext,
  type Facets,
  type Refusal,
  refuse,
  type TypeName,
} from "./facets.ts";
import type { Generate } from "./read-generate.ts";

export interface MadeValues {
  readonly type: ScalarType;
  readonly operator: Operator;
  readonly nulls: number;
}

/** One of listed values: `enum`, `const`, `values`, booleans. Null among them is the node's share of nulls. */
export function makeValues(
  facets: Facets,
  type: TypeName,
  generate: Generate,
  nulls: number,
  spend: CollectContext["spend"],
): MadeValues | Refusal {
  const { patterns } = facets;
  const { operator: asked, beside, pointer } = generate;
  if (asked !== null && asked.name !== "values")
    return refuse(
      asked.pointer,
      "does not fit beside enum, const, boolean or null; leave it out, or write values",
    );
  const listed = asked === null ? listedValues(facets, type) : (asked.argument as readonly Json[]);
  const place = asked?.pointer ?? facets.values?.pointer ?? facets.pointer;
  const weights = (beside.weights as readonly number[] | undefined) ?? null;
  if (weights !== null && weights.length !== listed.length)
    return refuse(pointTo(pointer, "weights"), `has ${weights.length} weights for ${listed.length} values`);
  const allowed = listed.map((value) => {
    spend(
      typeof value === "string" ? patterns.reduce((sum, { value: each }) => sum + each.costOf(value), 1) : 1,
      place,
    );
    return isAllowed(value, facets);
  });
  if (asked !== null && allowed.includes(false)) {
    const index = allowed.indexOf(false);
    return refuse(
      pointTo(place, index),
      `${JSON.stringify(roundForText(listed[index] as Json))} is not what the schema allows here`,
    );
  }
  const kept = listed
    .flatMap((value, index) => (allowed[index] ? [{ value, weight: weights?.[index] ?? 1 }] : []))
    .filter(({ weight }) => weight > 0);
  if (kept.length === 0) {
    return weights?.every((weight) => weight === 0)
      ? refuse(pointTo(pointer, "weights"), "must have a weight above 0")
      : refuse(
          place,
          `has no value that type and bounds beside it allow${facets.types === null ? "" : `; the type is ${[...facets.types.value].join(" or ")}`}`,
        );
  }
  const different = mergeEqual(kept);
  const isWeighted = weights !== null || different.length < kept.length;
  return withoutNull(different, isWeighted, nulls, generate.nulls !== null);
}

interface Weighted {
  readonly value: Json;
  readonly weight: number;
}

/** What is listed several times is so much more frequent, and one value: unique ones are counted by it. */
function mergeEqual(kept: readonly Weighted[]): readonly Weighted[] {
  const different = new Map<string, Weighted>();
  for (const { value, weight } of kept) {
    const key = keyOf(value);
    different.set(key, { value, weight: weight + (different.get(key)?.weight ?? 0) });
  }
  return [...different.values()];
}

function withoutNull(
  kept: readonly Weighted[],
  isWeighted: boolean,
  nulls: number,
  isNullsSaid: boolean,
): MadeValues {
  const others = kept.filter(({ value }) => value !== null);
  if (others.length === 0) return { type: "null", operator: { kind: "const", value: null }, nulls: 0 };
  const sum = (list: typeof kept): number => list.reduce((total, { weight }) => total + weight, 0);
  const share =
    others.length === kept.length || isNullsSaid ? nulls : Math.max(nulls, 1 - sum(others) / sum(kept));
  const types = new Set(others.map(({ value }) => typeOf(value)));
  const [type = "any"] =
    types.size === 1
      ? types
      : types.size === 2 && types.has("integer") && types.has("number")
        ? ["number" as const]
        : [];
  const [only] = others;
  const operator: Operator =
    only && others.length === 1
      ? { kind: "const", value: only.value }
      : {
          kind: "values",
          values: others.map(({ value }) => value),
          weights: isWeighted ? others.map(({ weight }) => weight) : null,
        };
  return { type, operator, nulls: share };
}

function listedValues(facets: Facets, type: TypeName): readonly Json[] {
  if (facets.values !== null) return facets.values.value;
  return type === "boolean" ? [true, false] : [null];
}

function typeOf(value: Json): ScalarType {
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "boolean";
    case "bigint":
      return "integer";
    case "number":
      return Number.isInteger(value) ? "integer" : "number";
    default:
      return "any";
  }
}

const roundForText = (value: Json): unknown => (typeof value === "bigint" ? Number(value) : value);

/** Whether a value meets the keywords that can be told from it alone. */
export function isAllowed(value: Json, facets: Facets): boolean {
  if (
    facets.types !== null &&
    !typeNamesOf(value).some((type) => allowsType(facets.types?.value ?? new Set(), type))
  )
    return false;
  if (typeof value === "number" || typeof value === "bigint") return isAllowedNumber(value, facets);
  if (typeof value !== "string") return true;
  const length = Array.from(value).length;
  const { counts, patterns } = facets;
  if (
    length < (counts.get("minLength")?.value ?? 0) ||
    length > (counts.get("maxLength")?.value ?? Number.POSITIVE_INFINITY)
  )
    return false;
  return patterns.every((pattern) => pattern.value.matches(value));
}

function typeNamesOf(value: Json): readonly TypeName[] {
  if (value === null) return ["null"];
  if (Array.isArray(value)) return ["array"];
  const type = typeOf(value);
  return type === "any" ? ["object"] : [type as TypeName];
}

function isAllowedNumber(value: number | bigint, { low, high, step }: Facets): boolean {
  const exact = toDecimal(value);
  if (step !== null && !isMultiple(exact, step.value)) return false;
  const belowHigh = high === null ? 1 : compareDecimals(high.value.value, exact);
  const aboveLow = low === null ? 1 : compareDecimals(exact, low.value.value);
  return belowHigh >= (high?.value.isExclusive ? 1 : 0) && aboveLow >= (low?.value.isExclusive ? 1 : 0);
}
