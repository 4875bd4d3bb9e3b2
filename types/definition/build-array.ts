import { arrayBytes, largestValue } from "../../generate/largest-value.ts";
import type { Node } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { capacityOf } from "./build-scalar.ts";
import { type At, type Builder, checkOf } from "./builder.ts";
import { type Facets, isRefusal, openAll, type Refusal, refuse } from "./facets.ts";
import { limits } from "./limits.ts";
import type { Located } from "./references.ts";

const usualItems = 3;

interface ArrayRequest {
  readonly located: readonly Located[];
  readonly facets: Facets;
  readonly nulls: number;
  readonly checks: readonly string[];
}

export function buildArray(
  { located, facets, nulls, checks }: ArrayRequest,
  at: At,
  builder: Builder,
): Node | Refusal {
  const min = facets.counts.get("minItems") ?? { value: 0, pointer: facets.pointer };
  const max = facets.counts.get("maxItems");
  if (max && max.value < min.value)
    return refuse(max.pointer, `is ${max.value}, below minItems (${min.value})`);
  if (min.value > limits.items)
    return refuse(min.pointer, `is above ${limits.items.toLocaleString("en")}, the most items that are made`);
  const within = (place: string): At => ({
    ...at,
    place: pointTo(at.place, place),
    names: { ...at.names, isInArray: true },
    open: openAll(at.open, facets.references),
    depth: at.depth + 1,
    settled: new Set(),
    isNullSettled: false,
  });
  const minContains = facets.contains.length === 0 ? 0 : (facets.counts.get("minContains")?.value ?? 1);
  const tupleLength = facets.tuples.reduce((most, { prefix }) => Math.max(most, prefix.length), 0);
  const prefixLength = Math.max(tupleLength, tupleLength > 0 ? 0 : minContains);
  const prefix: Node[] = [];
  // The first items that can be are those that `contains` asks for.
  let missing = minContains;
  let isCut = false;
  const mostFirst = Math.min(max?.value ?? limits.items, limits.items);
  for (let index = 0; index < mostFirst && (index < prefixLength || missing > 0); index++) {
    const build = (located: readonly Located[]): Node | Refusal =>
      builder.prepare([...itemSchemas(facets, index), ...located], within(String(index))).build();
    const contained = missing > 0 ? build(facets.contains) : null;
    // Behind the first items all are alike: one that cannot be contained tells of all.
    const isLast = index >= tupleLength;
    const node = contained === null || (isRefusal(contained) && !isLast) ? build([]) : contained;
    if (node === contained) missing -= 1;
    if (!isRefusal(node)) prefix.push(node);
    else if (node.canBeLeftOut && index >= min.value && missing <= 0) {
      isCut = true;
      break;
    } else return node;
  }
  if (missing > 0)
    return refuse(
      facets.contains[0]?.pointer ?? facets.pointer,
      "is met by none of the items that there can be",
    );
  // All that `contains` asks for is among these.
  const leastFirst = minContains === 0 ? 0 : prefix.length;
  const isEnd =
    isCut ||
    prefix.length === max?.value ||
    itemSchemas(facets, prefix.length).some(({ schema }) => schema === false);
  const items = isEnd ? null : builder.prepare(itemSchemas(facets, prefix.length), within("items")).build();
  if (items !== null && isRefusal(items) && !(items.canBeLeftOut && prefix.length >= min.value)) return items;
  const more = items === null || isRefusal(items) ? null : items;
  const least = Math.max(min.value, leastFirst);
  const capacity =
    facets.uniqueItems && more !== null ? prefix.length + capacityOf(more) : Number.POSITIVE_INFINITY;
  if (capacity < min.value)
    return refuse(min.pointer, `is ${min.value}, and uniqueItems leaves at most ${capacity} different items`);
  const isTuple = facets.tuples.some(({ prefix }) => prefix.length > 0);
  const usualMin =
    facets.counts.has("minItems") || prefixLength === 0 ? least : Math.max(least, prefix.length);
  const usualMax = Math.min(
    isTuple ? Math.max(usualMin, prefix.length) : Math.max(usualItems, 2 * usualMin, prefix.length),
    limits.items,
  );
  const room = Math.max(usualMin, largestCount(prefix, more));
  const most = Math.min(max?.value ?? usualMax, limits.items, more === null ? prefix.length : capacity, room);
  if (most < min.value) return refuse(min.pointer, `is ${min.value}, and there can be ${most} items`);
  const isContained = minContains > 0 && !facets.counts.has("maxContains");
  const kept = facets.contains.length === 0 || isContained ? checks : [...checks, "contains"];
  return {
    kind: "array",
    stream: builder.streamOf(at.place),
    pointer: facets.pointer,
    nulls,
    check: checkOf(kept, located),
    prefix,
    items: more,
    minItems: Math.min(usualMin, most),
    maxItems: most,
    uniqueItems: facets.uniqueItems,
  };
}

/** How many items fit into the bytes that an array is meant to have. */
function largestCount(prefix: readonly Node[], items: Node | null): number {
  const first = arrayBytes(prefix, null, prefix.length);
  if (items === null || first > limits.arrayBytes) return prefix.length;
  return prefix.length + Math.floor((limits.arrayBytes - first) / (largestValue(items) + 1));
}

/** What is said of the item at an index. */
function itemSchemas({ tuples, pointer }: Facets, index: number): readonly Located[] {
  const all = tuples.flatMap(({ prefix, items }) => prefix[index] ?? items ?? []);
  return all.length > 0 ? all : [{ schema: { type: "string" }, pointer, isDerived: true }];
}
