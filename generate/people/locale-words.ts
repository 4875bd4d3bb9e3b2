import { createRequire } from "node:module";
import anyAscii from "any-ascii";
import type { Draws } from "../draws.ts";
import type { Utf8Writer } from "../utf8-writer.ts";
import { createWords, fixedText, isPlainText, type Words } from "../words.ts";

/** What Faker says in one locale, as far as people's names, cities and companies go. */
export interface LocaleWords {
  readonly firstNames: Readonly<Record<Sex, NameList>>;
  readonly lastNames: Readonly<Record<Sex, NameList>>;
  readonly names: readonly NamePattern[];
  /** Known cities, or none where Faker only puts names together. */
  readonly cityNames: readonly string[];
  readonly cityPatterns: readonly TextPattern[];
  readonly companyPatterns: readonly TextPattern[];
}

export type Sex = "female" | "male";

/** First or last names. */
export interface NameList {
  readonly texts: Words;
  /** As they stand in a mailbox's name: lower-case ASCII letters, at least one. */
  readonly mailboxes: Words;
}

/** What a pattern is put together from: text as it is, or one of a list. */
export type TextPart = { readonly text: Words } | { readonly oneOf: Words };
export type TextPattern = readonly TextPart[];

/** A pattern of a full name; `first` and `last` stand for the person's own. */
export interface NamePattern {
  readonly weight: number;
  readonly female: readonly NamePart[];
  readonly male: readonly NamePart[];
}
export type NamePart = "first" | "last" | TextPart;

type Definitions = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** Synchronous, so that a locale is loaded when the first record needs it: all of them cost 200 ms and 30 MB. */
const require = createRequire(import.meta.url);
const loaded = new Map<string, LocaleWords>();

/** @throws Error where Faker has no such locale, or it lacks a list */
export function wordsOf(locale: string): LocaleWords {
  let words = loaded.get(locale);
  if (words === undefined) {
    words = readWords(locale);
    loaded.set(locale, words);
  }
  return words;
}

/** Faker's definitions of a locale, what it lacks filled in from its language and English. */
function definitionsOf(locale: string): Definitions {
  const { faker } = require(`@faker-js/faker/locale/${locale}`) as { faker: { rawDefinitions: Definitions } };
  return faker.rawDefinitions;
}

function readWords(locale: string): LocaleWords {
  const definitions = definitionsOf(locale);
  const english = definitionsOf("en");
  const isEnglish = locale === "en" || locale.startsWith("en_");
  /** A list that is the locale's or its language's own. */
  const own = (category: string, entry: string): unknown => {
    const value = definitions[category]?.[entry];
    return isEnglish || value !== english[category]?.[entry] ? value : undefined;
  };
  const sexed = (entry: string, sex: Sex): readonly string[] => wordsFor(own("person", entry), sex);
  const both = (entry: string): readonly string[] => [
    ...new Set([...sexed(entry, "female"), ...sexed(entry, "male")]),
  ];

  /** What a pattern's place is filled from, empty where the locale cannot say. */
  const listTexts = (place: string): readonly string[] => {
    const [category = "", entry = "", key] = place.split(".");
    if (place === "person.firstName") return both("first_name");
    if (place === "person.lastName") return both("last_name");
    if (place === "location.city") return wordsFor(own("location", "city_name"));
    const value = own(category, entry) ?? definitions[category]?.[entry];
    return wordsFor(key === undefined ? value : (value as Record<string, unknown> | undefined)?.[key]);
  };
  /** A place may be in several patterns. */
  const lists = new Map<string, Words>();
  const listOf = (place: string): Words => {
    const list = lists.get(place) ?? createWords(listTexts(place));
    lists.set(place, list);
    return list;
  };
  const textPatterns = (category: string, entry: string): readonly TextPattern[] =>
    wordsFor(definitions[category]?.[entry])
      .map((pattern) => parsePattern<TextPart>(pattern, (place) => ({ oneOf: listOf(place) })))
      .filter((pattern) => pattern.every((part) => "text" in part || part.oneOf.size > 0));

  const namePart =
    (sex: Sex) =>
    (place: string): NamePart => {
      if (place === "person.firstName") return "first";
      if (place === "person.lastName") return "last";
      const list = {
        "person.prefix": "prefix",
        "person.suffix": "suffix",
        "person.middleName": "middle_name",
      }[place];
      return { oneOf: createWords(list === undefined ? [] : sexed(list, sex)) };
    };
  const names = namePatterns(definitions.person?.name)
    .map(({ value, weight }) => ({
      weight,
      female: parsePattern(value, namePart("female")),
      male: parsePattern(value, namePart("male")),
    }))
    // Without those of a single name (Azerbaijan's), which an address could not be derived from.
    .filter(({ female }) => female.includes("first") && female.includes("last"))
    .filter(({ female, male }) =>
      [...female, ...male].every((part) => typeof part === "string" || "text" in part || part.oneOf.size > 0),
    );
  const lastName = firstPattern(definitions.person?.last_name_pattern);
  const cityNames = wordsFor(own("location", "city_name"));
  return {
    firstNames: {
      female: nameList(sexed("first_name", "female")),
      male: nameList(sexed("first_name", "male")),
    },
    lastNames: { female: nameList(sexed("last_name", "female")), male: nameList(sexed("last_name", "male")) },
    names: names.map((pattern) =>
      lastName.split("{{").length > 2 ? doubleLastName(pattern, sexed) : pattern,
    ),
    cityNames,
    cityPatterns: cityNames.length > 0 ? [] : textPatterns("location", "city_pattern"),
    companyPatterns: textPatterns("company", "name_pattern"),
  };
}

