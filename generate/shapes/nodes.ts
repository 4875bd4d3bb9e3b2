import type { Rhythm } from "../people/model-schema.ts";
import type { Pattern } from "./pattern.ts";

/** What JSON can say; whole numbers beyond 2^53 as bigint, so that no digit is lost. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** A type of records, checked: whatever is here can be made. */
export interface Definition {
  readonly name: string;
  readonly version: number;
  readonly title: string | null;
  readonly description: string | null;
  readonly topic: string;
  /** Null: its records go to Kafka only. */
  readonly table: string | null;
  /** The names of the fields that tell one record from another; none where the definition has no key. */
  readonly key: readonly string[];
  /** The names of the fields that become Kafka's key; none: messages have no key. */
  readonly messageKey: readonly string[];
  /** How many records a run has where the request does not say. */
  readonly count: number | null;
  readonly onInvalid: "flag" | "dead_letter";
  readonly format: "json" | "avro" | "protobuf" | "json_schema";
  readonly stats: { readonly by: readonly string[]; readonly sum: readonly string[] };
  /** Whose children or readings its records are; null: nobody's. */
  readonly belongsTo: Belonging | null;
  /** How its records change; null: each is written once. */
  readonly changes: Changes | null;
  /** For validators: without `x-record`, `x-generate` and other annotations; bigints rounded as JSON.parse rounds them. */
  readonly schema: JsonSchema;
  /** An object, or a choice of objects (of choices). */
  readonly root: ObjectNode | ChoiceNode;
}

/** How many records there are follows from those of another type. */
export type Belonging =
  | { readonly kind: "children"; readonly of: string; readonly count: ChildCount }
  /** A reading of each, every so often: all of one instant, then all of the next. */
  | { readonly kind: "series"; readonly of: string; readonly everyMs: number; readonly jitterMs: number };

/** How many children a record has; `min` and `max` bound all but `fixed`. */
export type ChildCount = { readonly min: number; readonly max: number } & (
  | { readonly kind: "fixed" }
  /** Each number as often. */
  | { readonly kind: "range" }
  /** After each child there is no other with this probability. */
  | { readonly kind: "geometric"; readonly probability: number }
  | { readonly kind: "poisson"; readonly mean: number }
  /** The number k in proportion to 1 / (1 + k - min)^exponent. */
  | { readonly kind: "zipf"; readonly exponent: number }
);

/** Each record is created, and then updated and deleted: every change is a message. */
export interface Changes {
  /** How many updates a record has on average; a whole number of hundredths. */
  readonly updates: number;
  /** The share of the records that are deleted in the end; a whole number of hundredths. */
  readonly deletes: number;
  /** All changes lie in so much time before the reference date. */
  readonly overMs: number;
  /** `debezium`: what was and what is, with operation and time; `upsert`: what is, and no value once it is deleted. */
  readonly envelope: "debezium" | "upsert";
  /** The table of the records' last states; null: there is none. */
  readonly state: string | null;
  /** The fields that updates change; null: all that can be changed but times. */
  readonly fields: readonly string[] | null;
}

export type JsonSchema = { readonly [keyword: string]: unknown };

export type Node = ScalarNode | ObjectNode | ArrayNode | ChoiceNode;

interface AnyNode {
  /**
   * Names the stream that the node draws from, `order@1/shipping_address/city`: version and place of the value. Items of an
   * array stand at `…/items` (those of `prefixItems` at `…/0`), branches of a choice at `…/oneOf/0`, extra properties at
   * `…/additionalProperties/0`. Which of them is null, absent, chosen or how long is drawn from streams whose names begin with this one and `#`.
   */
  readonly stream: string;
  /** Where its schema stands in the definition, as JSON pointer. */
  readonly pointer: string;
  /** The share of nulls, from 0 to 1. */
  readonly nulls: number;
  /** What its construction alone does not ensure; null where it ensures all. */
  readonly check: Check | null;
}

/** The node's value is to be validated against schemas of `Definition.schema`, and drawn again where it is not valid. */
export interface Check {
  /** The keywords that may stand in the way. */
  readonly keywords: readonly string[];
  /** Where the schemas stand that it must be valid against, all of them. */
  readonly pointers: readonly string[];
}

