import { createDraws, type Draws } from "../draws.ts";
import { createEventTimes } from "../event-times.ts";
import { createPermutation } from "../permutation.ts";
import { createUniqueNumber } from "../unique-number.ts";
import type { Utf8Writer } from "../utf8-writer.ts";
import { createWords, fixedText, type Words } from "../words.ts";
import { createCountryChooser, mixCountries } from "./country-mix.ts";
import { createUniverse } from "./people.ts";
import { createPhonePlan, type PhonePlan } from "./phone-plan.ts";
import type { Sampler, SamplingContext } from "./sampling-context.ts";
import { vocabulary } from "./vocabulary.ts";

type Sex = "female" | "male";

const drawSex = (draws: Draws): Sex => (draws.below(2) === 0 ? "female" : "male");

const writeAny = (words: Words, draws: Draws, out: Utf8Writer): void =>
  out.word(words, draws.below(words.size));

const wordsBySex = ({ female, male }: Readonly<Record<Sex, readonly string[]>>): Record<Sex, Words> => ({
  female: createWords(female),
  male: createWords(male),
});

const firstNames = wordsBySex(vocabulary.firstNames);
const lastNames = createWords(vocabulary.lastNames);
const space = fixedText(" ");

const prefixes = wordsBySex(vocabulary.prefixes);
const suffixes = createWords(vocabulary.suffixes);

/** Faker's patterns for a full name with Faker's weights: 49 plain, 7 prefixed, 7 suffixed, 1 both. */
export const sampleName = (): Sampler => (draws, out) => {
  const sex = drawSex(draws);
  const pattern = draws.below(64);
  const first = draws.below(firstNames[sex].size);
  const last = draws.below(lastNames.size);
  if ((pattern >= 49 && pattern < 56) || pattern === 63) {
    writeAny(prefixes[sex], draws, out);
    out.word(space, 0);
  }
  out.word(firstNames[sex], first);
  out.word(space, 0);
  out.word(lastNames, last);
  if (pattern >= 56) {
    out.word(space, 0);
    writeAny(suffixes, draws, out);
  }
};

const mailboxWord = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, "");
const mailboxFirstNames = createWords(
  [...vocabulary.firstNames.female, ...vocabulary.firstNames.male].map(mailboxWord),
);
const mailboxLastNames = createWords(vocabulary.lastNames.map(mailboxWord));
const separators = createWords([".", "_"]);
const domains = createWords(vocabulary.emailDomains.map((domain) => `@${domain}`));

