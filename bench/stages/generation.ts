import { faker } from "@faker-js/faker";
import { createRecordWriter, type RecordOptions } from "../../records/generate.ts";
import { type OptionsRequest, settleOptions } from "../../records/options.ts";
import { userType } from "../../records/user.ts";
import { Utf8Writer } from "../../records/utf8-writer.ts";
import { type Measurement, median, rateOf, timed } from "../measure.ts";
import { allFields, benchOptions } from "../records.ts";

const records = 200_000;
const fakerRecords = 20_000;
const rounds = 3;

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

/** V8 joins the pieces of a text when it is read for the first time: only as bytes is Faker's record made. */
const utf8 = Buffer.alloc(64 * 1024);

/** Records as JSON in UTF-8 on one core, beside Faker's own methods. */
export async function benchGeneration(): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const { what, options } of draws) measurements.push(await benchDraws(what, options));
  return measurements;
}

async function benchDraws(what: string, options: RecordOptions): Promise<Measurement> {
  const write = createRecordWriter(userType, options);
  const out = new Utf8Writer();
  const fields = allFields.filter((name) => options.fields.includes(name));
  const own: number[] = [];
  const fakers: number[] = [];
  let bytes = 0;
  for (let round = 0; round <= rounds; round++) {
    bytes = 0;
    const ownSeconds = await timed(() => {
      for (let seq = 0; seq < records; seq++) {
        out.clear();
        write(seq, out);
        bytes += out.size;
      }
    });
    const fakerSeconds = await timed(() => {
      for (let seq = 0; seq < fakerRecords; seq++) utf8.write(fakerRecord(fields));
    });
    // The first round warms both up.
    if (round === 0) continue;
    own.push(ownSeconds);
    fakers.push(fakerSeconds);
  }
  return rateOf(
    "generation",
    what,
    { records, seconds: median(own) },
    [{ what: "@faker-js/faker", records: fakerRecords, seconds: median(fakers) }],
    { bytesPerRecord: Math.round(bytes / records) },
  );
}

function fakerRecord(fields: readonly string[]): string {
  const record: Record<string, unknown> = {};
  for (const field of fields) record[field] = fakerFields[field]?.();
  return JSON.stringify(record);
}
