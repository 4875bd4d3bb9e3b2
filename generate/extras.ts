import { checkedAttempts, redrawn, spendEffort, withinPlace } from "./attempts.ts";
import { type Context, streamOf } from "./context.ts";
import { CannotSample, type Sampler } from "./sampler.ts";
import type { Extras, Json } from "./shapes/nodes.ts";

/** Draws properties whose names are not those taken, and adds theirs to them. */
export type SampleExtras = (seq: number, taken: Set<string>) => readonly (readonly [string, Json])[];

export function sampleExtras({ names, values, min, max }: Extras, context: Context): SampleExtras {
  const inside = withinPlace(context, Math.max(1, max));
  const nameAt: Sampler[] = [];
  const value = context.compile(values, inside.context);
  const length = streamOf(context, names, "#count");
  return (seq, taken) => {
    length.open(seq);
    const count = min + length.below(max - min + 1);
    const found: (readonly [string, Json])[] = [];
    for (let index = 0; index < count; index++) {
      inside.enter(index);
      const name = drawName(seq, taken, found.length < min ? context.maxAttempts : checkedAttempts);
      if (name !== null) {
        taken.add(name);
        found.push([name, value.value(seq)]);
      } else if (found.length < min) {
        throw new CannotSample(names.pointer, `has too few names for ${min} properties`);
      }
    }
    return found;
  };

  function drawName(seq: number, taken: ReadonlySet<string>, maxAttempts: number): string | null {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (attempt > 0) spendEffort(context, names, 1);
      nameAt[attempt] ??= context.compile(names, redrawn(inside.context, attempt));
      const name = String((nameAt[attempt] as Sampler).value(seq));
      if (!taken.has(name)) return name;
    }
    return null;
  }
}
