import { type Context, dependency } from "./context.ts";
import { madeText } from "./drawn-text.ts";
import { jsonOf } from "./json-text.ts";
import type { Sampler } from "./sampler.ts";
import type { DerivedOperator, Json, ScalarNode } from "./shapes/nodes.ts";

/** Texts as they stand, and fields' values as text; of null nothing. */
export function sampleTemplate(
  { parts }: Extract<DerivedOperator, { kind: "template" }>,
  node: ScalarNode,
  context: Context,
): Sampler {
  const texts = parts.map((part): ((seq: number) => string) => {
    if (typeof part === "string") return () => part;
    const sampler = dependency(context, part);
    return (seq) => textOf(sampler.value(seq));
  });
  const make = (seq: number): string => {
    let text = "";
    for (let at = 0; at < texts.length; at++) text += (texts[at] as (seq: number) => string)(seq);
    return text;
  };
  return madeText(make, node.length?.max ?? null);
}

function textOf(value: Json): string {
  if (typeof value === "string") return value;
  return value === null ? "" : jsonOf(value);
}
