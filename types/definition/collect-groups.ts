import type { Json } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { entriesOf, listOf, type Schema } from "../../generate/shapes/walk-schema.ts";
import type { CollectContext, Facets, Group, Place } from "./facets.ts";
import type { Located } from "./references.ts";

/** More conditions than these are only checked: each doubles the nodes. */
const maxConditions = 3;

export function addGroups(
  schema: Schema,
  at: Place,
  facets: Facets,
  { settled, spend }: CollectContext,
): void {
  const add = (group: Group): void => {
    if (!settled.has(group.pointer)) facets.groups.push(group);
  };
  for (const keyword of ["oneOf", "anyOf"] as const) {
    const list = listOf(schema[keyword]);
    if (schema[keyword] === undefined || settled.has(at(keyword))) continue;
    spend(list.length, at(keyword));
    const branches = list.map((each, index) => [{ schema: each, pointer: pointTo(at(keyword), index) }]);
    add({ keyword, pointer: at(keyword), branches });
  }
  const conditions = conditionsOf(schema, at);
  spend(conditions.length, at("dependentRequired"));
  for (const condition of conditions) {
    if (settled.size + facets.groups.length < maxConditions) add(condition);
    else if (!settled.has(condition.pointer)) facets.checks.add(condition.keyword);
    // What does not meet `if` is not made so, and has to be told by a check.
    if (condition.keyword === "if") facets.checks.add("if");
  }
}

/** `if` and the dependencies as choices: the condition and what follows from it, or not. */
function conditionsOf(schema: Schema, at: Place): readonly Group[] {
  const groups: Group[] = [];
  if (schema.if !== undefined && (schema.then !== undefined || schema.else !== undefined)) {
    const branch = (keyword: string): Located[] =>
      schema[keyword] === undefined ? [] : [{ schema: schema[keyword] as Json, pointer: at(keyword) }];
    groups.push({
      keyword: "if",
      pointer: at("if"),
      branches: [[...branch("if"), ...branch("then")], branch("else")],
    });
  }
  for (const keyword of ["dependentRequired", "dependentSchemas"] as const) {
    for (const [name, consequence] of entriesOf(schema[keyword])) {
      const pointer = pointTo(at(keyword), name);
      const required =
        keyword === "dependentRequired" ? { required: [name, ...listOf(consequence)] } : { required: [name] };
      const present: Located[] = [{ schema: required, pointer, isDerived: true }];
      if (keyword === "dependentSchemas") present.push({ schema: consequence, pointer, isDerived: true });
      groups.push({
        keyword,
        pointer,
        branches: [
          present,
          [{ schema: { properties: Object.fromEntries([[name, false]]) }, pointer, isDerived: true }],
        ],
      });
    }
  }
  return groups;
}
