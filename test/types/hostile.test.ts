import { expect } from "chai";
import type { Definition } from "../../generate/shapes/nodes.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { tryRecords } from "../../types/try-records.ts";

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const ofField = (x: object, beside: object = {}): string =>
  JSON.stringify({ $id: "thing", type: "object", required: ["x"], properties: { ...beside, x } });

/** Schemas that each refer to the next, as `wrap` has it. */
const graph = (wrap: (next: object) => object, depth = 40): string =>
  JSON.stringify({
    $id: "thing",
    properties: { x: { $ref: "#/$defs/0" } },
    $defs: Object.fromEntries(
      times(depth, (n) => [n, n + 1 < depth ? wrap({ $ref: `#/$defs/${n + 1}` }) : { type: "string" }]),
    ),
  });

/** Fields that each are made from the next. */
const chain = (depth: number, last: object, made: (next: string) => object): string =>
  JSON.stringify({
    $id: "thing",
    properties: Object.fromEntries(times(depth, (n) => [`f${n}`, n + 1 < depth ? made(`f${n + 1}`) : last])),
  });
const faker = (method: string, args: unknown): string =>
  ofField({ type: "string", "x-generate": { faker: method, args } });
const nested = (depth: number, wrap: (inner: object) => object, inner: object): object =>
  depth === 0 ? inner : wrap(nested(depth - 1, wrap, inner));
const small = { type: "integer", minimum: 0, maximum: 9 };

/** What is posted, and what is said of it: which limit it goes beyond, and where. */
const refused: Readonly<Record<string, readonly [text: string, pointer: RegExp, message: RegExp]>> = {
  "arrays of a thousand arrays": [
    ofField(nested(4, (items) => ({ type: "array", minItems: 1_000, items }), { type: "integer" })),
    /^\/properties\/x\/items/,
    /may have 14,003,002 bytes as JSON; a record may have 900,000/,
  ],
  "ten thousand texts of a hundred thousand characters": [
    ofField({ type: "array", minItems: 10_000, items: { const: "b".repeat(100_000) } }),
    /^\/properties\/x$/,
    /a record may have 900,000/,
  ],
  "texts that double from field to field": [
    chain(40, { type: "string", minLength: 30 }, (next) => ({
      type: "string",
      "x-generate": { concat: [next, next] },
    })),
    /^\/properties\/f\d+$/,
    /a record may have 900,000/,
  ],
  "long texts of which only the beginning is wanted": [
    ofField(
      { type: "string", maxLength: 5, "x-generate": { template: "{y}".repeat(3_000) } },
      { y: { type: "string", minLength: 5_000 } },
    ),
    /^\/properties\/x$/,
    /a record may have 900,000/,
  ],
  "products of products": [
    chain(40, { type: "integer", minimum: 2 }, (next) => ({
      type: "number",
      "x-generate": { product: times(100, () => next) },
    })),
    /\/x-generate\/product$/,
    /beyond ±1.797/,
  ],
  "a thousand sums in a row": [
    chain(1_000, { type: "integer" }, (next) => ({ type: "number", "x-generate": { add: [next, 1] } })),
    /\/x-generate\/add\/0$/,
    /more than 100 fields that are made from one another/,
  ],
  "a thousand sums in a row, the first of them first": [
    JSON.stringify({
      $id: "thing",
      properties: Object.fromEntries(
        times(1_000, (n) => [
          `f${n}`,
          n === 0 ? { type: "integer" } : { type: "number", "x-generate": { add: [`f${n - 1}`, 1] } },
        ]),
      ),
    }),
    /\/x-generate\/add\/0$/,
    /more than 100 fields that are made from one another/,
  ],
  "multiples of everything": [
    ofField({ type: "integer", allOf: times(300, (n) => ({ multipleOf: 1e300 + 7e290 * n })) }),
    /\/multipleOf$/,
    /no multiple but 0/,
  ],
  "a million properties": [
    ofField({ type: "object", minProperties: 1_000_000 }),
    /\/minProperties$/,
    /above 1,000/,
  ],
  "a billion letters of Faker": [faker("string.alpha", 1e9), /\/x-generate\/args$/, /100,000 are allowed/],
  "millions of Faker's words": [
    faker("lorem.words", { min: 1e6, max: 1e7 }),
    /\/x-generate\/args$/,
    /100,000 are allowed/,
  ],
  "more draws of Faker than a value is worth": [
    faker("lorem.words", 99_999),
    /^\/properties\/x$/,
    /takes more than 20,000 draws for a value/,
  ],
  "a pattern of Faker's that repeats": [
    faker("helpers.replaceCreditCardSymbols", ["#{100000000}"]),
    /\/x-generate\/args$/,
    /too many repetitions/,
  ],
  "long lists for Faker": [
    faker("helpers.arrayElement", [times(5_000, (n) => `value ${n}`)]),
    /\/x-generate\/args$/,
    /16,384 are allowed/,
  ],
  "allOf that doubles": [graph((next) => ({ allOf: [next, next] })), /allOf/, /more than 50,000 steps/],
  "anyOf that doubles": [
    graph((next) => ({ anyOf: [next, next] })),
    /.*/,
    /more than (50,000 steps|4,000 fields)/,
  ],
  "properties that double": [
    graph(
      (next) => ({
        type: "object",
        required: ["a"],
        properties: { a: next },
        allOf: [{ properties: { a: next } }],
      }),
      30,
    ),
    /.*/,
    /more than 50,000 steps/,
  ],
  "conditions that double": [
    graph((next) => ({ if: next, else: next, not: { not: next } }), 30),
    /.*/,
    /more than \d[\d,]* (schemas|steps)/,
  ],
  "a list of thousands of references to a list of values": [
    JSON.stringify({
      $id: "thing",
      properties: Object.fromEntries(times(900, (n) => [`f${n}`, { $ref: "#/$defs/e" }])),
      $defs: { e: { enum: times(9_000, (n) => n) } },
    }),
    /enum$/,
    /more than 50,000 steps/,
  ],
  "thousands of constants as branches": [
    ofField({ oneOf: times(9_000, (n) => ({ const: n })) }),
    /\/oneOf$/,
    /has 9,000 members; 1,000 are allowed; values alone are an enum/,
  ],
  "thousands of patterns of names": [
    ofField({ patternProperties: Object.fromEntries(times(3_000, (n) => [`^(a|b)*${n}$`, {}])) }),
    /\/patternProperties$/,
    /1,000 are allowed/,
  ],
  "thousands of schemas": [
    JSON.stringify({
      $id: "thing",
      $defs: { a: { allOf: times(900, () => ({ allOf: times(9, () => ({})) })) } },
    }),
    /^$/,
    /6,000 are allowed/,
  ],
  "thousands of values that only a check can tell": [
    ofField({ properties: Object.fromEntries(times(900, (n) => [n, { ...small, not: { const: 3 } }])) }),
    /^\/properties\/x\/properties\/\d+$/,
    /500 are allowed/,
  ],
  "a hundred definitions that each take their time": [
    times(100, (n) => graph((next) => ({ allOf: [next, next] })).replace('"thing"', `"thing_${n}"`)).join(
      "\n---\n",
    ),
    /allOf/,
    /more than 50,000 steps/,
  ],
  "checks within checks": [
    ofField(
      nested(
        10,
        (a) => ({
          type: "object",
          required: ["a", "b"],
          properties: { a, b: small },
          not: { properties: { b: { minimum: 3 } } },
        }),
        small,
      ),
    ),
    /^\/properties\/x/,
    /drawn again so often|draws in a row were not valid/,
  ],
  "centuries of days, each with its weight, for every field": [
    ofField({
      properties: Object.fromEntries(
        times(900, (n) => [
          n,
          { type: "string", format: "date", "x-generate": { between: "P99999D", rhythm: "weekly" } },
        ]),
      ),
    }),
    /^\/properties\/x\/properties\/10$/,
    /1,000,000 that a definition may/,
  ],
  "repetitions of repetitions": [
    ofField({ type: "string", pattern: "((a{1,1000}){1,1000}){1,1000}" }),
    /\/pattern$/,
    /4,200 parts are allowed/,
  ],
  "patterns that are too many together": [
    ofField({
      properties: Object.fromEntries(times(900, (n) => [n, { type: "string", pattern: `^b{0,4000}${n}$` }])),
    }),
    /\/pattern$/,
    /more than 100,000 parts/,
  ],
  "more lengths than can be counted": [
    ofField({ type: "string", pattern: "^((a{2}){0,30}|b{3}){0,40}$", minLength: 100, maxLength: 3_000 }),
    /\/pattern$/,
    /different lengths/,
  ],
};

