import { redrawn, spendEffort } from "./attempts.ts";
import type { Context } from "./context.ts";
import { writeJson } from "./json-text.ts";
import { largestValue } from "./largest-value.ts";
import { CannotSample, type Sampler } from "./sampler.ts";
import type { Json, Node } from "./shapes/nodes.ts";

/**
 * A node whose construction does not ensure that it is valid is validated, and drawn again from the next streams until it
 * is. One whose construction does is sampled as it is.
 */
export function sampleChecked(
  node: Node,
  context: Context,
  sample: (node: Node, context: Context) => Sampler,
): Sampler {
  const first = sample(node, context);
  const { check } = node;
  if (check === null) return first;
  const attempts = [first];
  const cost = Math.ceil(largestValue(node) / 64);
  const value = (seq: number): Json => {
    for (let attempt = 0; attempt < context.maxAttempts; attempt++) {
      if (attempt > 0) spendEffort(context, node, cost);
      attempts[attempt] ??= sample(node, redrawn(context, attempt));
      const drawn = (attempts[attempt] as Sampler).value(seq);
      if (context.isValid(check.pointers, drawn, node)) return drawn;
    }
    throw new CannotSample(
      node.pointer,
      `${context.maxAttempts.toLocaleString("en")} draws in a row were not valid: ${check.keywords.join(", ")} restricts more than drawing again can find`,
    );
  };
  return { room: 0, value, write: (seq, out) => writeJson(value(seq), out) };
}
