import type { Format, Operator, PersonFeature, TimeShape } from "../../generate/shapes/nodes.ts";
import { parsePattern } from "../../generate/shapes/parse-pattern.ts";

/** What a field's name is read in the light of. */
export interface Names {
  readonly name: string;
  /** All names of the object that the field stands in. */
  readonly siblings: ReadonlySet<string>;
  /** Items of an array are about others than the record's person. */
  readonly isInArray: boolean;
}

/** `createdAt`, `Created-At` -> `created_at`. */
export const snakeCase = (name: string): string =>
  name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();

const faker = (method: string): Operator => ({ kind: "faker", method, args: [], locale: null });
const format = (name: Format): Operator => ({ kind: "format", format: name });
const pattern = (source: string): Operator => ({ kind: "pattern", pattern: parsePattern(source) });

const features: Readonly<Record<string, readonly [PersonFeature, string]>> = {
  email: ["email", "internet.email"],
  e_mail: ["email", "internet.email"],
  email_address: ["email", "internet.email"],
  first_name: ["first_name", "person.firstName"],
  given_name: ["first_name", "person.firstName"],
  last_name: ["last_name", "person.lastName"],
  surname: ["last_name", "person.lastName"],
  family_name: ["last_name", "person.lastName"],
  full_name: ["name", "person.fullName"],
  phone: ["phone_number", "phone.number"],
  phone_number: ["phone_number", "phone.number"],
  telephone: ["phone_number", "phone.number"],
  mobile: ["phone_number", "phone.number"],
  city: ["city", "location.city"],
  town: ["city", "location.city"],
  locality: ["city", "location.city"],
  country: ["country", "location.country"],
  company: ["company", "company.name"],
  company_name: ["company", "company.name"],
  employer: ["company", "company.name"],
  organization: ["company", "company.name"],
  organisation: ["company", "company.name"],
};

const texts: Readonly<Record<string, () => Operator>> = {
  job: () => faker("person.jobTitle"),
  job_title: () => faker("person.jobTitle"),
  street: () => faker("location.streetAddress"),
  street_address: () => faker("location.streetAddress"),
  address: () => faker("location.streetAddress"),
  zip: () => faker("location.zipCode"),
  zip_code: () => faker("location.zipCode"),
  postal_code: () => faker("location.zipCode"),
  postcode: () => faker("location.zipCode"),
  region: () => faker("location.state"),
  province: () => faker("location.state"),
  country_code: () => faker("location.countryCode"),
  username: () => faker("internet.username"),
  user_name: () => faker("internet.username"),
  login: () => faker("internet.username"),
  user_agent: () => faker("internet.userAgent"),
  mac_address: () => faker("internet.mac"),
  url: () => format("uri"),
  website: () => format("uri"),
  homepage: () => format("uri"),
  domain: () => format("hostname"),
  hostname: () => format("hostname"),
  ip: () => format("ipv4"),
  ip_address: () => format("ipv4"),
  ipv4: () => format("ipv4"),
  product: () => faker("commerce.productName"),
  product_name: () => faker("commerce.productName"),
  category: () => faker("commerce.department"),
  color: () => faker("color.human"),
  colour: () => faker("color.human"),
  currency: () => faker("finance.currencyCode"),
  currency_code: () => faker("finance.currencyCode"),
  iban: () => faker("finance.iban"),
  description: () => faker("lorem.sentence"),
  summary: () => faker("lorem.sentence"),
  comment: () => faker("lorem.sentence"),
  message: () => faker("lorem.sentence"),
  sku: () => pattern("[A-Z]{3}-[0-9]{5}"),
  ean: () => pattern("[0-9]{13}"),
  version: () => pattern("[1-9]\\.[0-9]\\.[1-9]?[0-9]"),
};

const personal = [
  "email",
  "first_name",
  "last_name",
  "phone",
  "phone_number",
  "birth_date",
  "age",
  "address",
];

/** By the name; null where the name says nothing. */
export function guessText({ name, siblings, isInArray }: Names): Operator | null {
  const snake = snakeCase(name);
  const isPerson = snake === "name" && [...siblings].some((each) => personal.includes(snakeCase(each)));
  const feature = isPerson ? features.full_name : own(features, snake);
  if (feature) return isInArray ? faker(feature[1]) : { kind: "person", feature: feature[0] };
  if (/(^|_)(id|uuid|guid)$/.test(snake)) return { kind: "uuid" };
  const time = guessTime(snake);
  if (time) return recent(time);
  return own(texts, snake)?.() ?? null;
}

function guessTime(snake: string): TimeShape | null {
  if (/_at$|^(timestamp|datetime|date_time)$/.test(snake)) return "date-time";
  return /(^|_)(date|day|birthday|dob)$/.test(snake) && !/^(of_)?day$/.test(snake) ? "date" : null;
}

export const recent = (shape: TimeShape): Operator => ({
  kind: "between",
  shape,
  period: { days: 365 },
  growth: 1,
  rhythm: "none",
});

/** The time of a format, in the years in which people were born where the name says so. */
export function guessPeriod(name: string, shape: TimeShape): Operator {
  if (!/birth|^dob$/.test(snakeCase(name))) return recent(shape);
  const period = { fromMs: Date.UTC(1945, 0, 1), toMs: Date.UTC(2008, 0, 1) };
  return { kind: "between", shape, period, growth: 1, rhythm: "none" };
}

export interface GuessedNumber {
  readonly operator: Operator;
  readonly range: readonly [number, number];
  readonly decimals: number | null;
}

const uniform = (low: number, high: number, decimals: number | null = null): GuessedNumber => ({
  operator: { kind: "uniform" },
  range: [low, high],
  decimals,
});
const money: GuessedNumber = {
  operator: { kind: "lognormal", mu: 3.5, sigma: 1 },
  range: [0.01, 10_000],
  decimals: 2,
};

const numbers: Readonly<Record<string, GuessedNumber>> = {
  age: uniform(18, 90),
  quantity: uniform(1, 10),
  qty: uniform(1, 10),
  price: money,
  amount: money,
  total: money,
  cost: money,
  subtotal: money,
  unit_price: money,
  tax: money,
  lat: uniform(-90, 90, 6),
  latitude: uniform(-90, 90, 6),
  lon: uniform(-180, 180, 6),
  lng: uniform(-180, 180, 6),
  longitude: uniform(-180, 180, 6),
  year: uniform(1990, 2029),
  month: uniform(1, 12),
  hour: uniform(0, 23),
  minute: uniform(0, 59),
  percent: uniform(0, 100),
  percentage: uniform(0, 100),
  rating: uniform(1, 5),
  score: uniform(0, 100),
  port: uniform(1_024, 65_535),
  temperature: { operator: { kind: "normal", mean: 20, deviation: 5 }, range: [-20, 60], decimals: 1 },
};

export function guessNumber(name: string, type: "integer" | "number"): GuessedNumber | null {
  const snake = snakeCase(name);
  if (type === "integer") {
    if (snake === "id")
      return {
        operator: { kind: "sequence", before: "", digits: 0, after: "", start: 1 },
        range: [1, Number.MAX_SAFE_INTEGER],
        decimals: null,
      };
    if (/_id$/.test(snake)) return uniform(1, 100_000);
    if (guessTime(snake) === "date-time")
      return { operator: recent("unix-seconds"), range: [0, 253_402_300_799], decimals: null };
  }
  return own(numbers, snake) ?? null;
}

/** A field may be called `constructor`. */
const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