/** On the example domains of RFC 2606: no real mailbox is ever named. */
export const sampleEmail = ({ model, seed }: SamplingContext): Sampler => {
  const numberOf = model.unique.includes("email") ? createUniqueNumber(seed, "user@2/email") : null;
  return (draws, out, seq) => {
    const separator = draws.below(2);
    writeAny(mailboxFirstNames, draws, out);
    out.word(separators, separator);
    writeAny(mailboxLastNames, draws, out);
    out.number(numberOf === null ? draws.below(10_000) : numberOf(seq));
    writeAny(domains, draws, out);
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
  if (!model.unique.includes("password_hash")) return (draws, out) => writeHexWords(8, draws, out);
  const permute = createPermutation(seed, "user@2/password_hash", 2 ** 53);
  return (draws, out, seq) => {
    const number = permute(seq);
    const high = Math.floor(number / 2 ** 32);
    // Eleven random bits above the number's, so that the hash does not begin with zeros.
    out.hex((draws.bits() << 21) | high);
    out.hex((number % 2 ** 32) | 0);
    writeHexWords(6, draws, out);
  };
};

function writeHexWords(count: number, draws: Draws, out: Utf8Writer): void {
  for (let word = 0; word < count; word++) out.hex(draws.bits());
}

const countries = createWords(vocabulary.countries);

export const sampleCountry = ({ model }: SamplingContext): Sampler => {
  if (model.countries === "uniform") return (draws, out) => writeAny(countries, draws, out);
  const shares = mixCountries(model);
  const choose = createCountryChooser(shares);
  const names = createWords(shares.map(({ country }) => country.name));
  return (draws, out) => out.word(names, choose(draws));
};

/** Where values are skewed, they come from this many. */
const universeSize = 10_000;

/** The values that a sampler draws, by Zipf's law where there is an exponent. */
function skewed(
  sample: (draws: Draws, out: Utf8Writer) => void,
  name: string,
  exponent: number,
  seed: number,
): Sampler {
  if (exponent === 0) return sample;
  return createUniverse(exponent, () => {
    const draws = createDraws(seed, `user@2/universe/${name}`);
    return {
      size: universeSize,
      // Drawn anew whenever it comes: to list all of them took longer than a short run's records.
      write: (rank, out) => {
        draws.open(rank);
        sample(draws, out);
      },
    };
  });
}

export const sampleCity = ({ model, seed }: SamplingContext): Sampler =>
  skewed(drawCity, "city", model.skew.city, seed);

export const sampleCompany = ({ model, seed }: SamplingContext): Sampler =>
  skewed(drawCompany, "company", model.skew.company, seed);

const cityNames = createWords(vocabulary.cityNames);
const cityPrefixes = createWords(vocabulary.cityPrefixes);
const citySuffixes = createWords(vocabulary.citySuffixes);

/** Faker's patterns for a city: a prefix, a first name and a suffix in three mixtures, or a known city. */
const drawCity = (draws: Draws, out: Utf8Writer): void => {
  const pattern = draws.below(4);
  if (pattern === 0) {
    writeAny(cityNames, draws, out);
    return;
  }
  const names = firstNames[drawSex(draws)];
  const name = draws.below(names.size);
  if (pattern !== 3) {
    writeAny(cityPrefixes, draws, out);
    out.word(space, 0);
  }
  out.word(names, name);
  if (pattern !== 2) writeAny(citySuffixes, draws, out);
};

/** All that Faker's formats can give, if each number may come once. */
export const independentPhones: PhonePlan = createPhonePlan(
  vocabulary.phoneFormats.map((format) => format.replaceAll("!", "[23456789]")),
);

export const samplePhoneNumber = ({ model, seed }: SamplingContext): Sampler => {
  if (!model.unique.includes("phone_number")) return drawPhoneNumber;
  const permute = createPermutation(seed, "user@2/phone_number", independentPhones.capacity);
  return (_draws, out, seq) => independentPhones.write(permute(seq), out);
};

const digits = createWords([..."0123456789"]);
const digitsFrom2 = createWords([..."23456789"]);
/** Faker's formats, each sign as all that it can be. */
const phoneFormats = vocabulary.phoneFormats.map((format) =>
  Array.from(format, (sign) => (sign === "#" ? digits : sign === "!" ? digitsFrom2 : fixedText(sign))),
);

const drawPhoneNumber: Sampler = (draws, out) => {
  for (const sign of draws.pick(phoneFormats)) out.word(sign, sign.size === 1 ? 0 : draws.below(sign.size));
};

const jobDescriptors = createWords(vocabulary.jobDescriptors);
const jobAreas = createWords(vocabulary.jobAreas);
const jobTypes = createWords(vocabulary.jobTypes);

export const sampleJob = (): Sampler => (draws, out) => {
  writeAny(jobDescriptors, draws, out);
  out.word(space, 0);
  writeAny(jobAreas, draws, out);
  out.word(space, 0);
  writeAny(jobTypes, draws, out);
};

const legalEntities = createWords(vocabulary.legalEntities);
const dash = fixedText(" - ");
const comma = fixedText(", ");
const and = fixedText(" and ");

/** Faker's three patterns for a company, equally likely. */
const drawCompany = (draws: Draws, out: Utf8Writer): void => {
  const pattern = draws.below(3);
  writeAny(lastNames, draws, out);
  if (pattern === 0) {
    out.word(space, 0);
    writeAny(legalEntities, draws, out);
    return;
  }
  out.word(pattern === 1 ? dash : comma, 0);
  writeAny(lastNames, draws, out);
  if (pattern === 1) return;
  out.word(and, 0);
  writeAny(lastNames, draws, out);
};

export const sampleIpv4 = ({ model, seed }: SamplingContext): Sampler => {
  if (!model.unique.includes("ipv4")) return (draws, out) => writeIpv4(draws.bits(), out);
  const permute = createPermutation(seed, "user@2/ipv4", 2 ** 32);
  return (_draws, out, seq) => writeIpv4(permute(seq) | 0, out);
};

const octets = createWords(Array.from({ length: 256 }, (_, octet) => String(octet)));
const nextOctets = createWords(Array.from({ length: 256 }, (_, octet) => `.${octet}`));

function writeIpv4(bits: number, out: Utf8Writer): void {
  out.word(octets, bits >>> 24);
  out.word(nextOctets, (bits >>> 16) & 255);
  out.word(nextOctets, (bits >>> 8) & 255);
  out.word(nextOctets, bits & 255);
}
