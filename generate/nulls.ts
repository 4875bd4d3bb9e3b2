import { type Context, streamOf } from "./context.ts";
import type { Sampler, Space } from "./sampler.ts";
import type { Node } from "./shapes/nodes.ts";
import { fixedText } from "./words.ts";

const nothing = fixedText("null");

/** Whether something happens at a sequence number, in a share of them: a stream of its own, so that it changes nothing else. */
export function createChance(
  share: number,
  node: Node,
  purpose: string,
  context: Context,
): (seq: number) => boolean {
  const draws = streamOf(context, node, purpose);
  const bound = share * 2 ** 32;
  return (seq) => {
    draws.open(seq);
    return draws.bits() < bound;
  };
}

/** A sampler that gives null in the share of values that the node says. */
export function withNulls(sampler: Sampler, node: Node, context: Context): Sampler {
  if (node.nulls === 0) return sampler;
  const isNull = createChance(node.nulls, node, "#null", context);
  return {
    room: Math.max(sampler.room, 4),
    write(seq, out) {
      if (isNull(seq)) out.word(nothing, 0);
      else sampler.write(seq, out);
    },
    value: (seq) => (isNull(seq) ? null : sampler.value(seq)),
    ...(sampler.space === undefined ? {} : { space: withNull(sampler.space) }),
  };
}

/** Null is the last of them. */
const withNull = (space: Space): Space => ({
  size: space.size + 1,
  room: Math.max(space.room, 4),
  write: (index, out) => (index === space.size ? out.word(nothing, 0) : space.write(index, out)),
  value: (index) => (index === space.size ? null : space.value(index)),
});
