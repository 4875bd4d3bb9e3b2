import { type Context, streamOf } from "./context.ts";
import type { Sampler } from "./sampler.ts";
import type { ChoiceNode } from "./shapes/nodes.ts";
import { createChooser } from "./weighted.ts";

/** One of several nodes, chosen from a stream of its own. */
export function sampleChoice(node: ChoiceNode, context: Context): Sampler {
  const branches = node.branches.map((branch) => context.compile(branch, context));
  const draws = streamOf(context, node, "#choice");
  const choose = node.weights === null ? null : createChooser(node.weights);
  const branchOf = (seq: number): Sampler => {
    draws.open(seq);
    return branches[choose === null ? draws.below(branches.length) : choose(draws)] as Sampler;
  };
  return {
    room: branches.reduce((most, { room }) => Math.max(most, room), 0),
    write: (seq, out) => branchOf(seq).write(seq, out),
    value: (seq) => branchOf(seq).value(seq),
  };
}
