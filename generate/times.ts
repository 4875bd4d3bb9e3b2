import { type Context, dependency, streamOf } from "./context.ts";
import { dayMs, timeRoom, timeValue, unitMs, writeTime } from "./dates.ts";
import type { Draws } from "./draws.ts";
import { hourlyRates, weekdayRates } from "./event-times.ts";
import type { ChooseIndex, Sampler, Space } from "./sampler.ts";
import type { ScalarNode, TimeOperator } from "./shapes/nodes.ts";
import { belowWide } from "./streams.ts";
import { createChooser } from "./weighted.ts";

type Between = Extract<TimeOperator, { kind: "between" }>;
type Relative = Exclude<TimeOperator, Between>;

interface Bounds {
  /** In the shape's units since 1970: the first, and how many. */
  readonly first: number;
  readonly count: number;
}

function boundsOf({ period, shape }: Between, { referenceTimeMs }: Context): Bounds {
  const toMs = "days" in period ? Math.floor(referenceTimeMs / dayMs) * dayMs : period.toMs;
  const fromMs = "days" in period ? toMs - period.days * dayMs : period.fromMs;
  const unit = unitMs(shape);
  const first = Math.ceil(fromMs / unit);
  return { first, count: Math.max(1, Math.ceil(toMs / unit) - first) };
}

/** The times of a period, one after the other. */
export function timeSpace(operator: Between, context: Context): Space {
  const { shape } = operator;
  const { first, count } = boundsOf(operator, context);
  return {
    size: count,
    room: timeRoom,
    write: (index, out) => writeTime(shape, first + index, out),
    value: (index) => timeValue(shape, first + index),
  };
}

/** Draws a time of the period by its growth and rhythm, as the users' dates have them. */
export function chooseTime(operator: Between, context: Context, draws: Draws): ChooseIndex {
  const { growth, rhythm, shape } = operator;
  const { first, count } = boundsOf(operator, context);
  if (growth === 1 && rhythm === "none") {
    return (seq) => {
      draws.open(seq);
      return belowWide(draws, count);
    };
  }
  const isWeekly = rhythm === "weekly" || rhythm === "daily_and_weekly";
  const isDaily = shape !== "date" && (rhythm === "daily" || rhythm === "daily_and_weekly");
  const perDay = dayMs / unitMs(shape);
  const firstDay = Math.floor(first / perDay);
  const days = Math.floor((first + count - 1) / perDay) - firstDay + 1;
  const weights = Array.from({ length: days }, (_, index) => {
    const day = firstDay + index;
    // The first and the last day may be there in part.
    const part = Math.min((day + 1) * perDay, first + count) - Math.max(day * perDay, first);
    const weekday = (((day + 4) % 7) + 7) % 7;
    return part * growth ** ((index + 0.5) / days) * (isWeekly ? (weekdayRates[weekday] ?? 1) : 1);
  });
  const chooseDay = createChooser(weights);
  const chooseHour = isDaily ? createChooser(hourlyRates) : (each: Draws) => each.below(24);
  return (seq) => {
    draws.open(seq);
    const start = (firstDay + chooseDay(draws)) * perDay - first;
    if (perDay === 1) return start;
    const index = start + chooseHour(draws) * 3_600 + draws.below(3_600);
    if (index >= 0 && index < count) return index;
    // An hour that this day has not in the period: any other moment of it.
    const from = Math.max(0, start);
    return from + draws.below(Math.min(count, start + perDay) - from);
  };
}

/** A time before or after that of another field. */
export function sampleRelativeTime(operator: Relative, node: ScalarNode, context: Context): Sampler {
  const { shape, minMs, maxMs } = operator;
  const base = dependency(context, operator.of);
  const unit = unitMs(shape);
  const least = Math.ceil(minMs / unit);
  const spread = Math.max(0, Math.floor(maxMs / unit) - least) + 1;
  const sign = operator.kind === "after" ? 1 : -1;
  const draws = streamOf(context, node);
  const unitsAt = (seq: number): number => {
    draws.open(seq);
    const baseUnits = readTime(base.value(seq)) / unit;
    // Never between the other time and itself where that has a finer unit.
    const rounded = sign > 0 ? Math.ceil(baseUnits) : Math.floor(baseUnits);
    return rounded + sign * (least + belowWide(draws, spread));
  };
  return {
    room: timeRoom,
    write: (seq, out) => writeTime(shape, unitsAt(seq), out),
    value: (seq) => timeValue(shape, unitsAt(seq)),
  };
}

/** The milliseconds since 1970 that a field's value says: a text's, or seconds. */
function readTime(value: unknown): number {
  const ms = typeof value === "number" ? 1_000 * value : Date.parse(String(value));
  if (Number.isNaN(ms)) throw new TypeError(`${JSON.stringify(value)} is no time`);
  return ms;
}
