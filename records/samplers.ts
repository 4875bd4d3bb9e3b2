import { createCountryChooser, mixCountries } from "./country-mix.ts";
import { createDraws, type Draws } from "./draws.ts";
import { createEventTimes } from "./event-times.ts";
import { createUniverse } from "./people.ts";
import { createPermutation } from "./permutation.ts";
import { createPhonePlan, type PhonePlan } from "./phone-plan.ts";
import type { Sampler, SamplingContext } from "./record-type.ts";
import { createUniqueNumber } from "./unique-number.ts";
import { vocabulary as words } from "./vocabulary.ts";

const hexBytes: readonly string[] = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, "0"));

function firstName(draws: Draws, sex: "female" | "male"): string {
  return draws.pick(words.firstNames[sex]);
}

const drawSex = (draws: Draws): "female" | "male" => (draws.below(2) === 0 ? "female" : "male");

/** Faker's patterns for a full name with Faker's weights: 49 plain, 7 prefixed, 7 suffixed, 1 both. */
export const sampleName = (): Sampler => (draws) => {
  const sex = drawSex(draws);
  const pattern = draws.below(64);
  const plain = `${firstName(draws, sex)} ${draws.pick(words.lastNames)}`;
  if (pattern < 49) return plain;
  if (pattern < 56) return `${draws.pick(words.prefixes[sex])} ${plain}`;
  if (pattern < 63) return `${plain} ${draws.pick(words.suffixes)}`;
  return `${draws.pick(words.prefixes[sex])} ${plain} ${draws.pick(words.suffixes)}`;
};

const mailboxWord = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, "");
const mailboxFirstNames = [...words.firstNames.female, ...words.firstNames.male].map(mailboxWord);
const mailboxLastNames = words.lastNames.map(mailboxWord);

/** On the example domains of RFC 2606: no real mailbox is ever named. */
export const sampleEmail = ({ model, seed }: SamplingContext): Sampler => {
  const numberOf = model.unique.includes("email") ? createUniqueNumber(seed, "user@2/email") : null;
  return (draws, seq) => {
    const separator = draws.below(2) === 0 ? "." : "_";
    const first = draws.pick(mailboxFirstNames);
    const last = draws.pick(mailboxLastNames);
    const number = numberOf === null ? draws.below(10_000) : numberOf(seq);
    return `${first}${separator}${last}${number}@${draws.pick(words.emailDomains)}`;
  };
};

/** A second of the period, as RFC 3339 in UTC. */
export const sampleDate = ({ model, referenceTimeMs }: SamplingContext): Sampler =>
  createEventTimes(model, referenceTimeMs);

/**
 * 256 random bits as 64 hexadecimal digits, the look of a SHA-256 digest. Where they are to be unique, the sequence
 * number, permuted, stands in 53 of them.
 */
export const samplePasswordHash = ({ model, seed }: SamplingContext): Sampler => {
  if (!model.unique.includes("password_hash")) return (draws) => hexWords(draws, 8);
  const permute = createPermutation(seed, "user@2/password_hash", 2 ** 53);
  return (draws, seq) => {
    const number = permute(seq);
    const high = Math.floor(number / 2 ** 32);
    // Eleven random bits above the number's, so that the hash does not begin with zeros.
    return `${hexWord((draws.bits() << 21) | high)}${hexWord((number % 2 ** 32) | 0)}${hexWords(draws, 6)}`;
  };
};

const hexWord = (bits: number): string =>
  `${hexBytes[bits >>> 24]}${hexBytes[(bits >>> 16) & 255]}${hexBytes[(bits >>> 8) & 255]}${hexBytes[bits & 255]}`;

function hexWords(draws: Draws, count: number): string {
  let hash = "";
  for (let word = 0; word < count; word++) {
    const bits = draws.bits();
    hash += `${hexBytes[bits >>> 24]}${hexBytes[(bits >>> 16) & 255]}${hexBytes[(bits >>> 8) & 255]}${hexBytes[bits & 255]}`;
  }
  return hash;
}

export const sampleCountry = ({ model }: SamplingContext): Sampler => {
  if (model.countries === "uniform") return (draws) => draws.pick(words.countries);
  const shares = mixCountries(model);
  const choose = createCountryChooser(shares);
  return (draws) => shares[choose(draws)]?.country.name ?? "";
};

/** Where values are skewed, they come from this many. */
const universeSize = 10_000;

/** The values that a sampler draws, by Zipf's law where there is an exponent. */
function skewed(sample: (draws: Draws) => string, name: string, exponent: number, seed: number): Sampler {
  if (exponent === 0) return sample;
  return createUniverse(exponent, () => {
    const draws = createDraws(seed, `user@2/universe/${name}`);
    return Array.from({ length: universeSize }, (_, rank) => {
      draws.open(rank);
      return sample(draws);
    });
  });
}

export const sampleCity = ({ model, seed }: SamplingContext): Sampler =>
  skewed(drawCity, "city", model.skew.city, seed);

export const sampleCompany = ({ model, seed }: SamplingContext): Sampler =>
  skewed(drawCompany, "company", model.skew.company, seed);

/** Faker's patterns for a city: a prefix, a first name and a suffix in three mixtures, or a known city. */
const drawCity = (draws: Draws): string => {
  const pattern = draws.below(4);
  if (pattern === 0) return draws.pick(words.cityNames);
  const name = firstName(draws, drawSex(draws));
  const stem = pattern === 3 ? name : `${draws.pick(words.cityPrefixes)} ${name}`;
  return pattern === 2 ? stem : `${stem}${draws.pick(words.citySuffixes)}`;
};

/** All that Faker's formats can give, if each number may come once. */
export const independentPhones: PhonePlan = createPhonePlan(
  words.phoneFormats.map((format) => format.replaceAll("!", "[23456789]")),
);

export const samplePhoneNumber = ({ model, seed }: SamplingContext): Sampler => {
  if (!model.unique.includes("phone_number")) return drawPhoneNumber;
  const permute = createPermutation(seed, "user@2/phone_number", independentPhones.capacity);
  return (_draws, seq) => independentPhones.write(permute(seq));
};

const drawPhoneNumber: Sampler = (draws) => {
  const format = draws.pick(words.phoneFormats);
  let number = "";
  for (const sign of format) {
    if (sign === "#") number += draws.below(10);
    else if (sign === "!") number += 2 + draws.below(8);
    else number += sign;
  }
  return number;
};

export const sampleJob = (): Sampler => (draws) =>
  `${draws.pick(words.jobDescriptors)} ${draws.pick(words.jobAreas)} ${draws.pick(words.jobTypes)}`;

/** Faker's three patterns for a company, equally likely. */
const drawCompany = (draws: Draws): string => {
  const pattern = draws.below(3);
  const first = draws.pick(words.lastNames);
  if (pattern === 0) return `${first} ${draws.pick(words.legalEntities)}`;
  const second = draws.pick(words.lastNames);
  return pattern === 1 ? `${first} - ${second}` : `${first}, ${second} and ${draws.pick(words.lastNames)}`;
};

export const sampleIpv4 = ({ model, seed }: SamplingContext): Sampler => {
  if (!model.unique.includes("ipv4")) return (draws) => ipv4(draws.bits());
  const permute = createPermutation(seed, "user@2/ipv4", 2 ** 32);
  return (_draws, seq) => ipv4(permute(seq) | 0);
};

const ipv4 = (bits: number): string =>
  `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
