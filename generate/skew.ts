import { type Context, streamOf } from "./context.ts";
import { dependenciesOf } from "./dependencies.ts";
import { CannotSample, type Sampler } from "./sampler.ts";
import type { ScalarNode } from "./shapes/nodes.ts";
import { createChooser, zipfWeights } from "./weighted.ts";

/** Zipf's law over more values than these, or over such as cannot be counted, is drawn from so many that are made up. */
export const mostRanks = 10_000;

/**
 * Values by Zipf's law: the operator's sampler is asked for the value of a rank, instead of a sequence number's, so that the same few come
 * again and again.
 */
export function skewFreely(
  node: ScalarNode,
  context: Context,
  sampleBy: (context: Context) => Sampler,
): Sampler {
  if (dependenciesOf(node.operator).length > 0) {
    throw new CannotSample(node.pointer, "must have no skew: its value follows from other fields");
  }
  const ranked = sampleBy({ ...context, place: null, redraw: `${context.redraw}#universe` });
  const choose = createChooser(zipfWeights(mostRanks, node.skew));
  const draws = streamOf(context, node, "#rank");
  const rankOf = (seq: number): number => {
    draws.open(seq);
    return choose(draws);
  };
  return {
    room: ranked.room,
    write: (seq, out) => ranked.write(rankOf(seq), out),
    value: (seq) => ranked.value(rankOf(seq)),
  };
}
