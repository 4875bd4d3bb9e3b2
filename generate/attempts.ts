import type { Context } from "./context.ts";

/** A value that its construction does not make valid, or different from its neighbours, is drawn from so many streams, one after another. */
export const maxAttempts = 1_024;

/** Checking refuses a definition that needs more for one of its first records: one that passes does not come near a run's limit. */
export const checkedAttempts = 16;

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
