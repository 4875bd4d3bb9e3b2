import { faker } from "@faker-js/faker";
import { createGeneratorSync } from "json-schema-faker";
import { compileSampler } from "../../generate/compile-sampler.ts";
import type { Definition } from "../../generate/shapes/nodes.ts";
import { Utf8Writer } from "../../records/utf8-writer.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { type Measurement, median, rateOf, timed } from "../measure.ts";
import { benchOptions } from "../records.ts";

const records = 200_000;
const fakerRecords = 20_000;
const jsonSchemaFakerRecords = 2_000;
const rounds = 3;

/** Ten flat fields of mixed types in plain JSON Schema: what each of the three makes of it by default. */
export const schema = {
  title: "sale",
  type: "object",
  required: ["id", "email", "sold_at", "status", "quantity", "price", "paid", "sku", "address", "note"],
  properties: {
    id: { type: "string", format: "uuid" },
    email: { type: "string", format: "email" },
    sold_at: { type: "string", format: "date-time" },
    status: { enum: ["placed", "paid", "shipped", "returned"] },
    quantity: { type: "integer", minimum: 1, maximum: 5 },
    price: { type: "number", minimum: 0, maximum: 1_000, multipleOf: 0.01 },
    paid: { type: "boolean" },
    sku: { type: "string", pattern: "^[A-Z]{3}-[0-9]{5}$" },
    address: { type: "string", format: "ipv4" },
    note: { type: "string", maxLength: 80 },
  },
};

/** The same fields by Faker's own methods. */
const fakerFields: Readonly<Record<keyof typeof schema.properties, () => unknown>> = {
  id: () => faker.string.uuid(),
  email: () => faker.internet.exampleEmail(),
  sold_at: () => faker.date.past(),
  status: () => faker.helpers.arrayElement(schema.properties.status.enum),
  quantity: () => faker.number.int({ min: 1, max: 5 }),
  price: () => faker.number.float({ min: 0, max: 1_000, multipleOf: 0.01 }),
  paid: () => faker.datatype.boolean(),
  sku: () => faker.helpers.fromRegExp("[A-Z]{3}-[0-9]{5}"),
  address: () => faker.internet.ipv4(),
  note: () => faker.lorem.words({ min: 2, max: 4 }),
};

/** V8 joins the pieces of a text when it is read for the first time: only as bytes is a record made. */
const utf8 = Buffer.alloc(64 * 1024);

/** Records of a type of one's own as JSON in UTF-8 on one core, beside Faker's own methods and json-schema-faker. */
export async function benchOwnTypes(): Promise<Measurement[]> {
  const own: number[] = [];
  const fakers: number[] = [];
  const jsonSchemaFakers: number[] = [];
  const sampler = compileSampler(definition(), benchOptions);
  const out = new Utf8Writer();
  const fields = Object.entries(fakerFields);
  const generator = createGeneratorSync({ seed: benchOptions.seed });
  let bytes = 0;
  for (let round = 0; round <= rounds; round++) {
    bytes = 0;
    const ownSeconds = await timed(() => {
      for (let seq = 0; seq < records; seq++) {
        out.clear();
        sampler.write(seq, out);
        bytes += out.size;
      }
    });
    const fakerSeconds = await timed(() => {
      for (let seq = 0; seq < fakerRecords; seq++) {
        utf8.write(JSON.stringify(Object.fromEntries(fields.map(([name, draw]) => [name, draw()]))));
      }
    });
    const jsonSchemaFakerSeconds = await timed(() => {
      for (let seq = 0; seq < jsonSchemaFakerRecords; seq++)
        utf8.write(JSON.stringify(generator.generate(schema)));
    });
    // The first round warms all of them up.
    if (round === 0) continue;
    own.push(ownSeconds);
    fakers.push(fakerSeconds);
    jsonSchemaFakers.push(jsonSchemaFakerSeconds);
  }
  return [
    rateOf(
      "own-types",
      "ten fields of an own type",
      { records, seconds: median(own) },
      [
        { what: "@faker-js/faker", records: fakerRecords, seconds: median(fakers) },
        { what: "json-schema-faker", records: jsonSchemaFakerRecords, seconds: median(jsonSchemaFakers) },
      ],
      { bytesPerRecord: Math.round(bytes / records) },
    ),
  ];
}

export function definition(): Definition {
  const { definitions, problems } = parseDefinitions(JSON.stringify(schema));
  const [only] = definitions;
  if (only === undefined) throw new Error(JSON.stringify(problems));
  return only;
}
