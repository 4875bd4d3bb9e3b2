import { InvalidOption } from "../invalid-option.ts";
import { mixCountries } from "./country-mix.ts";
import { isLocale } from "./locales.ts";
import type { Model, ModelRequest, Period, Weights } from "./model.ts";
import { maxPeriodDays, type PresetName, type UniqueField } from "./model-schema.ts";
import { uniqueCapacity } from "./unique-capacity.ts";

/** The number of sequence numbers: what can give as many values never runs out. */
const endless = 2 ** 53;

type Preset = Pick<Model, "countries" | "period" | "growth" | "rhythm" | "spike" | "skew">;

const presetValues: Readonly<Record<PresetName, Preset>> = {
  realistic: {
    countries: "population",
    period: { days: 365 },
    growth: 3,
    rhythm: "daily_and_weekly",
    spike: null,
    skew: { company: 1, city: 1 },
  },
  uniform: {
    countries: "uniform",
    period: { days: 365 },
    growth: 1,
    rhythm: "none",
    spike: null,
    skew: { company: 0, city: 0 },
  },
  launch_day: {
    countries: "population",
    period: { days: 60 },
    growth: 8,
    rhythm: "daily_and_weekly",
    spike: { day: 14, factor: 40, halfLifeDays: 2 },
    skew: { company: 1, city: 1 },
  },
};

/**
 * Fills in what a request leaves open.
 * @throws InvalidOption where values contradict one another
 */
export function settleModel(request: ModelRequest): Model {
  const coherent = request.coherent ?? true;
  const preset = request.preset ?? (coherent ? "realistic" : "uniform");
  const values = presetValues[preset];
  const locale = settleLocale(request, coherent);
  const model: Model = {
    preset,
    coherent,
    locale,
    countries: settleCountries(request, locale !== null, values.countries),
    period: settlePeriod(request.period, values.period),
    growth: request.growth ?? values.growth,
    rhythm: request.rhythm ?? values.rhythm,
    spike: request.spike ?? values.spike,
    skew: { ...values.skew, ...request.skew },
    unique: [...(request.unique ?? [])],
    nulls: { ...request.nulls },
  };
  refuseLateSpike(request, model);
  mixCountries(model);
  for (const field of model.unique) refuseTooMany(field, uniqueCapacity(field, model), request.count);
  return model;
}

function refuseTooMany(field: UniqueField, capacity: number, count: number | null | undefined): void {
  if (count === undefined || (count ?? endless) <= capacity) return;
  const most = capacity.toLocaleString("en");
  throw new InvalidOption(
    "unique",
    count === null
      ? `must not name ${field} in a run without an end: it can give ${most} different values`
      : `can give ${most} different values of ${field} under these options, fewer than the ${count.toLocaleString("en")} records`,
  );
}

function settleLocale(request: ModelRequest, coherent: boolean): Weights | null {
  if (request.locale === undefined) return null;
  if (!coherent) {
    throw new InvalidOption("locale", "must be left out of incoherent records, which are drawn from `en`");
  }
  const weights = typeof request.locale === "string" ? { [request.locale]: 1 } : request.locale;
  const unknown = Object.keys(weights).find((name) => !isLocale(name));
  if (unknown !== undefined)
    throw new InvalidOption("locale", `must not name ${unknown}, which is not offered`);
  refuseNoWeight("locale", weights);
  return weights;
}

function settleCountries(
  { countries }: ModelRequest,
  hasLocale: boolean,
  preset: Model["countries"],
): Model["countries"] {
  if (countries === undefined) return hasLocale ? "locale" : preset;
  if (countries === "population" || countries === "uniform") return countries;
  if (typeof countries === "string")
    throw new InvalidOption("countries", 'must be "population", "uniform" or weights');
  refuseNoWeight("countries", countries);
  return countries;
}

function refuseNoWeight(field: string, weights: Weights): void {
  if (!Object.values(weights).some((weight) => weight > 0)) {
    throw new InvalidOption(field, "must give a weight above 0 to at least one");
  }
}

function settlePeriod(period: ModelRequest["period"], preset: Period): Period {
  if (period === undefined) return preset;
  const { from, to, days } = period;
  if (days !== undefined) {
    if (from !== undefined || to !== undefined)
      throw new InvalidOption("period", "must have either days, or from and to");
    return { days };
  }
  if (from === undefined || to === undefined) {
    throw new InvalidOption("period", "must have both from and to, or days");
  }
  if (countDays({ from, to }) > maxPeriodDays) {
    throw new InvalidOption("period", `must have at most ${maxPeriodDays.toLocaleString("en")} days`);
  }
  if (to < from) throw new InvalidOption("period.to", `must not be before period.from (${from})`);
  return { from, to };
}

function countDays(period: Period): number {
  return "days" in period ? period.days : (Date.parse(period.to) - Date.parse(period.from)) / 86_400_000 + 1;
}

function refuseLateSpike(request: ModelRequest, { spike, period }: Model): void {
  const days = countDays(period);
  if (request.spike === undefined || spike === null || spike.day < days) return;
  throw new InvalidOption(
    "spike.day",
    `must be below the period's ${days} days, since it counts them from 0`,
  );
}
