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
import type { Node, ObjectNode } from "./nodes.ts";
import { pointTo } from "./pointer.ts";
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
  const branches: { node: Node; branch: readonly Located[] }[] = [];
  const refusals: Refusal[] = [];
  const wrong: Fault[] = [];
  for (const [index, branch] of group.branches.entries()) {
    const place = pointTo(at.place, group.keyword, index);
    const node = builder
      .prepare([...located, ...branch], {
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
  const isAmbiguous = group.keyword === "oneOf" && isAnyAmbiguous(branches, builder);
  return joinBranches(
    branches.map(({ node }) => node),
    {
      stream: builder.streamOf(at.place),
      pointer: facets.pointer,
      nulls,
      check: checkOf([...checks, ...(isAmbiguous ? ["oneOf"] : [])], located),
    },
    isNullsSaid,
  );
}

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

/** Whether a value of one branch may be valid by another too, which `oneOf` forbids. */
function isAnyAmbiguous(
  branches: readonly { node: Node; branch: readonly Located[] }[],
  builder: Builder,
): boolean {
  return branches.some(({ node }, index) =>
    branches.some((other, otherIndex) => {
      if (index === otherIndex) return false;
      const facets = collectFacets(other.branch, {
        resolve: builder.resolve,
        open: [],
        maxRecursion: 0,
        settled: new Set(),
      });
      return isRefusal(facets) || mayMatch(node, facets);
    }),
  );
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
      .prepare([...located, only], { ...at, place: pointTo(at.place, "type", index), isNullSettled: true })
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
