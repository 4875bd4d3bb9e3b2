import type { Draws } from "./draws.ts";
import type { Sampler, SamplingContext } from "./record-type.ts";
import { vocabulary as words } from "./vocabulary.ts";

const dayMs = 86_400_000;
/** Event times lie in this many days before the reference date. */
const eventDays = 365;

const twoDigits: readonly string[] = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));
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
export const sampleEmail = (): Sampler => (draws) => {
  const separator = draws.below(2) === 0 ? "." : "_";
  const first = draws.pick(mailboxFirstNames);
  const last = draws.pick(mailboxLastNames);
  return `${first}${separator}${last}${draws.below(10_000)}@${draws.pick(words.emailDomains)}`;
};

/** A second in the year before the reference date, uniform, as RFC 3339 in UTC. */
export const sampleDate = ({ referenceTimeMs }: SamplingContext): Sampler => {
  const lastMidnightMs = Math.floor(referenceTimeMs / dayMs) * dayMs;
  const dates = Array.from({ length: eventDays }, (_, day) =>
    new Date(lastMidnightMs - (day + 1) * dayMs).toISOString().slice(0, 10),
  );
  return (draws) =>
    `${draws.pick(dates)}T${twoDigits[draws.below(24)]}:${twoDigits[draws.below(60)]}:${twoDigits[draws.below(60)]}Z`;
};

/** 256 random bits as 64 hexadecimal digits, the look of a SHA-256 digest. */
export const samplePasswordHash = (): Sampler => (draws) => {
  let hash = "";
  for (let word = 0; word < 8; word++) {
    const bits = draws.bits();
    hash += `${hexBytes[bits >>> 24]}${hexBytes[(bits >>> 16) & 255]}${hexBytes[(bits >>> 8) & 255]}${hexBytes[bits & 255]}`;
  }
  return hash;
};

export const sampleCountry = (): Sampler => (draws) => draws.pick(words.countries);

/** Faker's patterns for a city: a prefix, a first name and a suffix in three mixtures, or a known city. */
export const sampleCity = (): Sampler => (draws) => {
  const pattern = draws.below(4);
  if (pattern === 0) return draws.pick(words.cityNames);
  const name = firstName(draws, drawSex(draws));
  const stem = pattern === 3 ? name : `${draws.pick(words.cityPrefixes)} ${name}`;
  return pattern === 2 ? stem : `${stem}${draws.pick(words.citySuffixes)}`;
};

export const samplePhoneNumber = (): Sampler => (draws) => {
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
export const sampleCompany = (): Sampler => (draws) => {
  const pattern = draws.below(3);
  const first = draws.pick(words.lastNames);
  if (pattern === 0) return `${first} ${draws.pick(words.legalEntities)}`;
  const second = draws.pick(words.lastNames);
  return pattern === 1 ? `${first} - ${second}` : `${first}, ${second} and ${draws.pick(words.lastNames)}`;
};

export const sampleIpv4 = (): Sampler => (draws) => {
  const bits = draws.bits();
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
};
