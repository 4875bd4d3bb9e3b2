import type { Json, Node, ObjectNode } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { keyOf } from "../../generate/shapes/same-json.ts";
import { type At, type Builder, checkOf } from "./builder.ts";
import { collectFacets } from "./collect-facets.ts";
import {
  type Facets,
  type Group,
  isRefusal,
  type Refusal,
  refuse,
  type TypeName,
  typeNames,
} from "./facets.ts";
import { mayMatch } from "./may-match.ts";
import type { Fault } from "./problem.ts";
import type { Located } from "./references.ts";

interface ChoiceRequest {
  readonly located: readonly Located[];
  readonly facets: Facets;
  readonly checks: readonly string[];
  readonly nulls: number;
  /** Whether `x-generate` says the share of nulls. */
  readonly isNullsSaid: boolean;
}

/** The share of nulls where one branch of a choice is null. */
const usualNulls = 0.1;

/** One node a branch, each with all that stands beside the group. Branches that no value can meet are left out. */
export function buildChoice(
  group: Group,
  { located, facets, checks, nulls, isNullsSaid }: ChoiceRequest,
  at: At,
  builder: Builder,
): Node | Refusal {
  const settled = new Set([...at.settled, group.pointer]);
  const around = checkedHere(located);
  const branches: { node: Node; branch: readonly Located[] }[] = [];
  const refusals: Refusal[] = [];
  const wrong: Fault[] = [];
  for (const [index, branch] of group.branches.entries()) {
    const place = pointTo(at.place, group.keyword, index);
    const node = builder
      .prepare([...around, ...branch], {
        ...at,
        place,
        settled,
        isNullSettled: at.isNullSettled || isNullsSaid,
      })
      .build();
    if (!isRefusal(node)) branches.push({ node, branch });
    else {
      refusals.push(node);
      wrong.push(...ownFaults(node, branch, { ...at, place, settled }, builder));
    }
  }
  const faults = refusals.filter(({ canBeLeftOut }) => !canBeLeftOut).flatMap((refusal) => refusal.faults);
  if (branches.length === 0) {
    const [first] = refusals;
    return faults.length > 0
      ? { faults, canBeLeftOut: false }
      : (first ?? refuse(group.pointer, "must have a branch"));
  }
  if (wrong.length > 0) return { faults: wrong, canBeLeftOut: false };
  const isOne = group.keyword === "oneOf";
  const nodes = isOne ? tellApart(branches, builder) : branches.map(({ node }) => node);
  const isAmbiguous =
    isOne &&
    isAnyAmbiguous(
      branches.map(({ branch }, index) => ({ node: nodes[index] as Node, branch })),
      builder,
    );
  return joinBranches(
    nodes,
    {
      stream: builder.streamOf(at.place),
      pointer: facets.pointer,
      nulls,
      check: checkOf([...checks, ...(isAmbiguous ? ["oneOf"] : [])], located),
    },
    isNullsSaid,
  );
}

/** What the choice as a whole is checked for is not checked of its branches: some may never pass it. */
const checkedHere = (located: readonly Located[]): readonly Located[] =>
  located.map((each) => ({ ...each, isCheckedAround: true }));

/**
 * What is wrong with a branch by itself. What only contradicts that which stands beside it is as good as not there: a condition or a choice
 * may be written so on purpose.
 */
function ownFaults(
  { faults, canBeLeftOut }: Refusal,
  branch: readonly Located[],
  at: At,
  builder: Builder,
): readonly Fault[] {
  if (canBeLeftOut) return [];
  const alone = builder.prepare(branch, at).build();
  if (!isRefusal(alone)) return [];
  return faults.filter((fault) =>
    alone.faults.some(({ pointer, message }) => pointer === fault.pointer && message === fault.message),
  );
}

type Branch = { readonly node: Node; readonly branch: readonly Located[] };

/** More pairs of branches are not compared: that they differ is checked of what was made. */
const mostPairs = 10_000;

/** Alternatives that each require a field of their own: what the others require is left out of each where it can be. */
function tellApart(branches: readonly Branch[], builder: Builder): readonly Node[] {
  const nodes = branches.map(({ node }) => node);
  if (branches.length ** 2 > mostPairs) return nodes;
  const required = branches.map(({ branch }) => {
    const facets = collectAlone(branch, builder);
    return isRefusal(facets) ? null : facets;
  });
  return nodes.map((node, index) => {
    let told = node;
    for (const [other, facets] of required.entries()) {
      if (told.kind !== "object" || facets === null || other === index || !mayMatch(told, facets)) continue;
      told = withoutOneOf(told, facets.required);
    }
    return told;
  });
}