const right: Readonly<Record<string, string>> = {
  "all of nine thousand values, each once": ofField({
    type: "array",
    uniqueItems: true,
    minItems: 9_000,
    items: { enum: times(9_000, (n) => n) },
  }),
  "a thousand constants as branches": ofField({ oneOf: times(1_000, (n) => ({ const: n })) }),
  "a thousand objects that a constant tells apart": ofField({
    oneOf: times(90, (n) => ({ type: "object", required: ["k"], properties: { k: { const: n } } })),
  }),
  "an enum of thousands beside another": ofField({
    allOf: [{ enum: times(9_000, (n) => n) }, { enum: times(9_000, (n) => n + 8_000) }],
  }),
  "arrays in arrays that may have thousands of items": ofField(
    nested(8, (items) => ({ type: "array", maxItems: 10_000, items }), { type: "string" }),
  ),
  "a thousand fields": ofField({
    type: "object",
    properties: Object.fromEntries(
      times(999, (n) => [`f${n}`, { type: ["string", "integer", "boolean"][n % 3] }]),
    ),
  }),
  "patterns of the length of texts": ofField({ type: "string", pattern: "^[a-z ]{1,4000}$", minLength: 100 }),
};

/** A few records: as many as are made at a registration would only take its time. */
const inspect = (definition: Definition): ReturnType<typeof tryRecords> => tryRecords(definition, 20);

/** Each takes about one; without its limit it takes minutes, or all of the memory. */
const mostSeconds = 10;

/** The processor's time, whatever else the machine does. */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

describe("whatever is posted as a definition", () => {
  // ajv and the tables of names are compiled once.
  before(() => parseDefinitions(ofField({ type: "string" }), { inspect }));

  for (const [what, [text, pointer, message]] of Object.entries(refused)) {
    it(`is refused within seconds, with the limit that it goes beyond: ${what}`, () => {
      let problems: ReturnType<typeof parseDefinitions>["problems"] = [];
      const seconds = cpuSeconds(() => {
        ({ problems } = parseDefinitions(text, { inspect }));
      });
      expect(problems.map((problem) => `${problem.pointer}: ${problem.message}`)).not.to.deep.equal([]);
      expect(problems[0]?.pointer).to.match(pointer);
      expect(problems[0]?.message).to.match(message);
      expect(seconds).to.be.below(mostSeconds);
    });
  }

  for (const [what, text] of Object.entries(right)) {
    it(`is checked within seconds: ${what}`, () => {
      let problems: ReturnType<typeof parseDefinitions>["problems"] = [];
      const seconds = cpuSeconds(() => {
        ({ problems } = parseDefinitions(text, { inspect }));
      });
      expect(problems).to.deep.equal([]);
      expect(seconds).to.be.below(mostSeconds);
    });
  }
});
