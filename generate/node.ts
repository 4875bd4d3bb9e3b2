import { sampleArray } from "./array.ts";
import { spendEffort } from "./attempts.ts";
import { sampleChecked } from "./checked.ts";
import { sampleChoice } from "./choice.ts";
import { type Context, dependency } from "./context.ts";
import { withNulls } from "./nulls.ts";
import { sampleObject } from "./object.ts";
import { remember } from "./remember.ts";
import type { Sampler } from "./sampler.ts";
import { sampleScalar } from "./scalar.ts";
import type { Node, ScalarNode } from "./shapes/nodes.ts";
import { tableEntries } from "./table-entries.ts";

/** As `Context.compile` says. */
export function compileNode(node: Node, context: Context): Sampler {
  // To prepare what is drawn again is work too.
  if (context.redraw !== "") spendEffort(context, node, 1 + tableEntries(node) / 64);
  const isShared = node.kind === "scalar" && context.remembered.has(node) && context.scope !== null;
  const sampler = isShared ? dependency(context, node) : sampleChecked(node, context, sampleByKind);
  return withNulls(sampler, node, context);
}

/** As `Context.compileShared` says. */
export const compileShared = (node: ScalarNode, context: Context): Sampler =>
  remember(sampleChecked(node, context, sampleByKind), context.place);

function sampleByKind(node: Node, context: Context): Sampler {
  switch (node.kind) {
    case "scalar":
      return sampleScalar(node, context);
    case "object":
      return sampleObject(node, context);
    case "array":
      return sampleArray(node, context);
    case "choice":
      return sampleChoice(node, context);
  }
}
