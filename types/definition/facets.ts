import type { Bound, Decimal } from "../../generate/shapes/decimal.ts";
import type { Json } from "../../generate/shapes/nodes.ts";
import type { KnownPattern } from "./known-patterns.ts";
import type { Fault } from "./problem.ts";
import type { Located, Resolve } from "./references.ts";

export type TypeName = "string" | "integer" | "number" | "boolean" | "null" | "object" | "array";
export const typeNames: readonly TypeName[] = [
  "object",
  "array",
  "string",
  "number",
  "integer",
  "boolean",
  "null",
];

export interface Said<T> {
  readonly value: T;
  readonly pointer: string;
}

/** One branch of each is true beside all else. */
export interface Group {
  readonly keyword: "oneOf" | "anyOf" | "if" | "dependentRequired" | "dependentSchemas";
  readonly pointer: string;
  readonly branches: readonly Located[][];
}

/** What one schema object says of the properties that it does not name. */
export interface Closing {
  readonly names: ReadonlySet<string>;
  readonly patterns: readonly KnownPattern[];
  readonly rest: Located;
}

export interface CollectContext {
  readonly resolve: Resolve;
  /** A regular expression of the definition; it has been checked. */
  readonly patternOf: (source: string) => KnownPattern;
  /** @throws TooMuchWork at this pointer */
  readonly spend: (steps: number, pointer: string) => void;
  /** References opened by what is around, the outermost first, and how often each was. */
  readonly open: Opened;
  /** How often a reference may be within itself. */
  readonly maxRecursion: number;
  /** Groups that are settled already, by pointer. */
  readonly settled: ReadonlySet<string>;
}

export type Opened = ReadonlyMap<string, number>;

export function openAll(open: Opened, references: ReadonlySet<string>): Opened {
  if (references.size === 0) return open;
  const opened = new Map(open);
  for (const reference of references) opened.set(reference, 1 + (opened.get(reference) ?? 0));
  return opened;
}

/** Where a keyword of a schema stands. */
export type Place = (keyword: string) => string;

/** All that several schemas say together of one value: `allOf` and `$ref` are merged. */
export interface Facets {
  readonly pointer: string;
  /** The references that were followed. */
  readonly references: Set<string>;
  types: Said<ReadonlySet<TypeName>> | null;
  values: Said<readonly Json[]> | null;
  low: Said<Bound> | null;
  high: Said<Bound> | null;
  step: Said<Decimal> | null;
  /** minLength, maxItems and the like. */
  readonly counts: Map<string, Said<number>>;
  readonly patterns: Said<KnownPattern>[];
  readonly formats: Said<string>[];
  readonly properties: Map<string, Located[]>;
  readonly required: Map<string, string>;
  readonly closings: Closing[];
  readonly patternProperties: {
    readonly pattern: KnownPattern;
    readonly located: Located;
  }[];
  readonly propertyNames: Located[];
  readonly tuples: { readonly prefix: readonly Located[]; readonly items: Located | null }[];
  readonly contains: Located[];
  uniqueItems: boolean;
  readonly groups: Group[];
  /** Types that `not` says it is none of. */
  readonly excluded: Set<TypeName>;
  generate: Said<Json> | null;
  readonly checks: Set<string>;
}

/** No node: what is wrong, or that there cannot be a value here, which is right where it may be left out. */
export interface Refusal {
  readonly faults: readonly Fault[];
  readonly canBeLeftOut: boolean;
}

export const refuse = (pointer: string, message: string): Refusal => ({
  faults: [{ pointer, message }],
  canBeLeftOut: false,
});
export const leaveOut = (pointer: string, message: string): Refusal => ({
  faults: [{ pointer, message }],
  canBeLeftOut: true,
});
export const isRefusal = (value: object): value is Refusal => "canBeLeftOut" in value;

export const allowsType = (types: ReadonlySet<TypeName>, type: TypeName): boolean =>
  types.has(type) || (type === "integer" && types.has("number"));
