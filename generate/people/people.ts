import { createDraws, type Draws } from "../draws.ts";
import { createPermutation } from "../permutation.ts";
import { inventTexts, listTexts, type RankedTexts } from "../ranked-texts.ts";
import type { Utf8Writer } from "../utf8-writer.ts";
import { type Chooser, createChooser, zipfWeights } from "../weighted.ts";
import { createWords, fixedText, type Words } from "../words.ts";
import { type CountryDeck, createCountryDeck } from "./country-deck.ts";
import { type CountryShare, createCountryChooser, mixCountries } from "./country-mix.ts";
import { type LocaleWords, type NameList, type NamePattern, wordsOf } from "./locale-words.ts";
import type { Model } from "./model.ts";
import { type PhonePlan, phonePlanOf } from "./phone-plan.ts";
import { cities } from "./tables/cities.ts";

/**
 * Who the record of a sequence number is about, for the fields that must fit one another. Each of them asks anew; the
 * person is drawn once a record, and not at all where no field asks.
 */
export interface People {
  /** The person of a sequence number. The object is used again for the next. */
  readonly of: (seq: number) => Person;
  /** The place of a record among those of its country; only where telephone numbers are to be unique. */
  readonly deck: CountryDeck | null;
}

export interface Person {
  home: Home;
  isFemale: boolean;
  firstNames: NameList;
  /** Which of the first names. */
  first: number;
  lastNames: NameList;
  last: number;
}

/** A country and a locale: what is there, of which companies and cities are frequent. */
export interface Home {
  readonly countryName: string;
  readonly country: Words;
  readonly phones: PhonePlan;
  readonly words: LocaleWords;
  readonly names: readonly NamePattern[];
  readonly city: WriteDrawn;
  readonly company: WriteDrawn;
  readonly namePattern: Chooser;
}

/** Draws a text and writes it. */
type WriteDrawn = (draws: Draws, out: Utf8Writer) => void;

/** Of how many companies people work for one in a country, and how many cities are made up where Faker knows none. */
const companiesPerHome = 500;
const madeCitiesPerHome = 200;

export function createPeople(seed: number, model: Model): People {
  const shares = mixCountries(model);
  const chooseCountry = createCountryChooser(shares);
  const deck = model.unique.includes("phone_number") ? createCountryDeck(seed, shares) : null;
  const settlers = shares.map((share) => createSettler(seed, model, share));
  const draws = createDraws(seed, "user@2/person");
  const at = (index: number): Home => (settlers[index] as (draws: Draws) => Home)(draws);
  let person: Person | undefined;
  let current = -1;
  return {
    deck,
    of(seq) {
      if (person !== undefined && seq === current) return person;
      draws.open(seq);
      const home = at(deck === null ? chooseCountry(draws) : deck.countryOf(seq));
      const isFemale = draws.below(2) === 0;
      const { words } = home;
      const firstNames = isFemale ? words.firstNames.female : words.firstNames.male;
      const lastNames = isFemale ? words.lastNames.female : words.lastNames.male;
      const first = draws.below(firstNames.texts.size);
      const last = draws.below(lastNames.texts.size);
      current = seq;
      if (person === undefined) {
        person = { home, isFemale, firstNames, first, lastNames, last };
        return person;
      }
      person.home = home;
      person.isFemale = isFemale;
      person.firstNames = firstNames;
      person.first = first;
      person.lastNames = lastNames;
      person.last = last;
      return person;
    },
  };
}

/** Draws a country's locale where it has several, and makes its home when the first person lives there. */
function createSettler(seed: number, model: Model, share: CountryShare): (draws: Draws) => Home {
  const homes: (Home | undefined)[] = [];
  const home = (index: number): Home => {
    const locale = share.locales[index]?.name ?? "en";
    homes[index] ??= createHome(seed, model, share, locale);
    return homes[index];
  };
  if (share.locales.length === 1) return () => home(0);
  const choose = createChooser(share.locales.map(({ weight }) => weight));
  return (draws) => home(choose(draws));
}

function createHome(seed: number, { skew }: Model, { country }: CountryShare, locale: string): Home {
  const words = wordsOf(locale);
  const name = `${country.code}/${locale}`;
  return {
    countryName: country.name,
    country: fixedText(country.name),
    phones: phonePlanOf(country.code),
    words,
    names: words.names,
    namePattern: createChooser(words.names.map(({ weight }) => weight)),
    city: createUniverse(skew.city, () => {
      const known = knownCities(country.code);
      if (known !== undefined) return listTexts(known);
      const { cityNames, cityPatterns } = words;
      return cityNames.length > 0
        ? listTexts(createWords(shuffle(seed, name, cityNames)))
        : inventTexts(seed, `cities/${name}`, cityPatterns, madeCitiesPerHome);
    }),
    company: createUniverse(skew.company, () =>
      inventTexts(seed, `companies/${name}`, words.companyPatterns, companiesPerHome),
    ),
  };
}

const cityLists = new Map<string, Words>();

/** Each run has the same ones. */
function knownCities(code: string): Words | undefined {
  const names = cities[code];
  if (names === undefined || cityLists.has(code)) return cityLists.get(code);
  const list = createWords(names);
  cityLists.set(code, list);
  return list;
}

/** Faker's lists are in alphabetical order; which of a list is the most frequent follows from the seed. */
function shuffle(seed: number, name: string, list: readonly string[]): readonly string[] {
  const permute = createPermutation(seed, `user@2/cities/${name}`, list.length);
  return list.map((_, rank) => list[permute(rank)] as string);
}

const zipfChoosers = new Map<string, Chooser>();
const maxZipfChoosers = 500;

/** Countries with equally many ranks share the table. */
function zipfChooser(size: number, exponent: number): Chooser {
  const key = `${size} ${exponent}`;
  let chooser = zipfChoosers.get(key);
  if (chooser === undefined) {
    if (zipfChoosers.size === maxZipfChoosers) zipfChoosers.clear();
    chooser = createChooser(zipfWeights(size, exponent));
    zipfChoosers.set(key, chooser);
  }
  return chooser;
}

/** Draws by Zipf's law from texts that are listed when the first is drawn. */
export function createUniverse(exponent: number, list: () => RankedTexts): WriteDrawn {
  let texts: RankedTexts | undefined;
  let choose: Chooser | undefined;
  return (draws, out) => {
    if (texts === undefined || choose === undefined) {
      texts = list();
      choose = zipfChooser(texts.size, exponent);
    }
    texts.write(choose(draws), out);
  };
}
