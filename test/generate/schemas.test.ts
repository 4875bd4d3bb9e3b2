import { expect } from "chai";
import { checkedAttempts } from "../../generate/attempts.ts";
import { compileSampler } from "../../generate/compile-sampler.ts";
import { CannotSample } from "../../generate/sampler.ts";
import { createValidator } from "../../generate/shapes/create-validator.ts";
import type { Definition, Json } from "../../generate/shapes/nodes.ts";
import { Utf8Writer } from "../../generate/utf8-writer.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { tryRecords } from "../../types/try-records.ts";
import { parseOne, withField } from "../types/definitions.ts";
import { run } from "./nodes.ts";

/** Definitions as people write them, by what is told of them. */
const schemas: Readonly<Record<string, string>> = {
  "flat records without annotations": `
    title: customer
    type: object
    required: [id, email, created_at]
    properties:
      id: { type: string, format: uuid }
      email: { type: string, format: email, maxLength: 100 }
      created_at: { type: string, format: date-time }
      birthday: { type: string, format: date }
      city: { type: string, minLength: 3, maxLength: 40 }
      visits: { type: integer, minimum: 0, exclusiveMaximum: 1000 }
      balance: { type: number, multipleOf: 0.01, minimum: -500, maximum: 500 }
      active: { type: boolean }
      level: { enum: [gold, silver, 3, null] }
      note: { type: [string, "null"] }`,
  "operators and what modifies them": `
    title: sale
    type: object
    required: [number, sku, quantity, price, amount, sold_at, shipped_at, buyer, mail]
    properties:
      number: { type: string, x-generate: { sequence: "S-{000000}" } }
      sku: { type: string, pattern: "^[A-Z]{3}-[0-9]{5}$", x-generate: { unique: true } }
      quantity: { type: integer, minimum: 1, maximum: 5, x-generate: { zipf: 1.2 } }
      price: { type: number, multipleOf: 0.01, x-generate: { lognormal: [3, 0.8], decimals: 2 } }
      amount: { type: number, multipleOf: 0.01, x-generate: { product: [quantity, price] } }
      sold_at: { type: string, format: date-time, x-generate: { between: [2026-01-01, 2026-06-30], growth: 3, rhythm: daily } }
      shipped_at: { type: string, format: date-time, x-generate: { after: sold_at, within: P9D } }
      buyer: { type: string, x-generate: { person: first_name } }
      mail: { type: string, x-generate: { template: "{number}.{quantity}@example.com" } }
      product: { type: string, maxLength: 30, x-generate: { faker: commerce.productName, skew: 1.1 } }
      channel: { enum: [web, shop, phone], x-generate: { weights: [7, 2, 1], nulls: 0 } }`,
  "nested objects, arrays and choices": `
    title: order
    type: object
    required: [lines, payment]
    properties:
      lines:
        type: array
        minItems: 1
        maxItems: 4
        items:
          type: object
          required: [sku, quantity]
          properties:
            sku: { type: string, pattern: "^\\\\d{4}$" }
            quantity: { type: integer, minimum: 1, maximum: 9 }
            sizes: { type: array, items: { type: number, minimum: 0, maximum: 1 }, maxItems: 3 }
      tags: { type: array, uniqueItems: true, minItems: 2, maxItems: 4, items: { enum: [a, b, c, d] } }
      place: { type: array, prefixItems: [{ type: number }, { type: number }], items: false, minItems: 2 }
      payment:
        oneOf:
          - { type: object, required: [card], properties: { card: { type: string, pattern: "^[0-9]{16}$" } }, additionalProperties: false }
          - { type: object, required: [iban], properties: { iban: { type: string, minLength: 15, maxLength: 34 } }, additionalProperties: false }
      labels: { type: object, minProperties: 1, maxProperties: 3, additionalProperties: { type: string } }`,
  "references, and what holds for all of several schemas": `
    title: shape
    $defs:
      size: { type: integer, minimum: 1, maximum: 10 }
      box: { type: object, required: [width], properties: { width: { $ref: "#/$defs/size" }, inner: { $ref: "#/$defs/box" } } }
    type: object
    required: [box, even]
    properties:
      box: { $ref: "#/$defs/box" }
      even: { allOf: [{ $ref: "#/$defs/size" }, { multipleOf: 2 }, { maximum: 8 }] }`,
  "keywords that only restrict": `
    title: restricted
    type: object
    required: [odd, list, kind, value]
    properties:
      odd: { type: integer, minimum: 0, maximum: 99, not: { multipleOf: 2 } }
      list: { type: array, items: { type: integer, minimum: 0, maximum: 4 }, minItems: 2, maxItems: 6, contains: { const: 3 } }
      kind: { enum: [a, b] }
      value: { type: integer, minimum: 0, maximum: 9 }
    if: { properties: { kind: { const: a } } }
    then: { properties: { value: { minimum: 5 } } }`,
  "numbers of every size": `
    title: numbers
    type: object
    required: [a, b, c, d, e, f]
    properties:
      a: { type: integer, minimum: 9007199254740993, maximum: 9007199254741999 }
      b: { type: number, minimum: 0.1, maximum: 0.7, multipleOf: 0.1 }
      c: { type: number, exclusiveMinimum: -1e30, exclusiveMaximum: 1e30 }
      d: { type: number, minimum: 1.0e-9, maximum: 2.0e-9 }
      e: { type: integer, multipleOf: 7, minimum: -100, maximum: 100, x-generate: { normal: [0, 30] } }
      f: { type: number, minimum: 1, maximum: 2, x-generate: { exponential: 3, decimals: 3 } }`,
};

