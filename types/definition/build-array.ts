import { capacityOf } from "./build-scalar.ts";
import { type At, type Builder, checkOf } from "./builder.ts";
import { type Facets, isRefusal, type Refusal, refuse } from "./facets.ts";
import { limits } from "./limits.ts";
import type { Node } from "./nodes.ts";
import { pointTo } from "./pointer.ts";
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
    open: [...at.open, ...facets.references],
    depth: at.depth + 1,
    settled: new Set(),
    isNullSettled: false,
  });
  const minContains = facets.contains.length === 0 ? 0 : (facets.counts.get("minContains")?.value ?? 1);
  const prefixLength = Math.max(
    ...facets.tuples.map(({ prefix }) => prefix.length),
    facets.tuples.some(({ prefix }) => prefix.length > 0) ? 0 : minContains,
    0,
  );
  const prefix: Node[] = [];
  for (let index = 0; index < Math.min(prefixLength, max?.value ?? limits.items); index++) {
    // The first items are those that `contains` asks for.
    const contained = index < minContains ? facets.contains : [];
    const node = builder
      .prepare([...itemSchemas(facets, index), ...contained], within(String(index)))
      .build();
    if (!isRefusal(node)) prefix.push(node);
    else if (node.canBeLeftOut && index >= Math.max(min.value, minContains)) break;
    else return node;
  }
  const isCut = prefix.length < Math.min(prefixLength, max?.value ?? limits.items);
  const isEnd =
    isCut ||
    prefix.length === max?.value ||
    itemSchemas(facets, prefixLength).some(({ schema }) => schema === false);
  const items = isEnd ? null : builder.prepare(itemSchemas(facets, prefixLength), within("items")).build();
  if (items !== null && isRefusal(items) && !(items.canBeLeftOut && prefix.length >= min.value)) return items;
  const more = items === null || isRefusal(items) ? null : items;
  const least = Math.max(min.value, Math.min(minContains, prefix.length));
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
  const most = Math.min(max?.value ?? usualMax, limits.items, more === null ? prefix.length : capacity);
  if (most < min.value) return refuse(min.pointer, `is ${min.value}, and there can be ${most} items`);
  const isContained = minContains > 0 && !(facets.counts.has("maxContains") || prefix.length < minContains);
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

/** What is said of the item at an index. */
function itemSchemas({ tuples, pointer }: Facets, index: number): readonly Located[] {
  const all = tuples.flatMap(({ prefix, items }) => prefix[index] ?? items ?? []);
  return all.length > 0 ? all : [{ schema: { type: "string" }, pointer, isDerived: true }];
}
