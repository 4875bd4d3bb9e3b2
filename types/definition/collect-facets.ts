import { isObject } from "../../generate/shapes/is-object.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { listOf, type Schema } from "../../generate/shapes/walk-schema.ts";
import { addGroups } from "./collect-groups.ts";
import { addItems, addProperties } from "./collect-parts.ts";
import { addBounds, addTexts, addType, addValues, excludeTypes, settleExcluded } from "./collect-values.ts";
import { type CollectContext, type Facets, leaveOut, type Place, type Refusal, refuse } from "./facets.ts";
import type { Located } from "./references.ts";

/** What is only checked of what was made. */
const checkedKeywords = ["not", "unevaluatedProperties", "unevaluatedItems", "maxContains"];

/** Merges what schemas say of one value. */
export function collectFacets(located: readonly Located[], context: CollectContext): Facets | Refusal {
  const [first] = located;
  const facets: Facets = {
    pointer: first?.pointer ?? "",
    references: new Set(),
    types: null,
    values: null,
    low: null,
    high: null,
    step: null,
    counts: new Map(),
    patterns: [],
    formats: [],
    properties: new Map(),
    required: new Map(),
    closings: [],
    patternProperties: [],
    propertyNames: [],
    tuples: [],
    contains: [],
    uniqueItems: false,
    groups: [],
    excluded: new Set(),
    generate: null,
    checks: new Set(),
  };
  for (const each of located) {
    const refusal = addSchema(each, facets, context);
    if (refusal) return refusal;
  }
  return settleExcluded(facets);
}

function addSchema(located: Located, facets: Facets, context: CollectContext): Refusal | null {
  const { schema, pointer, isCheckedAround = false } = located;
  context.spend(1, pointer);
  if (schema === false) return leaveOut(pointer, "allows no value");
  if (!isObject(schema)) return null;
  const at = (keyword: string): string => pointTo(pointer, keyword);
  const fault =
    addType(schema, at, facets) ?? addValues(schema, at, facets, context) ?? addBounds(schema, at, facets);
  if (fault) return fault;
  addTexts(schema, at, facets, context);
  addProperties(schema, at, facets, context);
  addItems(schema, at, facets);
  const checks = isCheckedAround ? new Set<string>() : facets.checks;
  addGroups(schema, at, { ...facets, checks }, context);
  const generate = schema["x-generate"];
  if (generate !== undefined) facets.generate ??= { value: generate, pointer: at("x-generate") };
  for (const keyword of checkedKeywords) if (schema[keyword] !== undefined) checks.add(keyword);
  if (excludeTypes(schema.not, facets)) checks.delete("not");
  return addReferences(located, schema, at, facets, context);
}

function addReferences(
  { isCheckedAround }: Located,
  schema: Schema,
  at: Place,
  facets: Facets,
  context: CollectContext,
): Refusal | null {
  const around = isCheckedAround === true ? ({ isCheckedAround } as const) : {};
  for (const keyword of ["$ref", "$dynamicRef"]) {
    const reference = schema[keyword];
    if (typeof reference !== "string") continue;
    const target = context.resolve(reference);
    if (target === null)
      return refuse(
        at(keyword),
        `leads to nothing in this definition: ${reference}; write #/$defs/NAME, and bring what stands elsewhere into $defs`,
      );
    const depth = context.open.get(target.pointer) ?? 0;
    if (depth > context.maxRecursion) {
      const opened = [...context.open.keys()];
      const cycle = [...opened.slice(opened.indexOf(target.pointer)), target.pointer];
      return leaveOut(
        at(keyword),
        `contains itself without end: ${cycle.map((each) => `#${each}`).join(" -> ")}; make a field on the way optional`,
      );
    }
    facets.references.add(target.pointer);
    const refusal = addSchema({ ...target, ...around }, facets, context);
    if (refusal) return refusal;
  }
  for (const [index, part] of listOf(schema.allOf).entries()) {
    const each = { schema: part, pointer: pointTo(at("allOf"), index), ...around };
    const refusal = addSchema(each, facets, context);
    if (refusal) return refusal;
  }
  return null;
}
