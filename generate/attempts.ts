import type { Context } from "./context.ts";
import { CannotSample } from "./sampler.ts";
import type { Node } from "./shapes/nodes.ts";

/** A value that its construction does not make valid, or different from its neighbours, is drawn from so many streams, one after another. */
export const maxAttempts = 1_024;

/** Checking refuses a definition that needs more for one of its first records: one that passes does not come near a run's limit. */
export const checkedAttempts = 16;

/**
 * What drawing again may cost in one record, for each draw that a value may take: about so many times 64 bytes that are made anew. Within one
 * another, checks multiply.
 */
const effortPerAttempt = 25_000;

export const effortOfRecord = (attempts: number): number => attempts * effortPerAttempt;

/** @throws CannotSample where a record takes more than is worth it */
export function spendEffort({ effort, maxAttempts }: Context, { pointer }: Node, cost: number): void {
  effort.left -= cost;
  if (effort.left >= 0) return;
  throw new CannotSample(
    pointer,
    `is drawn again so often that a record takes more than ${(effortOfRecord(maxAttempts) / 64).toLocaleString("en")} KB of draws: what is checked within one another has to be met more often`,
  );
}

/** The streams of a further attempt; those of the first have the nodes' plain names. */
export const redrawn = (context: Context, attempt: number): Context =>
  attempt === 0 ? context : { ...context, redraw: `${context.redraw}#${attempt}` };

/** What stands in an array, and what tells it where. */
export interface WithinPlace {
  readonly context: Context;
  /** To be called before the samplers of what stands at this index are asked. */
  readonly enter: (index: number) => void;
}

/** @param size how many indices there are */
export function withinPlace(context: Context, size: number): WithinPlace {
  const outer = context.place;
  const total = size * (outer?.size ?? 1);
  const place = { position: 0, size: total };
  return {
    context: { ...context, place },
    enter(index) {
      place.position = outer === null ? index : outer.position * size + index;
    },
  };
}
