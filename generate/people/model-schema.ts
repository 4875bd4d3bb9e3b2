import Type from "typebox";
import { locales } from "./locales.ts";

export const presets = ["realistic", "uniform", "launch_day"] as const;
export type PresetName = (typeof presets)[number];

export const rhythms = ["none", "daily", "weekly", "daily_and_weekly"] as const;
export type Rhythm = (typeof rhythms)[number];

/** Fields that can be promised to hold no value twice; see docs/data-model.md for how. */
export const uniqueFields = ["email", "phone_number", "ipv4", "password_hash"] as const;
export type UniqueField = (typeof uniqueFields)[number];

/** The greatest Zipf exponent; beyond it one value is nearly all there is. */
const maxSkew = 4;

/** A century. */
export const maxPeriodDays = 36_525;

const dateSchema = (description: string) =>
  Type.Optional(
    Type.Unsafe<string>({
      type: "string",
      format: "date",
      pattern: "^[12]\\d{3}-",
      description,
      "x-message": "must be a date (2026-11-24), years 1000 to 2999",
    }),
  );

const weight = Type.Number({ minimum: 0, maximum: 1e9 });

/** What a request may say about how records are drawn: one schema a property, each optional. */
export function modelProperties(type: { readonly fields: readonly { readonly name: string }[] }) {
  return {
    preset: Type.Optional(
      Type.Enum([...presets], {
        title: "Preset",
        default: "realistic",
        description:
          "Fills in what the request leaves open: `realistic` people of the world who arrive in a growing rhythm, " +
          "`uniform` draws, or `launch_day`, a product's first weeks with a rush of sign-ups",
        examples: ["realistic"],
      }),
    ),
    coherent: Type.Optional(
      Type.Boolean({
        title: "Coherent people",
        default: true,
        description:
          "Name, e-mail, phone number, city and company fit one another and the country. `false` draws every field " +
          "by itself from Faker's English words, as the first version did, and takes the preset `uniform` where none " +
          "is named",
        examples: [true],
      }),
    ),
    locale: Type.Optional(
      Type.Unsafe<string | Readonly<Record<string, number>>>({
        title: "Locale",
        description:
          "One of Faker's locales, or weights of several. The people live in the locales' countries; beside `countries` " +
          "it says whose names are given in them",
        examples: ["de_AT", { de: 3, fr: 1 }],
        anyOf: [
          { type: "string", enum: [...locales] },
          {
            type: "object",
            properties: Object.fromEntries(locales.map((locale) => [locale, weight])),
            additionalProperties: false,
            minProperties: 1,
          },
        ],
        "x-message": `must be a locale ("de_AT") or weights of locales ({"de": 3, "fr": 1}), of ${locales.join(", ")}`,
      }),
    ),
    countries: Type.Optional(
      Type.Unsafe<"population" | "uniform" | Readonly<Record<string, number>>>({
        title: "Countries",
        default: "population",
        description:
          "Weights of countries by Faker's English names; `population` weighs all of them by their inhabitants, " +
          "`uniform` equally",
        examples: [{ Portugal: 2, Spain: 8 }, "uniform"],
        anyOf: [
          { type: "string", enum: ["population", "uniform"] },
          { type: "object", additionalProperties: weight, minProperties: 1, maxProperties: 300 },
        ],
        "x-message":
          'must be "population", "uniform" or weights from 0 to 1e9 by country ({"Portugal": 2, "Spain": 8})',
      }),
    ),
    period: Type.Optional(
      Type.Object(
        {
          from: dateSchema("The first day (UTC)"),
          to: dateSchema("The last day (UTC)"),
          days: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: maxPeriodDays,
              description: "Instead of from and to: this many days before the reference date",
            }),
          ),
        },
        {
          title: "Period",
          default: { days: 365 },
          description:
            "The days on which the users' dates lie: from the first to the last, or so many before the reference date",
          examples: [{ from: "2026-01-01", to: "2026-03-31" }, { days: 30 }],
          additionalProperties: false,
        },
      ),
    ),
    growth: Type.Optional(
      Type.Number({
        title: "Growth",
        minimum: 0.001,
        maximum: 1000,
        default: 3,
        description:
          "By what factor users arrive more often at the period's end than at its beginning; 1 is no growth",
        examples: [3],
        "x-message": "must be a number from 0.001 to 1,000",
      }),
    ),
    rhythm: Type.Optional(
      Type.Enum([...rhythms], {
        title: "Rhythm",
        default: "daily_and_weekly",
        description: "Whether dates follow the hours of the day (UTC), the days of the week, both or neither",
        examples: ["weekly"],
      }),
    ),
    spike: Type.Optional(
      Type.Object(
        {
          day: Type.Integer({
            minimum: 0,
            maximum: maxPeriodDays - 1,
            description: "On which day of the period, from 0",
          }),
          factor: Type.Number({
            minimum: 1,
            maximum: 10_000,
            description: "By how much users arrive more often on that day",
          }),
          halfLifeDays: Type.Number({
            minimum: 0.1,
            maximum: 1000,
            description: "After how many days half of the rush is over",
          }),
        },
        {
          title: "Spike",
          description: "A rush of sign-ups that begins on one day and decays; none by default",
          examples: [{ day: 14, factor: 40, halfLifeDays: 2 }],
          additionalProperties: false,
        },
      ),
    ),
    skew: Type.Optional(
      Type.Object(
        {
          company: Type.Optional(skewSchema("Of companies")),
          city: Type.Optional(skewSchema("Of cities")),
        },
        {
          title: "Skew",
          default: { company: 1, city: 1 },
          description:
            "Zipf exponents: the value of rank r comes in proportion to 1 / r^s, so that 0 is uniform and with 1 a few " +
            "values are frequent",
          examples: [{ company: 1.2, city: 0.8 }],
          additionalProperties: false,
        },
      ),
    ),
    unique: Type.Optional(
      Type.Array(Type.Enum([...uniqueFields], { type: "string" }), {
        title: "Unique fields",
        default: [],
        uniqueItems: true,
        description: "Fields that hold no value twice in the run, whatever its size",
        examples: [["email"]],
        "x-message": `must be a list without repetitions of ${uniqueFields.join(", ")}`,
      }),
    ),
    nulls: Type.Optional(
      Type.Unsafe<Readonly<Record<string, number>>>({
        title: "Absent values",
        type: "object",
        default: {},
        description: "In what share of the records a field is null, from 0 to 1",
        examples: [{ company: 0.2 }],
        properties: Object.fromEntries(type.fields.map((field) => [field.name, shareSchema])),
        additionalProperties: false,
      }),
    ),
  };
}

const shareSchema = { type: "number", minimum: 0, maximum: 1, "x-message": "must be a share from 0 to 1" };

function skewSchema(description: string) {
  return Type.Number({
    minimum: 0,
    maximum: maxSkew,
    description,
    "x-message": `must be a number from 0 to ${maxSkew}`,
  });
}
