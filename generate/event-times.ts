import type { Draws } from "./draws.ts";
import type { Model, Period } from "./people/model.ts";
import type { Utf8Writer } from "./utf8-writer.ts";
import { createChooser } from "./weighted.ts";
import { createWords } from "./words.ts";

type TimeOptions = Pick<Model, "period" | "growth" | "rhythm" | "spike">;

const dayMs = 86_400_000;

/** How often users arrive by the hour of the day in UTC: least at four in the morning, most in the evening. */
export const hourlyRates: readonly number[] = [
  0.45, 0.3, 0.22, 0.18, 0.17, 0.22, 0.38, 0.62, 0.9, 1.12, 1.22, 1.25, 1.22, 1.2, 1.2, 1.22, 1.28, 1.36,
  1.46, 1.56, 1.6, 1.5, 1.18, 0.8,
];

/** The same by the day of the week, from Sunday. */
export const weekdayRates: readonly number[] = [0.7, 1.08, 1.16, 1.16, 1.12, 1.04, 0.74];

const twoDigits: readonly string[] = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));
/** Hours and minutes, with the sign that follows. */
const sixty = createWords(twoDigits.map((digits) => `${digits}:`));
const seconds = createWords(twoDigits.map((digits) => `${digits}Z`));

/** The days of a period as RFC 3339 dates, the last one first. */
export function daysOf(period: Period, referenceTimeMs: number): readonly string[] {
  const { lastMs, count } = boundsOf(period, referenceTimeMs);
  return Array.from({ length: count }, (_, index) =>
    new Date(lastMs - index * dayMs).toISOString().slice(0, 10),
  );
}

function boundsOf(period: Period, referenceTimeMs: number): { lastMs: number; count: number } {
  if ("days" in period) {
    return { lastMs: Math.floor(referenceTimeMs / dayMs) * dayMs - dayMs, count: period.days };
  }
  const lastMs = Date.parse(period.to);
  return { lastMs, count: Math.round((lastMs - Date.parse(period.from)) / dayMs) + 1 };
}

/** The rate of arrivals on each day of the period, the last day first; the mean is of no account. */
function dailyRates(days: readonly string[], { growth, rhythm, spike }: TimeOptions): readonly number[] {
  const isWeekly = rhythm === "weekly" || rhythm === "daily_and_weekly";
  return days.map((date, index) => {
    const day = days.length - 1 - index;
    const grown = growth ** ((day + 0.5) / days.length);
    const weekly = isWeekly ? (weekdayRates[new Date(date).getUTCDay()] ?? 1) : 1;
    const rush =
      spike === null || day < spike.day
        ? 1
        : 1 + (spike.factor - 1) * 2 ** -((day - spike.day) / spike.halfLifeDays);
    return grown * weekly * rush;
  });
}

/** Draws a second of the period, written as RFC 3339 in UTC. */
export function createEventTimes(
  options: TimeOptions,
  referenceTimeMs: number,
): (draws: Draws, out: Utf8Writer) => void {
  const days = daysOf(options.period, referenceTimeMs);
  const dates = createWords(days.map((date) => `${date}T`));
  const isDaily = options.rhythm === "daily" || options.rhythm === "daily_and_weekly";
  if (options.growth === 1 && options.rhythm === "none" && options.spike === null) {
    // As the type's first version drew it.
    return (draws, out) => {
      out.word(dates, draws.below(dates.size));
      out.word(sixty, draws.below(24));
      out.word(sixty, draws.below(60));
      out.word(seconds, draws.below(60));
    };
  }
  const chooseDay = createChooser(dailyRates(days, options));
  const chooseHour = isDaily ? createChooser(hourlyRates) : (draws: Draws) => draws.below(24);
  return (draws, out) => {
    out.word(dates, chooseDay(draws));
    out.word(sixty, chooseHour(draws));
    const second = draws.below(3_600);
    const minute = Math.floor(second / 60);
    out.word(sixty, minute);
    out.word(seconds, second - 60 * minute);
  };
}