export interface ScalarNode extends AnyNode {
  readonly kind: "scalar";
  /** What its values are beside null; `any` of values of several types, and of objects and arrays in an `enum`. */
  readonly type: ScalarType;
  readonly operator: Operator;
  /** No value comes twice in a run. */
  readonly unique: boolean;
  /** Zipf's exponent of how often each value comes; 0: as the operator draws. */
  readonly skew: number;
  /** Of strings: their length in code points. What an operator draws beyond it is cut, what is below it is `checked`. */
  readonly length: { readonly min: number; readonly max: number } | null;
  /** Of numbers: whatever the operator draws is brought to the grid. */
  readonly grid: Grid | null;
  /** Whether `x-generate` says how many digits there are behind the point. */
  readonly saysDecimals: boolean;
  /** Whether it is no field, but stands in the operator of one: a value of a related record. */
  readonly isApart?: true;
}

export type ScalarType = "string" | "integer" | "number" | "boolean" | "null" | "any";

/**
 * The numbers n / 10^decimals for each n from `lowest` to `highest` that is a multiple of `step`; both ends are. Bounds,
 * `multipleOf` and `decimals` are settled in it exactly. A whole number has no decimals.
 */
export interface Grid {
  readonly decimals: number;
  readonly lowest: bigint;
  readonly highest: bigint;
  readonly step: bigint;
}

export type Operator =
  | { readonly kind: "const"; readonly value: Json }
  /** One of them; equally often where there are no weights. Booleans too. */
  | { readonly kind: "values"; readonly values: readonly Json[]; readonly weights: readonly number[] | null }
  /** A method of Faker by its path, `commerce.productName`. */
  | {
      readonly kind: "faker";
      readonly method: string;
      readonly args: readonly Json[];
      readonly locale: string | null;
      /** How a text says the times that it gives; a date-time where nothing is said. */
      readonly shape?: "date" | "date-time";
    }
  | { readonly kind: "person"; readonly feature: PersonFeature }
  | NumberOperator
  | TextOperator
  | TimeOperator
  | DerivedOperator
  | RelatedOperator;

/** Features of the coherent person of a sequence number. */
export type PersonFeature = (typeof personFeatures)[number];
export const personFeatures = [
  "name",
  "first_name",
  "last_name",
  "email",
  "phone_number",
  "city",
  "country",
  "company",
] as const;

/** Within the node's grid; what lies outside is drawn again or brought to its end. */
export type NumberOperator =
  /** Every number of the grid equally often. */
  | { readonly kind: "uniform" }
  | { readonly kind: "normal"; readonly mean: number; readonly deviation: number }
  /** e^N(mu, sigma). */
  | { readonly kind: "lognormal"; readonly mu: number; readonly sigma: number }
  /** Counted from the grid's lowest. */
  | { readonly kind: "exponential"; readonly mean: number }
  /** The grid's number of rank r, counted from its lowest, in proportion to 1 / r^exponent. */
  | { readonly kind: "zipf"; readonly exponent: number };

export type TextOperator =
  /** Words, as long as the node's length says. */
  | { readonly kind: "words" }
  /** What matches: the pattern itself, with nothing before or behind it. */
  | { readonly kind: "pattern"; readonly pattern: Pattern }
  /** `dev-{0000000}`: the sequence number, from `start`, with at least so many digits between two texts; of integers the number alone. */
  | {
      readonly kind: "sequence";
      readonly before: string;
      readonly digits: number;
      readonly after: string;
      readonly start: number;
    }
  /** Version 4 (RFC 9562). */
  | { readonly kind: "uuid" }
  | { readonly kind: "format"; readonly format: Format };

/** `date-time` and `date` are times, `uuid` is an operator. */
export type Format = (typeof formats)[number];
export const formats = [
  "time",
  "duration",
  "email",
  "idn-email",
  "hostname",
  "idn-hostname",
  "ipv4",
  "ipv6",
  "uri",
  "uri-reference",
  "uri-template",
  "iri",
  "iri-reference",
  "json-pointer",
  "relative-json-pointer",
  "regex",
  /** Base64, of OpenAPI. */
  "byte",
] as const;

export type TimeOperator =
  | {
      readonly kind: "between";
      readonly shape: TimeShape;
      readonly period: TimePeriod;
      /** By what factor they come more often at the end than at the beginning. */
      readonly growth: number;
      readonly rhythm: Rhythm;
    }
  /** After or before another field's time, by `minMs` to `maxMs`, uniformly. */
  | {
      readonly kind: "after" | "before";
      readonly shape: TimeShape;
      readonly of: ScalarNode;
      readonly minMs: number;
      readonly maxMs: number;
    };

