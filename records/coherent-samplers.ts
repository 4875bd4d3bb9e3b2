import type { Draws } from "./draws.ts";
import type { NamePart } from "./locale-words.ts";
import type { Person } from "./people.ts";
import { createPermutation, type Permutation } from "./permutation.ts";
import type { PhonePlan } from "./phone-plan.ts";
import type { Sampler, SamplingContext } from "./record-type.ts";
import { createUniqueNumber } from "./unique-number.ts";
import { vocabulary } from "./vocabulary.ts";

/** The person's first and last name, set into one of the locale's patterns. */
export const samplePersonName = ({ people }: SamplingContext): Sampler => {
  const { of } = people();
  return (draws, seq) => {
    const person = of(seq);
    const { words, namePattern } = person.home;
    const parts = words.names[namePattern(draws)]?.parts[person.sex] ?? [];
    let name = "";
    for (let part = 0; part < parts.length; part++) name += writePart(parts[part] as NamePart, person, draws);
    return name;
  };
};

function writePart(part: NamePart, { home, sex, first, last }: Person, draws: Draws): string {
  if (part === "first") return home.words.firstNames[sex].words[first] as string;
  if (part === "last") return home.words.lastNames[sex].words[last] as string;
  return "text" in part ? part.text : draws.pick(part.of);
}

/** The person's name in ASCII, on the example domains of RFC 2606: no real mailbox is ever named. */
export const samplePersonEmail = ({ people, model, seed }: SamplingContext): Sampler => {
  const { of } = people();
  const numberOf = model.unique.includes("email") ? createUniqueNumber(seed, "user@2/email") : null;
  return (draws, seq) => {
    const { home, sex, first, last } = of(seq);
    const given = home.words.firstNames[sex].mailbox(first);
    const family = home.words.lastNames[sex].mailbox(last);
    const pattern = draws.below(8);
    const separator = pattern < 5 ? "." : pattern < 7 ? "_" : "";
    const start = pattern === 7 ? given.charAt(0) : given;
    // No name ends in a digit, so that the number tells its address from all others.
    const number = numberOf === null ? drawNumber(draws) : numberOf(seq);
    return `${start}${separator}${family}${number}@${draws.pick(vocabulary.emailDomains)}`;
  };
};

/** Half of the addresses end in a number below 100. */
const drawNumber = (draws: Draws): number | "" => {
  const number = draws.below(200);
  return number < 100 ? number : "";
};

export const samplePersonCountry = ({ people }: SamplingContext): Sampler => {
  const { of } = people();
  return (_draws, seq) => of(seq).home.country;
};

export const samplePersonCity = ({ people }: SamplingContext): Sampler => {
  const { of } = people();
  return (draws, seq) => of(seq).home.city(draws);
};

export const samplePersonCompany = ({ people }: SamplingContext): Sampler => {
  const { of } = people();
  return (draws, seq) => of(seq).home.company(draws);
};

/** A number of the person's country, in international form. */
export const samplePersonPhone = ({ people, seed }: SamplingContext): Sampler => {
  const { of, deck } = people();
  if (deck === null) {
    return (draws, seq) => {
      const { phones } = of(seq).home;
      return phones.write(Math.floor(unit(draws) * phones.capacity));
    };
  }
  const permutations = new Map<PhonePlan, Permutation>();
  return (_draws, seq) => {
    const { phones, country } = of(seq).home;
    let permute = permutations.get(phones);
    if (permute === undefined) {
      permute = createPermutation(seed, `user@2/phone_number/${country}`, phones.capacity);
      permutations.set(phones, permute);
    }
    return phones.write(permute(deck.placeOf(seq)));
  };
};

/** Uniform in [0, 1), 53 bits: some countries have more than 2^32 numbers. */
const unit = (draws: Draws): number => ((draws.bits() >>> 5) * 2 ** 26 + (draws.bits() >>> 6)) / 2 ** 53;