/** Spain's two last names: the person's own and another. */
function doubleLastName(
  pattern: NamePattern,
  sexed: (entry: string, sex: Sex) => readonly string[],
): NamePattern {
  const doubled = (sex: Sex): readonly NamePart[] =>
    pattern[sex].flatMap<NamePart>((part) =>
      part === "last"
        ? [part, { text: fixedText(" ") }, { oneOf: createWords(sexed("last_name", sex)) }]
        : [part],
    );
  return { weight: pattern.weight, female: doubled("female"), male: doubled("male") };
}

/** A list as Faker has them: plain, or by sex with what is common to both under `generic`. */
function wordsFor(value: unknown, sex?: Sex): readonly string[] {
  if (Array.isArray(value)) return value.filter(isPlainWord);
  if (typeof value !== "object" || value === null) return [];
  const lists = value as Readonly<Record<string, unknown>>;
  const chosen = sex === undefined ? ["generic", "female", "male"] : ["generic", sex];
  return [...new Set(chosen.flatMap((key) => wordsFor(lists[key])))];
}

/** Other words, such as Hebrew's בע"מ, are left out, so that no sampler escapes. */
function isPlainWord(word: unknown): word is string {
  return typeof word === "string" && isPlainText(word);
}

function checkText(text: string): string {
  if (isPlainText(text)) return text;
  throw new Error(`Faker has the pattern ${JSON.stringify(text)}, which JSON would escape`);
}

function namePatterns(value: unknown): readonly { value: string; weight: number }[] {
  return Array.isArray(value) ? value : [];
}

function firstPattern(value: unknown): string {
  const patterns: unknown = (value as Readonly<Record<string, unknown>> | undefined)?.generic;
  const heaviest = [...namePatterns(patterns)].sort((one, other) => other.weight - one.weight)[0];
  return heaviest?.value ?? "";
}

const places = /\{\{([^}]+)\}\}/;

function parsePattern<Part>(pattern: string, fill: (place: string) => Part): (TextPart | Part)[] {
  return pattern
    .split(places)
    .map((piece, index) => ({ piece, isText: index % 2 === 0 }))
    .filter(({ piece, isText }) => !isText || piece !== "")
    .map(({ piece, isText }) => (isText ? { text: fixedText(checkText(piece)) } : fill(piece)));
}

function nameList(names: readonly string[]): NameList {
  return { texts: createWords(names), mailboxes: createWords(names.map(mailboxName)) };
}

/** `Müller-Lüdenscheidt` becomes `mullerludenscheidt`, `Дмитрий` `dmitriy`. */
export function mailboxName(word: string): string {
  const letters = anyAscii(word)
    .toLowerCase()
    .replace(/[^a-z]/g, "");
  return letters === "" ? "user" : letters;
}

/** Fills a pattern in. */
export function writePattern(pattern: TextPattern, draws: Draws, out: Utf8Writer): void {
  for (let at = 0; at < pattern.length; at++) writeTextPart(pattern[at] as TextPart, draws, out);
}

export function writeTextPart(part: TextPart, draws: Draws, out: Utf8Writer): void {
  if ("text" in part) out.word(part.text, 0);
  else out.word(part.oneOf, draws.below(part.oneOf.size));
}