export type TimeShape = "date" | "date-time" | "unix-seconds";

export type TimePeriod =
  /** UTC instants in milliseconds since 1970: from the first, below the second. Whole days for the shape `date`. */
  | { readonly fromMs: number; readonly toMs: number }
  /** So many days before the reference date. */
  | { readonly days: number };

/** From other fields of the record: of the same object (within arrays: the same item), or of one around it. */
export type DerivedOperator =
  | { readonly kind: "product"; readonly factors: readonly (number | ScalarNode)[] }
  | { readonly kind: "add"; readonly terms: readonly (number | ScalarNode)[] }
  /** `concat` and `template`: texts as they stand, and fields' values as text. */
  | { readonly kind: "template"; readonly parts: readonly (string | ScalarNode)[] };

/** From records of other types in the same request. Fields are named by their paths, `a/b`. */
export type RelatedOperator =
  /** Of a record that is picked; of one's own type one with a smaller sequence number. */
  | { readonly kind: "ref"; readonly type: string; readonly field: string; readonly pick: Pick }
  /** Of the record that another field's value is of. */
  | { readonly kind: "through"; readonly of: ScalarNode; readonly field: string }
  /** Of the record whose child or reading this one is. */
  | { readonly kind: "parent"; readonly type: string; readonly field: string }
  /** Which of its parent's children it is, which of its entity's readings, or which of its record's states, from 1. */
  | { readonly kind: "ordinal" }
  /** Over a record's children. */
  | { readonly kind: "sum"; readonly type: string; readonly field: string }
  | {
      readonly kind: "min" | "max";
      readonly type: string;
      readonly field: string;
      /** Whether it may be null, as of a record without children. */
      readonly acceptsNull: boolean;
    }
  | { readonly kind: "count"; readonly type: string }
  | SeriesOperator;

/** Which record a reference picks. */
export type Pick =
  /** Each as likely. */
  | { readonly kind: "uniform" }
  /** The record of rank r in proportion to 1 / r^exponent; which has which rank follows from the seed. */
  | { readonly kind: "zipf"; readonly exponent: number }
  /** All as often, in an order that follows from the seed: where there are not more references than records, each once at most. */
  | { readonly kind: "each" };

/** Of a reading: its time, a value that moves on, a state that changes at times. Of a record that changes: when it did, and what state it is in then. */
export type SeriesOperator =
  | { readonly kind: "tick"; readonly shape: TimeShape }
  | {
      readonly kind: "series";
      readonly base: number | ScalarNode;
      /** Half the difference between the day's highest and its lowest; the week's likewise. */
      readonly daily: number;
      readonly weekly: number;
      /** Added a day. */
      readonly trend: number;
      /** Standard deviation of the noise, and after what time half of it is left. */
      readonly noise: number;
      readonly halfLifeMs: number;
    }
  | {
      readonly kind: "machine";
      readonly states: readonly string[];
      readonly moves: readonly (readonly number[])[];
    };

export interface ObjectNode extends AnyNode {
  readonly kind: "object";
  /** In the order in which they are written. */
  readonly fields: readonly Field[];
  /** Properties whose names are drawn too (maps), written behind the fields. */
  readonly extras: readonly Extras[];
}

export interface Field {
  readonly name: string;
  readonly node: Node;
  readonly isRequired: boolean;
  /** In what share of the records it is there, from 0 to 1; a required field in all. What depends on it takes its value either way. */
  readonly presence: number;
}

export interface Extras {
  /** Draws names. One that the object has already is drawn again. */
  readonly names: ScalarNode;
  readonly values: Node;
  readonly min: number;
  readonly max: number;
}

export interface ArrayNode extends AnyNode {
  readonly kind: "array";
  /** The first items, each with a node of its own; a shorter array has only the first of them. */
  readonly prefix: readonly Node[];
  /** All further ones; null where there are none (then `maxItems` is at most the prefix's length). */
  readonly items: Node | null;
  readonly minItems: number;
  readonly maxItems: number;
  readonly uniqueItems: boolean;
}

/** One of the branches, each with all that stands beside them. */
export interface ChoiceNode extends AnyNode {
  readonly kind: "choice";
  readonly branches: readonly Node[];
  readonly weights: readonly number[] | null;
}
