// Not of the package's main module, which loads every locale: 40 MB and 200 ms.
import { faker } from "@faker-js/faker/locale/en";
import { isPlainText } from "../words.ts";

/**
 * Faker's own word lists (locale `en`), which the samplers draw from. Calling Faker's methods costs a dozen
 * times as much, since each looks up its locale and pattern anew.
 *
 * Every entry can stand between JSON's quotes as it is; that is checked once, here, so that no sampler escapes.
 */
export interface Vocabulary {
  readonly firstNames: Readonly<Record<"female" | "male", readonly string[]>>;
  readonly prefixes: Readonly<Record<"female" | "male", readonly string[]>>;
  readonly suffixes: readonly string[];
  readonly lastNames: readonly string[];
  readonly emailDomains: readonly string[];
  readonly countries: readonly string[];
  readonly cityNames: readonly string[];
  readonly cityPrefixes: readonly string[];
  readonly citySuffixes: readonly string[];
  /** `#` is any digit, `!` a digit from 2 to 9. */
  readonly phoneFormats: readonly string[];
  readonly jobDescriptors: readonly string[];
  readonly jobAreas: readonly string[];
  readonly jobTypes: readonly string[];
  readonly legalEntities: readonly string[];
}

type Definitions = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

function loadVocabulary(definitions: Definitions): Vocabulary {
  const list = (category: string, entry: string, key?: string): readonly string[] => {
    const found = definitions[category]?.[entry];
    const value = key === undefined ? found : (found as Record<string, unknown> | undefined)?.[key];
    if (!Array.isArray(value) || value.length === 0)
      throw new Error(`Faker has no list ${category}.${entry}`);
    return value.map((word: unknown) => {
      if (typeof word !== "string" || !isPlainText(word)) {
        throw new Error(
          `Faker's ${category}.${entry} holds ${JSON.stringify(word)}, which JSON would escape`,
        );
      }
      return word;
    });
  };
  return {
    firstNames: {
      female: list("person", "first_name", "female"),
      male: list("person", "first_name", "male"),
    },
    prefixes: { female: list("person", "prefix", "female"), male: list("person", "prefix", "male") },
    suffixes: list("person", "suffix"),
    lastNames: list("person", "last_name", "generic"),
    emailDomains: list("internet", "example_email"),
    countries: list("location", "country"),
    cityNames: list("location", "city_name"),
    cityPrefixes: list("location", "city_prefix"),
    citySuffixes: list("location", "city_suffix"),
    phoneFormats: list("phone_number", "format", "human"),
    jobDescriptors: list("person", "job_descriptor"),
    jobAreas: list("person", "job_area"),
    jobTypes: list("person", "job_type"),
    legalEntities: list("company", "legal_entity_type"),
  };
}

export const vocabulary: Vocabulary = loadVocabulary(faker.rawDefinitions as unknown as Definitions);
