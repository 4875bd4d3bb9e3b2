import type { Draws } from "../draws.ts";
import { InvalidOption } from "../invalid-option.ts";
import { createChooser } from "../weighted.ts";
import { isLocale, type Locale, localeCountries, localeShare, locales } from "./locales.ts";
import type { Model, Weights } from "./model.ts";
import { type Country, countries } from "./tables/countries.ts";
import { phonePlans } from "./tables/phone-plans.ts";

/** A country of a run and whose names its people have. */
export interface CountryShare {
  readonly country: Country;
  readonly weight: number;
  readonly locales: readonly { readonly name: string; readonly weight: number }[];
}

type CountryOptions = Pick<Model, "coherent" | "countries" | "locale">;

/**
 * The countries of a run with their weights, in the table's order: the order in which a request names them, which a
 * database need not keep, decides nothing.
 * @throws InvalidOption for a country that is unknown or cannot be drawn, or a locale without its country
 */
export function mixCountries(options: CountryOptions): readonly CountryShare[] {
  const { coherent, countries: wanted, locale } = options;
  if (typeof wanted !== "string" || locale !== null) return mix(options);
  const key = `${wanted} ${coherent}`;
  const shares = usualMixes.get(key) ?? mix(options);
  usualMixes.set(key, shares);
  return shares;
}

/** Those of runs that name neither countries nor locales: a run is prepared with one several times. */
const usualMixes = new Map<string, readonly CountryShare[]>();

function mix(options: CountryOptions): readonly CountryShare[] {
  refuseUnknown(options);
  const shares = countries
    .map((country) => ({ country, weight: weighCountry(country, options) }))
    .filter(({ weight }) => weight > 0)
    .map(({ country, weight }) => ({ country, weight, locales: shareLocales(country, options) }));
  if (shares.length === 0) throw new InvalidOption("countries", "must give a weight above 0 to at least one");
  for (const locale of Object.keys(options.locale ?? {})) {
    const home = isLocale(locale) ? localeCountries[locale] : "";
    if (shares.some(({ country }) => country.name === home)) continue;
    if (options.locale?.[locale] === 0) continue;
    throw new InvalidOption(
      "locale",
      `names ${locale}, whose people live in ${home}; countries must name it too`,
    );
  }
  return shares;
}

function refuseUnknown({ coherent, countries: wanted }: CountryOptions): void {
  if (typeof wanted === "string") return;
  for (const [name, weight] of Object.entries(wanted)) {
    const country = countries.find((known) => known.name === name);
    if (country === undefined) {
      throw new InvalidOption(`countries.${name}`, `is not known; ${suggest(name)}`);
    }
    if (coherent && weight > 0 && !hasPeople(country)) {
      throw new InvalidOption(
        `countries.${name}`,
        "has no people with telephone numbers of their own; it can be drawn with coherent: false only",
      );
    }
  }
}

/** By its code or a part of its name, else an example. */
function suggest(name: string): string {
  const part = name.toLowerCase();
  const near =
    countries.find((country) => country.code.toLowerCase() === part) ??
    countries.find(
      (country) => country.name.toLowerCase().includes(part) || part.includes(country.name.toLowerCase()),
    );
  return near
    ? `did you mean ${JSON.stringify(near.name)}?`
    : 'countries have English names such as "Portugal"';
}

/** Nobody lives in Antarctica, and in Western Sahara no number can be told from Morocco's. */
export const hasPeople = (country: Country): boolean => country.code in phonePlans;

function weighCountry(country: Country, { coherent, countries: wanted, locale }: CountryOptions): number {
  if (typeof wanted !== "string")
    return Object.hasOwn(wanted, country.name) ? (wanted[country.name] ?? 0) : 0;
  if (wanted === "locale") {
    return localesOf(country).reduce((sum, name) => sum + (locale?.[name] ?? 0), 0);
  }
  if (coherent && !hasPeople(country)) return 0;
  return wanted === "uniform" ? 1 : country.population;
}

const localesOf = (country: Country): readonly Locale[] =>
  locales.filter((name) => localeCountries[name] === country.name);

/** Where nobody says: prepared once, since every run asks for those of each country. */
const usualLocales: ReadonlyMap<Country, CountryShare["locales"]> = new Map(
  countries.map((country) => [
    country,
    country.names === undefined ? weighLocales(country, localeShare) : [{ name: country.names, weight: 1 }],
  ]),
);

/** The requested locales of the country, else the usual ones, else one of its language. */
function shareLocales(country: Country, { locale }: CountryOptions): CountryShare["locales"] {
  const usual = usualLocales.get(country) ?? [];
  if (locale === null || country.names !== undefined) return usual;
  const wanted = weighLocales(country, (name) => weightIn(locale, name));
  return wanted.length > 0 ? wanted : usual;
}

function weighLocales(country: Country, weightOf: (name: Locale) => number): CountryShare["locales"] {
  return localesOf(country)
    .map((name) => ({ name, weight: weightOf(name) }))
    .filter(({ weight }) => weight > 0);
}

const weightIn = (weights: Weights, name: string): number =>
  Object.hasOwn(weights, name) ? (weights[name] ?? 0) : 0;

/** Draws an index into the shares. */
export function createCountryChooser(shares: readonly CountryShare[]): (draws: Draws) => number {
  if (shares.length === 1) return () => 0;
  return createChooser(shares.map(({ weight }) => weight));
}
