import { checkedAttempts, redrawn, spendEffort, withinPlace } from "./attempts.ts";
import { type Context, streamOf } from "./context.ts";
import { jsonOf, writeJson } from "./json-text.ts";
import { CannotSample, type Sampler, type Space } from "./sampler.ts";
import type { ArrayNode, Json } from "./shapes/nodes.ts";

const open = 0x5b;
const close = 0x5d;
const comma = 0x2c;

/** A list, as long as a stream of its own says. */
export function sampleArray(node: ArrayNode, context: Context): Sampler {
  const most = node.items === null ? Math.min(node.maxItems, node.prefix.length) : node.maxItems;
  const lengths = streamOf(context, node, "#length");
  const lengthOf = (seq: number): number => {
    if (most === node.minItems) return most;
    lengths.open(seq);
    return node.minItems + lengths.below(most - node.minItems + 1);
  };
  const inside = withinPlace(context, Math.max(1, most));
  /** The sampler of the item at an index, of the first attempt or a further one. */
  const itemsOf = (attempt: number): ((index: number) => Sampler) => {
    const drawn = redrawn(inside.context, attempt);
    const prefix = node.prefix.map((each) => context.compile(each, drawn));
    const rest = node.items === null || most <= prefix.length ? null : context.compile(node.items, drawn);
    return (index) => prefix[index] ?? (rest as Sampler);
  };
  if (node.uniqueItems) return sampleDifferent(node, { lengthOf, itemsOf, enter: inside.enter }, context);
  const itemAt = itemsOf(0);
  return {
    room: 0,
    write(seq, out) {
      const length = lengthOf(seq);
      out.reserve(1);
      out.byte(open);
      for (let index = 0; index < length; index++) {
        const sampler = itemAt(index);
        out.reserve(sampler.room + 1);
        if (index > 0) out.byte(comma);
        inside.enter(index);
        sampler.write(seq, out);
      }
      out.reserve(1);
      out.byte(close);
    },
    value: (seq) =>
      Array.from({ length: lengthOf(seq) }, (_, index) => {
        const sampler = itemAt(index);
        inside.enter(index);
        return sampler.value(seq);
      }),
  };
}

interface ItemDraws {
  readonly lengthOf: (seq: number) => number;
  readonly itemsOf: (attempt: number) => (index: number) => Sampler;
  readonly enter: (index: number) => void;
}

/**
 * A list without repetition: an item that was there is drawn again from the next stream and, where its values can be counted, is the
 * next one that was not there. A list ends early where no other value is found, if it may; only where it may not are more streams asked.
 */
function sampleDifferent(
  node: ArrayNode,
  { lengthOf, itemsOf, enter }: ItemDraws,
  context: Context,
): Sampler {
  const { maxAttempts } = context;
  const attempts = [itemsOf(0)];
  const draw = (
    seq: number,
    index: number,
    taken: ReadonlySet<string>,
    [from, to]: readonly [from: number, to: number],
  ): Json | undefined => {
    for (let attempt = from; attempt < to; attempt++) {
      if (attempt > 0) spendEffort(context, node, 1);
      attempts[attempt] ??= itemsOf(attempt);
      const value = (attempts[attempt] as (index: number) => Sampler)(index).value(seq);
      if (!taken.has(jsonOf(value))) return value;
    }
    return undefined;
  };
  /** Whatever is in front of `next` is taken. */
  const findFree = (space: Space, taken: ReadonlySet<string>, from: { next: number }): Json | undefined => {
    for (; from.next < space.size; from.next++) {
      const value = space.value(from.next);
      if (!taken.has(jsonOf(value))) return value;
    }
    return undefined;
  };
  const find = (
    seq: number,
    index: number,
    taken: ReadonlySet<string>,
    free: { next: number },
  ): Json | undefined => {
    const space = index < node.prefix.length ? undefined : attempts[0]?.(index).space;
    // Of few values that are left, drawing meets one too seldom.
    const isScarce = space !== undefined && taken.size > 16 && taken.size > (3 / 4) * space.size;
    const drawn = isScarce ? undefined : draw(seq, index, taken, [0, checkedAttempts]);
    if (drawn !== undefined) return drawn;
    if (space !== undefined) return findFree(space, taken, free);
    return index < node.minItems ? draw(seq, index, taken, [checkedAttempts, maxAttempts]) : undefined;
  };
  const value = (seq: number): Json[] => {
    const length = lengthOf(seq);
    const taken = new Set<string>();
    const free = { next: 0 };
    const found: Json[] = [];
    for (let index = 0; index < length; index++) {
      enter(index);
      const item = find(seq, index, taken, free);
      if (item === undefined) break;
      taken.add(jsonOf(item));
      found.push(item);
    }
    if (found.length >= node.minItems) return found;
    throw new CannotSample(
      node.pointer,
      `has only ${found.length} different items where ${node.minItems} are to be`,
    );
  };
  return { room: 0, value, write: (seq, out) => writeJson(value(seq), out) };
}
