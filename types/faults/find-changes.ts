import type { Draws } from "../../generate/draws.ts";
import type { Json } from "../../generate/shapes/nodes.ts";
import type { Schema } from "../../generate/shapes/walk-schema.ts";
import type { FaultName } from "../../records/faults/fault-kinds.ts";
import { invalidDate, invalidEmail, invalidIpv4 } from "../../records/faults/invalid-texts.ts";
import {
  another,
  anotherType,
  besideMultiples,
  beyond,
  fewerThan,
  longerThan,
  misspelt,
  moreThan,
  repeated,
  type SpoilValue,
  shorterThan,
} from "./spoil-value.ts";

/** What can be done to a value so that its schema refuses it. */
export interface Change {
  readonly kind: FaultName;
  readonly spoil: SpoilValue;
  /** What the validator says then, behind the place; a regular expression's source. */
  readonly says: string;
}

/** Longer texts and arrays than can be had of these are no small matter for a message. */
const mostLength = 4_096;
const mostItems = 1_000;

const types = "(?:array|boolean|integer|null|number|object|string)";
const ofType = `must be ${types}(?:,${types})*`;
const listed = "must be equal to (?:one of the allowed values|constant)";

/** By what the schemas that a value must meet ask for. What comes of it for a reason of another schema, whoever tries it finds out. */
export function findChanges(schemas: readonly Schema[]): readonly Change[] {
  const has = (keyword: string): boolean => schemas.some((schema) => Object.hasOwn(schema, keyword));
  const numbers = (keyword: string): readonly number[] =>
    schemas.map((schema) => schema[keyword]).filter((value) => typeof value === "number");
  const isListed = has("enum") || has("const");
  const changes: Change[] = [];
  if (has("type")) changes.push({ kind: "wrong_type", spoil: anotherType, says: ofType });
  if (has("type") || isListed)
    changes.push({ kind: "null_value", spoil: () => null, says: `(?:${ofType}|${listed})` });
  if (isListed) changes.push({ kind: "unlisted_value", spoil: another, says: listed });
  if (has("pattern"))
    changes.push({ kind: "pattern_mismatch", spoil: misspelt, says: 'must match pattern "[^]*' });

  for (const format of new Set(
    schemas.map(({ format }) => format).filter((each) => typeof each === "string"),
  ))
    changes.push({ ...(formatChanges.get(format) ?? otherFormat), says: 'must match format "[^]*' });

  const [longest] = sorted(numbers("maxLength"));
  if (longest !== undefined && longest <= mostLength)
    changes.push({
      kind: "too_long",
      spoil: longerThan(longest),
      says: amount("more", longest, "characters"),
    });
  const shortest = sorted(numbers("minLength")).at(-1) ?? 0;
  if (shortest > 0 && shortest <= mostLength)
    changes.push({
      kind: "too_short",
      spoil: shorterThan(shortest),
      says: amount("fewer", shortest, "characters"),
    });

  const lowest = sorted([...numbers("minimum"), ...numbers("exclusiveMinimum")]).at(-1);
  if (lowest !== undefined)
    changes.push({ kind: "too_small", spoil: beyond(lowest, -1), says: "must be >=? [^ ;]+" });
  const [highest] = sorted([...numbers("maximum"), ...numbers("exclusiveMaximum")]);
  if (highest !== undefined)
    changes.push({ kind: "too_large", spoil: beyond(highest, 1), says: "must be <=? [^ ;]+" });
  for (const step of numbers("multipleOf"))
    changes.push({
      kind: "not_a_multiple",
      spoil: besideMultiples(step),
      says: "is no multiple of what multipleOf says",
    });

  const [most] = sorted(numbers("maxItems"));
  if (most !== undefined && most <= mostItems)
    changes.push({ kind: "too_many_items", spoil: moreThan(most), says: amount("more", most, "items") });
  const fewest = sorted(numbers("minItems")).at(-1) ?? 0;
  if (fewest > 0)
    changes.push({ kind: "too_few_items", spoil: fewerThan(fewest), says: amount("fewer", fewest, "items") });
  if (schemas.some(({ uniqueItems }) => uniqueItems === true))
    changes.push({ kind: "repeated_items", spoil: repeated, says: "must NOT have duplicate items" });
  return changes;
}

const sorted = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b);

const amount = (than: "more" | "fewer", count: number, what: string): string =>
  `must NOT have ${than} than ${count} ${what}`;

const ofText =
  (spoil: (text: string, draws: Draws) => Json): SpoilValue =>
  (value, draws) =>
    typeof value === "string" ? spoil(value, draws) : undefined;

const date: Omit<Change, "says"> = { kind: "invalid_date", spoil: ofText(invalidDate) };
const email: Omit<Change, "says"> = { kind: "invalid_email", spoil: ofText(invalidEmail) };
const otherFormat: Omit<Change, "says"> = { kind: "invalid_format", spoil: misspelt };
const formatChanges: ReadonlyMap<string, Omit<Change, "says">> = new Map([
  ["date", date],
  ["date-time", date],
  ["email", email],
  ["idn-email", email],
  ["ipv4", { kind: "invalid_ipv4", spoil: ofText(invalidIpv4) }],
]);
