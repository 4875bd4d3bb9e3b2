import { faker } from "@faker-js/faker";
import { createGeneratorSync } from "json-schema-faker";
import { compileSampler } from "../../generate/compile-sampler.ts";
import type { Definition } from "../../generate/shapes/nodes.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { inProcess, measureBeside } from "../beside.ts";
import type { Measurement } from "../measure.ts";
import { benchOptions } from "../records.ts";

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

/** Records of a type of one's own, beside Faker's own methods and json-schema-faker. */
export async function benchOwnTypes(): Promise<Measurement[]> {
  const { write } = compileSampler(definition(), benchOptions);
  const fields = Object.entries(fakerFields);
  const generator = createGeneratorSync({ seed: benchOptions.seed });
  return [
    await measureBeside("own-types", "ten fields of an own type", write, [
      inProcess("@faker-js/faker", 20_000, () =>
        JSON.stringify(Object.fromEntries(fields.map(([name, draw]) => [name, draw()]))),
      ),
      inProcess("json-schema-faker", 2_000, () => JSON.stringify(generator.generate(schema))),
    ]),
  ];
}

export function definition(): Definition {
  const { definitions, problems } = parseDefinitions(JSON.stringify(schema));
  const [only] = definitions;
  if (only === undefined) throw new Error(JSON.stringify(problems));
  return only;
}