/** One of the fields is never there, if one of them is optional. */
function withoutOneOf(node: ObjectNode, names: ReadonlyMap<string, string>): ObjectNode {
  const field = node.fields.find(({ name, presence }) => presence < 1 && names.has(name));
  const fields = node.fields.map((each) => (each === field ? { ...each, presence: 0 } : each));
  return { ...node, fields };
}

const collectAlone = (branch: readonly Located[], builder: Builder): Facets | Refusal =>
  collectFacets(branch, { ...builder, open: new Map(), maxRecursion: 0, settled: new Set() });

/** Whether a value of one branch may be valid by another too, which `oneOf` forbids. */
function isAnyAmbiguous(branches: readonly Branch[], builder: Builder): boolean {
  const listed = branches.map(({ node }) => listedValues(node));
  const keys = listed.flatMap((values) => [...new Set(values?.map(keyOf) ?? [])]);
  if (new Set(keys).size < keys.length) return true;
  // Those that list their values are told apart by these alone.
  const others = branches.filter((_, index) => listed[index] === null);
  if (others.length === 0) return false;
  if (others.length * branches.length > mostPairs) return true;
  const facets = branches.map(({ branch }) => collectAlone(branch, builder));
  return branches.some(({ node }, index) =>
    facets.some((other, otherIndex) => {
      if (index === otherIndex || (listed[index] !== null && listed[otherIndex] !== null)) return false;
      return isRefusal(other) || mayMatch(node, other);
    }),
  );
}

/** All values that a node has; null where they are not listed. */
function listedValues(node: Node): readonly Json[] | null {
  if (node.kind !== "scalar") return null;
  const { operator, nulls } = node;
  const more = nulls > 0 ? [null] : [];
  if (operator.kind === "const") return [operator.value, ...more];
  return operator.kind === "values" ? [...operator.values, ...more] : null;
}

/** A value of several types. */
export function buildTypeChoice(
  types: readonly TypeName[],
  { located, facets, checks, nulls, isNullsSaid }: ChoiceRequest,
  at: At,
  builder: Builder,
): Node | Refusal {
  const nodes: Node[] = [];
  const faults: Refusal[] = [];
  for (const [index, type] of types.entries()) {
    const only: Located = {
      schema: { type },
      pointer: facets.types?.pointer ?? facets.pointer,
      isDerived: true,
    };
    const node = builder
      .prepare([...checkedHere(located), only], {
        ...at,
        place: pointTo(at.place, "type", index),
        isNullSettled: true,
      })
      .build();
    if (isRefusal(node)) faults.push(node);
    else nodes.push(node);
  }
  const [first] = faults;
  if (first && (nodes.length === 0 || !first.canBeLeftOut)) return first;
  return joinBranches(
    nodes,
    {
      stream: builder.streamOf(at.place),
      pointer: facets.pointer,
      nulls,
      check: checkOf(checks, located),
    },
    isNullsSaid,
  );
}

function joinBranches(
  nodes: readonly Node[],
  base: Pick<ObjectNode, "stream" | "pointer" | "nulls" | "check">,
  isNullsSaid: boolean,
): Node {
  const isNull = (node: Node): boolean => node.kind === "scalar" && node.type === "null";
  const others = nodes.filter((node) => !isNull(node));
  const hasNull = others.length < nodes.length;
  const [only] = others;
  if (only === undefined) return { ...(nodes[0] as Node), check: base.check };
  const nulls = isNullsSaid ? base.nulls : Math.max(base.nulls, hasNull ? usualNulls : 0);
  if (others.length > 1) return { ...base, kind: "choice", nulls, branches: others, weights: null };
  const keywords = [...(only.check?.keywords ?? []), ...(base.check?.keywords ?? [])];
  const pointers = [...(only.check?.pointers ?? []), ...(base.check?.pointers ?? [])];
  return {
    ...only,
    nulls: isNullsSaid ? nulls : Math.max(only.nulls, nulls),
    check:
      keywords.length === 0 ? null : { keywords: [...new Set(keywords)], pointers: [...new Set(pointers)] },
  };
}

/** The types that a schema without `type` speaks of; a text where it speaks of none. */
export function inferType(facets: Facets): TypeName {
  const { properties, required, closings, patternProperties, tuples, contains, counts } = facets;
  if (
    properties.size + required.size + closings.length + patternProperties.length > 0 ||
    counts.has("minProperties")
  )
    return "object";
  if (
    tuples.length + contains.length > 0 ||
    facets.uniqueItems ||
    counts.has("minItems") ||
    counts.has("maxItems")
  )
    return "array";
  if (facets.low !== null || facets.high !== null || facets.step !== null) return "number";
  return "string";
}

export const typesOf = ({ types }: Facets): readonly TypeName[] | null =>
  types === null ? null : typeNames.filter((type) => types.value.has(type) && type !== "null");
