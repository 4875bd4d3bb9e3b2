import { faker } from "@faker-js/faker";
import { createRecordWriter, type RecordOptions } from "../../types/user/generate.ts";
import { type OptionsRequest, settleOptions } from "../../types/user/options.ts";
import { userType } from "../../types/user/user.ts";
import { inProcess, measureBeside } from "../beside.ts";
import type { Measurement } from "../measure.ts";
import { allFields, benchOptions } from "../records.ts";

const withOptions = (request: OptionsRequest): RecordOptions => ({
  ...benchOptions,
  options: settleOptions(userType, request),
});

/** What is drawn; each is measured beside Faker's own methods for the same fields. */
const draws: readonly { readonly what: string; readonly options: RecordOptions }[] = [
  { what: "all fields", options: benchOptions },
  { what: "all fields, drawn independently", options: withOptions({ coherent: false }) },
  {
    what: "all fields, five locales",
    options: withOptions({ locale: { de: 1, fr: 1, ja: 1, pl: 1, pt_BR: 1 } }),
  },
  { what: "all fields, unique e-mails", options: withOptions({ unique: ["email"] }) },
  { what: "name, email, country", options: { ...benchOptions, fields: ["name", "email", "country"] } },
  { what: "name", options: { ...benchOptions, fields: ["name"] } },
];

/** The fields by Faker's own methods. */
const fakerFields: Readonly<Record<string, () => unknown>> = {
  name: () => faker.person.fullName(),
  email: () => faker.internet.exampleEmail(),
  date: () => faker.date.past(),
  password_hash: () => faker.string.hexadecimal({ length: 64, casing: "lower", prefix: "" }),
  country: () => faker.location.country(),
  city: () => faker.location.city(),
  phone_number: () => faker.phone.number(),
  job: () => faker.person.jobTitle(),
  company: () => faker.company.name(),
  ipv4: () => faker.internet.ipv4(),
};

/** Records beside Faker's own methods. */
export async function benchGeneration(): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const { what, options } of draws) {
    const fields = allFields.filter((name) => options.fields.includes(name));
    const fakers = inProcess("@faker-js/faker", 20_000, () => fakerRecord(fields));
    measurements.push(
      await measureBeside("generation", what, createRecordWriter(userType, options), [fakers]),
    );
  }
  return measurements;
}

function fakerRecord(fields: readonly string[]): string {
  const record: Record<string, unknown> = {};
  for (const field of fields) record[field] = fakerFields[field]?.();
  return JSON.stringify(record);
}
