import { expect } from "chai";
import fc from "fast-check";
import { compileSampler } from "../../generate/compile-sampler.ts";
import { largestValue } from "../../generate/largest-value.ts";
import { formats, personFeatures } from "../../generate/shapes/nodes.ts";
import { Utf8Writer } from "../../generate/utf8-writer.ts";
import { parseOne, withField } from "../types/definitions.ts";
import { run } from "./nodes.ts";

const schemas: readonly string[] = [
  "{ type: string }",
  "{ type: string, minLength: 200, maxLength: 300 }",
  '{ type: [string, "null"], pattern: "^[\\\\u0001-\\\\u0003日本]{0,9}$" }',
  "{ type: string, x-generate: { sequence: 'dev-\"{0000000}' } }",
  '{ type: string, x-generate: { template: "\\"{other}{other}" } }',
  "{ type: string, x-generate: { concat: [other, { text: ä }, other] } }",
  "{ type: string, x-generate: uuid }",
  "{ type: string, format: date-time }",
  "{ type: number, minimum: -1.0e+300, maximum: 1.0e+300 }",
  "{ type: number, minimum: -1, maximum: 1.0e-9, multipleOf: 1.0e-12 }",
  "{ type: number, x-generate: { product: [other, other, 0.001] } }",
  "{ type: integer, minimum: 9007199254740993, maximum: 18446744073709551615 }",
  "{ enum: [a, 'b\"', { c: [1, 2, 3] }] }",
  "{ type: array, items: { type: [string, integer] }, maxItems: 20 }",
  "{ type: array, prefixItems: [{ type: boolean }], items: { format: ipv4, type: string }, minItems: 3 }",
  "{ type: object, minProperties: 2, maxProperties: 9, additionalProperties: { type: string } }",
  "{ oneOf: [{ type: object, properties: { a: {} } }, { type: integer }] }",
  "{ type: string, x-generate: { faker: lorem.paragraphs, args: 12 } }",
  "{ type: string, x-generate: { faker: string.alpha, args: { length: { min: 1, max: 1900 } } } }",
  "{ type: string, maxLength: 7, x-generate: { faker: lorem.paragraphs, locale: ja } }",
  ...["image.dataUri", "git.commitEntry", "internet.jwt", "lorem.paragraphs", "internet.userAgent"].map(
    (method) => `{ type: string, x-generate: { faker: ${method} } }`,
  ),
  ...formats.map((format) => `{ type: string, format: ${format} }`),
  ...personFeatures.map((feature) => `{ type: string, x-generate: { person: ${feature} } }`),
];

describe("the most bytes of a record", () => {
  for (const schema of schemas) {
    it(`are never exceeded, and not far from what is made: ${schema}`, () => {
      const definition = parseOne(withField(schema));
      const most = largestValue(definition.root);
      const out = new Utf8Writer();
      let largest = 0;
      fc.assert(
        fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 1e9 }), (seed, first) => {
          const { write } = compileSampler(definition, { ...run, seed });
          for (let seq = first; seq < first + 20; seq++) {
            out.clear();
            write(seq, out);
            expect(out.size, out.toString()).to.be.at.most(most);
            largest = Math.max(largest, out.size);
          }
        }),
        { numRuns: 25 },
      );
      expect(most).to.be.below(40 * largest);
    });
  }
});

describe("texts of Faker's", () => {
  it("that have more bytes than a value may have are cut, and values that take too many draws are drawn again", () => {
    const definition = parseOne(
      withField(
        "{ type: string, x-generate: { faker: string.alpha, args: { length: { min: 1, max: 30000 } } } }",
      ),
    );
    const sampler = compileSampler(definition, run);
    const lengths = Array.from({ length: 40 }, (_, seq) => (sampler.value(seq) as { x: string }).x.length);
    expect(Math.max(...lengths)).to.equal(16_382);
    expect(Math.min(...lengths)).to.be.below(16_382);
  });
});
