import type { Draws } from "./draws.ts";
import type { NamePart, NamePattern } from "./locale-words.ts";
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
    const { names, namePattern } = person.home;
    const pattern = names[namePattern(draws)] as NamePattern;
    const parts = person.isFemale ? pattern.female : pattern.male;
    let name = "";
    for (let part = 0; part < parts.length; part++) name += writePart(parts[part] as NamePart, person, draws);
    return name;
  };
};

function writePart(part: NamePart, { first, last }: Person, draws: Draws): string {
  if (part === "first") return first.text;
  if (part === "last") return last.text;
  return "text" in part ? part.text : draws.pick(part.of);
}

/** The person's name in ASCII, on the example domains of RFC 2606: no real mailbox is ever named. */
export const samplePersonEmail = ({ people, model, seed }: SamplingContext): Sampler => {
  const { of } = people();
  const numberOf = model.unique.includes("email") ? createUniqueNumber(seed, "user@2/email") : null;
  return (draws, seq) => {
    const { first, last } = of(seq);
    const pattern = draws.below(8);
    const start = pattern === 7 ? first.initial : first.mailbox;
    const middle = pattern < 5 ? "." : pattern < 7 ? "_" : "";
    // No name ends in a digit, so that the number tells its address from all others.
    if (numberOf === null) return start + middle + last.mailbox + draws.pick(tails);
    return `${start}${middle}${last.mailbox}${numberOf(seq)}${draws.pick(domains)}`;
  };
};

const domains = vocabulary.emailDomains.map((domain) => `@${domain}`);

/** Half of the addresses end in a number below 100. Joined beforehand, and flat: see `writePattern`. */
const tails = domains.flatMap((domain) =>
  Array.from({ length: 200 }, (_, number) => [number < 100 ? number : "", domain].join("")),
);

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
    return (draws, seq) => of(seq).home.phones.draw(draws);
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
