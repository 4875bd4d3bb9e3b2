import type { Rhythm } from "../../generate/people/model-schema.ts";
import type { Json, TimePeriod } from "../../generate/shapes/nodes.ts";
import type { Fault } from "./problem.ts";

const second = 1_000;
const day = 86_400 * second;
const units: Readonly<Record<string, number>> = {
  W: 7 * day,
  D: day,
  H: 3_600 * second,
  M: 60 * second,
  S: second,
};

/** Milliseconds of a duration as the meta-schema allows it, `P1DT30M`. */
export function parseDuration(text: string): number {
  return [...text.matchAll(/(\d+)([WDHMS])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit as string] ?? 0),
    0,
  );
}

/** The period of `between`: dates to the end of the last day, date-times below the second. */
export function parsePeriod(said: Json, pointer: string): TimePeriod | Fault {
  if (typeof said === "string") return { days: parseDuration(said) / day };
  const [first, last] = said as unknown as readonly [string, string];
  for (const text of [first, last]) {
    const date = text.slice(0, 10);
    if (new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10) !== date)
      return { pointer, message: `has no such day: ${date}` };
  }
  const fromMs = Date.parse(first);
  const toMs = Date.parse(last) + (last.length === 10 ? day : 0);
  return fromMs < toMs
    ? { fromMs, toMs }
    : { pointer, message: `ends at ${last}, which is not after ${first}` };
}

export function rhythmOf(value: Json | undefined): Rhythm {
  return (value as Rhythm | undefined) ?? "none";
}
