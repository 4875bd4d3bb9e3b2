import { createRequire } from "node:module";
import { Faker, type LocaleDefinition } from "@faker-js/faker";
import type { Draws } from "./draws.ts";
import { mostFakerDraws } from "./faker-limits.ts";
import { fraction } from "./streams.ts";

/** A Faker of one locale that draws from whatever stream is set. Its own, so that nobody's settings meet it, nor its own anyone. */
export interface StreamedFaker {
  readonly faker: Faker;
  /** From here on it draws from this one, for one value. */
  use(draws: Draws): void;
}

/** A value that takes more draws than a field is worth. */
export class TooManyDraws extends Error {
  override readonly name = "TooManyDraws";
}

export type FakerOf = (locale: string) => StreamedFaker;

/** Synchronous, so that a locale is loaded when the first field needs it: all of them cost 40 MB. */
const require = createRequire(import.meta.url);

/** Fakers whose "now" is the run's reference date, one a locale. */
export function createFakers(referenceTimeMs: number): FakerOf {
  const known = new Map<string, StreamedFaker>();
  return (locale) => {
    let streamed = known.get(locale);
    if (streamed === undefined) {
      streamed = createFaker(definitionsOf(locale), referenceTimeMs);
      known.set(locale, streamed);
    }
    return streamed;
  };
}

/** @throws RangeError where Faker has no such locale */
function definitionsOf(locale: string): LocaleDefinition {
  if (!/^[a-z]\w*$/i.test(locale)) throw new RangeError(`Faker has no locale ${JSON.stringify(locale)}`);
  try {
    const module = require(`@faker-js/faker/locale/${locale}`) as {
      faker: { rawDefinitions: LocaleDefinition };
    };
    return module.faker.rawDefinitions;
  } catch (error) {
    throw new RangeError(`Faker has no locale ${JSON.stringify(locale)}`, { cause: error });
  }
}

function createFaker(locale: LocaleDefinition, referenceTimeMs: number): StreamedFaker {
  let draws: Draws | null = null;
  let left = 0;
  const next = (): number => {
    if (draws === null) throw new Error("Faker draws outside of a record");
    if (left === 0)
      throw new TooManyDraws(`takes more than ${mostFakerDraws.toLocaleString("en")} draws for a value`);
    left -= 1;
    return fraction(draws);
  };
  const faker = new Faker({ locale, randomizer: { next, seed: () => undefined } });
  faker.setDefaultRefDate(new Date(referenceTimeMs));
  return {
    faker,
    use(stream) {
      draws = stream;
      left = mostFakerDraws;
    },
  };
}
