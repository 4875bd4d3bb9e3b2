import { compileSampler } from "../generate/compile-sampler.ts";
import type { Json } from "../generate/shapes/nodes.ts";
import { keyOf } from "../generate/shapes/same-json.ts";
import { relateAlone } from "../records/relate-alone.ts";
import { createOwnType } from "../types/compile/own-type.ts";
import type { argumentSchemas, modifierSchemas, operatorSchemas } from "../types/definition/meta-schema.ts";
import { parseDefinitions } from "../types/definition/parse-definitions.ts";

/** The schema of a field in YAML, and those of fields that it is made from. */
export interface Example {
  readonly field: string;
  readonly beside?: string;
  /** What the record has to do with others, and their definitions. */
  readonly record?: string;
  readonly others?: string;
}

type Keyword = keyof typeof operatorSchemas | keyof typeof argumentSchemas | keyof typeof modifierSchemas;

const amounts =
  "net: { type: integer, minimum: 1, maximum: 9 }, tax: { type: integer, minimum: 1, maximum: 3 }";
const names = "first: { x-generate: { person: first_name } }, last: { x-generate: { person: last_name } }";
const customers =
  'x-record: { name: customer, count: 3 }\nproperties: { id: { type: string, maxLength: 9, x-generate: { sequence: "c-{000}" } }, city: { type: string, maxLength: 40, x-generate: { person: city } } }\nrequired: [id, city]';
const baskets =
  'x-record: { name: basket, count: 4 }\nproperties: { id: { type: string, maxLength: 9, x-generate: { sequence: "b-{000}" } } }\nrequired: [id]';
const child = "childOf: basket, count: { range: [1, 3] }";
const items =
  "x-record: { name: item, childOf: example, count: { range: [0, 3] } }\nproperties: { price: { type: integer, minimum: 1, maximum: 9 } }\nrequired: [price]";
const reading = "seriesOf: basket, every: PT10M, jitter: PT1M";
const ordered = "ordered: { format: date, x-generate: { between: [2026-03-01, 2026-03-31] } }";

