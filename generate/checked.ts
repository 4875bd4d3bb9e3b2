import type { Json, Node } from "../types/definition/nodes.ts";
import { maxAttempts, redrawn } from "./attempts.ts";
import type { Context } from "./context.ts";
import { writeJson } from "./json-text.ts";
import { CannotSample, type Sampler } from "./sampler.ts";

/** A node whose construction does not ensure that it is valid: validated, and drawn again from the next streams until it is. */
export function sampleChecked(
  node: Node,
  context: Context,
  sample: (node: Node, context: Context) => Sampler,
): Sampler {
  const { pointers = [], keywords = [] } = node.check ?? {};
  const attempts: Sampler[] = [sample(node, context)];
  const value = (seq: number): Json => {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      attempts[attempt] ??= sample(node, redrawn(context, attempt));
      const drawn = (attempts[attempt] as Sampler).value(seq);
      if (pointers.every((pointer) => context.isValid(pointer, drawn))) return drawn;
    }
    throw new CannotSample(
      node.pointer,
      `${maxAttempts} draws in a row were not valid: ${keywords.join(", ")} restricts more than can be found by drawing again`,
    );
  };
  return { room: 0, value, write: (seq, out) => writeJson(value(seq), out) };
}
