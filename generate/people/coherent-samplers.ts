import type { Draws } from "../draws.ts";
import { createPermutation, type Permutation } from "../permutation.ts";
import { createUniqueNumber } from "../unique-number.ts";
import type { Utf8Writer } from "../utf8-writer.ts";
import { createWords } from "../words.ts";
import { type NamePart, type NamePattern, writeTextPart } from "./locale-words.ts";
import type { Person } from "./people.ts";
import type { PhonePlan } from "./phone-plan.ts";
import type { Sampler, SamplingContext } from "./sampling-context.ts";
import { vocabulary } from "./vocabulary.ts";

/** The person's first and last name, set into one of the locale's patterns. */
const samplePersonName = ({ people }: SamplingContext): Sampler => {
  const { of } = people();
  return (draws, out, seq) => {
    const person = of(seq);
    const { names, namePattern } = person.home;
    const pattern = names[namePattern(draws)] as NamePattern;
    const parts = person.isFemale ? pattern.female : pattern.male;
    for (let part = 0; part < parts.length; part++) writePart(parts[part] as NamePart, person, draws, out);
  };
};

function writePart(part: NamePart, person: Person, draws: Draws, out: Utf8Writer): void {
  if (part === "first") out.word(person.firstNames.texts, person.first);
  else if (part === "last") out.word(person.lastNames.texts, person.last);
  else writeTextPart(part, draws, out);
}

const separators = createWords(["", ".", "_"]);
const domains = createWords(vocabulary.emailDomains.map((domain) => `@${domain}`));

/** Half of the addresses end in a number below 100. */
const tails = createWords(
  vocabulary.emailDomains.flatMap((domain) =>
    Array.from({ length: 200 }, (_, number) => `${number < 100 ? number : ""}@${domain}`),
  ),
);

/** The person's name in ASCII, on the example domains of RFC 2606: no real mailbox is ever named. */
const samplePersonEmail = ({ people, model, seed }: SamplingContext): Sampler => {
  const { of } = people();
  const numberOf = model.unique.includes("email") ? createUniqueNumber(seed, "user@2/email") : null;
  return (draws, out, seq) => {
    const { firstNames, first, lastNames, last } = of(seq);
    const pattern = draws.below(8);
    if (pattern === 7) out.initial(firstNames.mailboxes, first);
    else out.word(firstNames.mailboxes, first);
    out.word(separators, pattern < 5 ? 1 : pattern < 7 ? 2 : 0);
    out.word(lastNames.mailboxes, last);
    if (numberOf === null) {
      out.word(tails, draws.below(tails.size));
    } else {
      // No name ends in a digit, so that the number tells its address from all others.
      out.number(numberOf(seq));
      out.word(domains, draws.below(domains.size));
    }
  };
};

const samplePersonCountry = ({ people }: SamplingContext): Sampler => {
  const { of } = people();
  return (_draws, out, seq) => out.word(of(seq).home.country, 0);
};

const samplePersonCity = ({ people }: SamplingContext): Sampler => {
  const { of } = people();
  return (draws, out, seq) => of(seq).home.city(draws, out);
};

const samplePersonCompany = ({ people }: SamplingContext): Sampler => {
  const { of } = people();
  return (draws, out, seq) => of(seq).home.company(draws, out);
};

/** A number of the person's country, in international form. */
const samplePersonPhone = ({ people, seed }: SamplingContext): Sampler => {
  const { of, deck } = people();
  if (deck === null) {
    return (draws, out, seq) => of(seq).home.phones.draw(draws, out);
  }
  const permutations = new Map<PhonePlan, Permutation>();
  return (_draws, out, seq) => {
    const { phones, countryName } = of(seq).home;
    let permute = permutations.get(phones);
    if (permute === undefined) {
      permute = createPermutation(seed, `user@2/phone_number/${countryName}`, phones.capacity);
      permutations.set(phones, permute);
    }
    phones.write(permute(deck.placeOf(seq)), out);
  };
};

/** What a person has, by the names of the fields that show it. */
export const personSamplers = {
  name: samplePersonName,
  email: samplePersonEmail,
  country: samplePersonCountry,
  city: samplePersonCity,
  company: samplePersonCompany,
  phone_number: samplePersonPhone,
} as const;