function parse(text: string): Definition {
  const { definitions, problems } = parseDefinitions(text);
  expect(problems).to.deep.equal([]);
  return definitions[0] as Definition;
}

describe("records of definitions", () => {
  for (const [what, text] of Object.entries(schemas)) {
    it(`of ${what} are valid: 2,000 of each of 3 seeds, here and there`, () => {
      const definition = parse(text);
      const validate = createValidator(definition.schema)("");
      const out = new Utf8Writer();
      for (const seed of [0, 42, 2 ** 53 - 1]) {
        const sampler = compileSampler(definition, { ...run, seed });
        for (let index = 0; index < 2_000; index++) {
          const seq = index < 1_000 ? index : sampler.capacity - index;
          out.clear();
          sampler.write(seq, out);
          if (!validate(JSON.parse(out.toString()))) expect.fail(`${out} ${JSON.stringify(validate.errors)}`);
        }
      }
    });
  }
});

describe("what is drawn again until it is right", () => {
  const narrow: Readonly<Record<string, string>> = {
    "a value that is valid": "{ type: integer, minimum: 0, maximum: 999, not: { minimum: 100 } }",
    "an item that is not there yet":
      "{ type: array, minItems: 4, maxItems: 4, uniqueItems: true, items: { type: object, required: [a], properties: { a: { type: integer, minimum: 0, maximum: 3 } } } }",
    "a name that is not there yet":
      "{ type: object, minProperties: 4, maxProperties: 4, propertyNames: { pattern: '^[a-d]$' }, additionalProperties: { type: boolean } }",
    "a text that passes a look-ahead": "{ type: string, pattern: '^(?=[ab])[a-z]{3}$' }",
  };
  for (const [what, schema] of Object.entries(narrow)) {
    it(`is drawn more often in a run than while it is checked: ${what}`, () => {
      const definition = parseOne(withField(schema));
      expect(tryRecords(definition)).to.have.length(1);
      const checked = compileSampler(definition, { ...run, maxAttempts: checkedAttempts });
      const atWork = compileSampler(definition, run);
      const asChecked = (seq: number): Json | null => {
        try {
          return checked.value(seq);
        } catch (error) {
          if (error instanceof CannotSample) return null;
          throw error;
        }
      };
      const sequence = Array.from({ length: 1_000 }, (_, seq) => seq);
      const [few, many] = [sequence.map(asChecked), sequence.map((seq) => atWork.value(seq))];
      expect(few).to.include(null);
      // What the first draws find stays as it is.
      expect(few.map((record, seq) => record ?? many[seq])).to.deep.equal(many);
    });
  }
});
