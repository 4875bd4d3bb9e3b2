/**
 * Writes phone-plans.ts from libphonenumber's metadata (libphonenumber-js): `npx tsx docs/make-phone-plans.ts`.
 *
 * libphonenumber describes a country's numbers by regular expressions. Each is expanded into patterns of digits, such as
 * `+351 91# ### ###`; kept are the largest whose every tried number is valid, belongs to that country and is written
 * in the same groups, of the usual length (that of libphonenumber's example) where those are plenty. No two patterns of a
 * calling code share a number.
 */
import { writeFileSync } from "node:fs";
import examples from "libphonenumber-js/examples.mobile.json";
import { isSupportedCountry, parsePhoneNumber } from "libphonenumber-js/max";
import metadata from "libphonenumber-js/metadata.max.json";
import { parsePhonePattern } from "../generate/people/phone-pattern.ts";
import { countries } from "../generate/people/tables/countries.ts";

/** A few patterns, and more only until there are plenty of numbers an inhabitant. */
const fewPatterns = 4;
const patternsPerCountry = 24;
const plentyPerInhabitant = 5;
const samplesPerPattern = 300;

/** The digits that may stand at one place, ascending, e.g. `13579`. */
type Place = string;

/** Expands the subset of regular expressions that libphonenumber's metadata uses. */
function expand(source: string): Place[][] {
  let at = 0;

  function alternatives(): Place[][] {
    const found = sequence();
    while (source[at] === "|") {
      at++;
      found.push(...sequence());
    }
    return found;
  }

  function sequence(): Place[][] {
    let sequences: Place[][] = [[]];
    while (at < source.length && source[at] !== "|" && source[at] !== ")") {
      const unit = atom();
      const [least, most] = repetition();
      const repeated: Place[][] = [];
      for (let times = least; times <= most; times++) {
        let run: Place[][] = [[]];
        for (let n = 0; n < times; n++) run = run.flatMap((head) => unit.map((tail) => [...head, ...tail]));
        repeated.push(...run);
      }
      sequences = sequences.flatMap((head) => repeated.map((tail) => [...head, ...tail]));
    }
    return sequences;
  }

  function atom(): Place[][] {
    const sign = source[at++];
    if (sign === "(") {
      if (source.startsWith("?:", at)) at += 2;
      const inner = alternatives();
      at++;
      return inner;
    }
    if (sign === "\\") {
      at++;
      return [["0123456789"]];
    }
    if (sign === "[") {
      const end = source.indexOf("]", at);
      const digits = [..."0123456789"].filter((digit) =>
        new RegExp(`[${source.slice(at, end)}]`).test(digit),
      );
      at = end + 1;
      return [[digits.join("")]];
    }
    if (sign === undefined || !/\d/.test(sign)) throw new Error(`cannot expand ${source} at ${at}`);
    return [[sign]];
  }

  function repetition(): [number, number] {
    if (source[at] === "?") {
      at++;
      return [0, 1];
    }
    if (source[at] !== "{") return [1, 1];
    const end = source.indexOf("}", at);
    const [least = 1, most = least] = source
      .slice(at + 1, end)
      .split(",")
      .map(Number);
    at = end + 1;
    return [least, most];
  }

  return alternatives();
}

const capacityOf = (places: readonly Place[]): number =>
  places.reduce((product, place) => product * place.length, 1);

const overlap = (one: readonly Place[], other: readonly Place[]): boolean =>
  one.length === other.length &&
  one.every((place, index) => [...place].some((digit) => other[index]?.includes(digit)));

/** The nth number to try: its leading digits, on which validity and grouping hang, run through all that they can be. */
function sample(places: readonly Place[], n: number): string {
  let rest = n;
  return places
    .map((place, index) => {
      const bits = Math.imul(Math.imul(n + 1, 0x85ebca6b) ^ (index + 1), 0x9e3779b1) >>> 0;
      const digit =
        rest > 0 ? rest % place.length : n === 0 ? 0 : Math.floor((bits / 2 ** 32) * place.length);
      rest = Math.floor(rest / place.length);
      return place[digit];
    })
    .join("");
}

/** `+351 91# ### ###`, or null where not all numbers are valid numbers of the country in the same groups. */
function written(code: string, callingCode: string, places: readonly Place[]): string | null {
  let groups: string | null = null;
  for (let n = 0; n < samplesPerPattern; n++) {
    const number = parsePhoneNumber(`+${callingCode}${sample(places, n)}`);
    if (!number.isValid() || number.country !== code) return null;
    const text = number.formatInternational();
    const shape = text.replace(/\d/g, "#");
    if (groups !== null && groups !== shape) return null;
    groups = shape;
  }
  if (groups === null) return null;
  let place = -callingCode.length;
  return groups.replace(/#/g, () => {
    const digits = places[place++];
    if (digits === undefined) return callingCode[callingCode.length + place - 1] ?? "";
    if (digits.length === 10) return "#";
    return digits.length === 1 ? digits : `[${digits}]`;
  });
}

const usualNumbers: Readonly<Record<string, string>> = examples;
const taken = new Map<string, Place[][]>();
const plans: string[] = [];
for (const { code, population } of countries) {
  if (!isSupportedCountry(code)) continue;
  const country = (metadata.countries as unknown as Record<string, unknown[]>)[code] ?? [];
  const callingCode = String(country[0]);
  const types = country[11] as [string][];
  const patterns: string[] = [];
  const others = taken.get(callingCode) ?? [];
  taken.set(callingCode, others);
  // Mobile numbers (1) where there are any, else fixed lines (0).
  for (const type of [1, 0]) {
    const source = types[type]?.[0] ?? "";
    if (source === "" || patterns.length > 0) continue;
    const all = expand(source).sort((one, other) => capacityOf(other) - capacityOf(one));
    const usual = all.filter((places) => places.length === usualNumbers[code]?.length);
    const usualCapacity = usual.reduce((sum, places) => sum + capacityOf(places), 0);
    const candidates = type === 1 && usualCapacity > 3 * population ? usual : all;
    let kept = 0;
    for (const places of candidates) {
      const isPlenty = patterns.length >= fewPatterns && kept > plentyPerInhabitant * population;
      if (isPlenty || patterns.length === patternsPerCountry) break;
      if (others.some((other) => overlap(places, other))) continue;
      const text = written(code, callingCode, places);
      if (text === null) continue;
      if (parsePhonePattern(text).capacity !== capacityOf(places))
        throw new Error(`${text} is not ${places}`);
      patterns.push(text);
      kept += capacityOf(places);
      others.push(places);
    }
  }
  if (patterns.length === 0) console.error(`${code}: no pattern`);
  else plans.push(`  ${code}: ${JSON.stringify(patterns)},`);
}

const text = `/**
 * Patterns of each country's telephone numbers, by ISO 3166-1 code: \`#\` is any digit, \`[279]\` one of these. Made by
 * docs/make-phone-plans.ts of libphonenumber's metadata (Apache License 2.0, https://github.com/google/libphonenumber).
 */
export const phonePlans: Readonly<Record<string, readonly string[]>> = {
${plans.join("\n")}
};
`;
writeFileSync(new URL("../generate/people/tables/phone-plans.ts", import.meta.url), text);