/** One of each keyword; the compiler asks for those that are missing. */
export const operatorExamples: Readonly<Record<Keyword, Example>> = {
  faker: { field: "{ type: string, x-generate: { faker: commerce.productName } }" },
  person: { field: "{ type: string, x-generate: { person: email } }" },
  values: { field: "{ x-generate: { values: [small, large, 5] } }" },
  uniform: { field: "{ type: integer, x-generate: { uniform: [1, 6] } }" },
  normal: { field: "{ type: number, x-generate: { normal: [21, 3], decimals: 1 } }" },
  lognormal: { field: "{ type: number, x-generate: { lognormal: [3, 0.8], decimals: 2 } }" },
  exponential: { field: "{ type: integer, minimum: 0, x-generate: { exponential: 40 } }" },
  zipf: { field: "{ type: integer, minimum: 1, maximum: 1000, x-generate: { zipf: 1.1 } }" },
  pattern: { field: '{ type: string, x-generate: { pattern: "[A-Z]{3}-[0-9]{5}" } }' },
  sequence: { field: '{ type: string, x-generate: { sequence: "dev-{0000}" } }' },
  uuid: { field: "{ type: string, x-generate: uuid }" },
  words: { field: "{ type: string, maxLength: 30, x-generate: words }" },
  format: { field: "{ type: string, x-generate: { format: ipv4 } }" },
  between: { field: "{ format: date, x-generate: { between: [2026-01-01, 2026-12-31] } }" },
  after: { field: "{ format: date, x-generate: { after: ordered, within: P5D } }", beside: ordered },
  before: { field: "{ format: date, x-generate: { before: ordered, within: P5D } }", beside: ordered },
  product: { field: "{ type: number, x-generate: { product: [net, 0.2], decimals: 2 } }", beside: amounts },
  add: { field: "{ type: integer, x-generate: { add: [net, tax, 10] } }", beside: amounts },
  concat: { field: '{ type: string, x-generate: { concat: [first, { text: " " }, last] } }', beside: names },
  template: {
    field: '{ type: string, x-generate: { template: "{first}.{last}@example.com" } }',
    beside: names,
  },
  ref: { field: "{ type: string, x-generate: { ref: customer.id } }", others: customers },
  pick: { field: "{ type: string, x-generate: { ref: customer.id, pick: each } }", others: customers },
  parent: { field: "{ type: string, x-generate: { parent: id } }", record: child, others: baskets },
  ordinal: { field: "{ type: integer, x-generate: ordinal }", record: child, others: baskets },
  sum: { field: "{ type: integer, x-generate: { sum: item.price } }", others: items },
  count: { field: "{ type: integer, x-generate: { count: item } }", others: items },
  min: { field: '{ type: [integer, "null"], x-generate: { min: item.price } }', others: items },
  max: { field: '{ type: [integer, "null"], x-generate: { max: item.price } }', others: items },
  tick: { field: "{ format: date-time, x-generate: tick }", record: reading, others: baskets },
  series: {
    field: "{ type: number, x-generate: { series: { base: 20, daily: 4, noise: 0.5 }, decimals: 1 } }",
    record: reading,
    others: baskets,
  },
  machine: {
    field: "{ enum: [up, down], x-generate: { machine: { up: { down: 0.1 }, down: { up: 0.5 } } } }",
    record: reading,
    others: baskets,
  },
  args: { field: "{ type: string, x-generate: { faker: string.alpha, args: [5] } }" },
  locale: { field: "{ type: string, x-generate: { faker: location.city, locale: de } }" },
  weights: { field: "{ enum: [paid, open], x-generate: { weights: [9, 1] } }" },
  within: { field: "{ format: date, x-generate: { after: ordered, within: P90D } }", beside: ordered },
  atLeast: {
    field: "{ format: date, x-generate: { after: ordered, atLeast: P10D, within: P12D } }",
    beside: ordered,
  },
  growth: { field: "{ format: date, x-generate: { between: [2020-01-01, 2025-12-31], growth: 100 } }" },
  rhythm: {
    field: "{ format: date-time, x-generate: { between: [2026-01-01, 2026-12-31], rhythm: daily } }",
  },
  nulls: { field: '{ type: [integer, "null"], x-generate: { uniform: [1, 6], nulls: 0.5 } }' },
  absent: { field: "{ type: integer, x-generate: { uniform: [1, 6], absent: 0.5 } }" },
  unique: { field: "{ type: integer, minimum: 1, maximum: 4, x-generate: { unique: true } }" },
  skew: { field: "{ enum: [a, b, c, d, e], x-generate: { skew: 2 } }" },
  decimals: { field: "{ type: number, minimum: 0, maximum: 1, x-generate: { decimals: 3 } }" },
};

const shown = 4;

/** What the field is in the first records of seed 42, as JSON; nothing where it is not there. */
export async function valuesOf({
  field,
  beside,
  record,
  others,
}: Example): Promise<readonly (string | null)[]> {
  const text = [
    `{ x-record: { name: example${record === undefined ? "" : `, ${record}`} }, properties: { ${beside === undefined ? "" : `${beside}, `}field: ${field} } }`,
    ...(others === undefined ? [] : [others]),
  ].join("\n---\n");
  const { definitions, problems } = parseDefinitions(text);
  const [definition] = definitions;
  if (definition === undefined || problems.length > 0)
    throw new Error(`${text}: ${problems.map(({ message }) => message).join("; ")}`);
  const types = new Map(definitions.map((each) => [each.name, createOwnType(each)]));
  const run = { seed: 42, referenceDate: new Date("2026-11-24T00:00:00Z") };
  const alone = await relateAlone(async (name) => types.get(name) ?? null, [definition.name], run);
  if (alone.kind === "refused") throw new Error(alone.problems.map(({ message }) => message).join("; "));
  const { value } = compileSampler(definition, { ...run, related: alone.related });
  return Array.from({ length: shown }, (_, seq) => {
    const made = value(seq) as { readonly field?: Json };
    return made.field === undefined ? null : keyOf(made.field);
  });
}
