import { expect } from "chai";
import { stringify } from "yaml";
import { compileSampler } from "../../generate/compile-sampler.ts";
import { createValidator } from "../../generate/shapes/create-validator.ts";
import type { Definition } from "../../generate/shapes/nodes.ts";
import { explicit } from "../../types/definition/explicit.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { tryRecords } from "../../types/try-records.ts";
import { parseOne, withField } from "./definitions.ts";

const run = { seed: 7, referenceDate: new Date("2026-07-01T00:00:00Z") };

/** The field's values where it is there. */
function drawn(definition: Definition, count = 300): unknown[] {
  const { value } = compileSampler(definition, run);
  return Array.from({ length: count }, (_, seq) => (value(seq) as { x?: unknown }).x).filter(
    (x) => x !== undefined,
  );
}

/** The values of a field whose records are all valid. */
function valuesOf(schema: string): unknown[] {
  const definition = parseOne(withField(schema));
  expect(tryRecords(definition)).to.deep.equal([]);
  return drawn(definition);
}

const problemsOf = (schema: string): string[] =>
  parseDefinitions(withField(schema), { inspect: tryRecords }).problems.map(
    ({ pointer, message }) => `${pointer}: ${message}`,
  );

describe("what a definition means", () => {
  it("is one alternative where oneOf has alternatives that require different fields", () => {
    const values = valuesOf(
      "{ properties: { a: { type: integer }, b: { type: integer }, c: { type: integer } }, oneOf: [{ required: [a] }, { required: [b] }, { required: [c] }] }",
    );
    const shapes = new Set(values.map((value) => Object.keys(value as object).join()));
    expect([...shapes].sort()).to.deep.equal(["a", "b", "c"]);
  });

  it("leaves out the types, and null, that `not` excludes", () => {
    const types = (schema: string): string[] =>
      [...new Set(valuesOf(schema).map((value) => typeof value))].sort();
    expect(types("{ type: [string, integer], not: { type: integer } }")).to.deep.equal(["string"]);
    expect(types('{ type: [string, "null"], not: { const: null } }')).to.deep.equal(["string"]);
    expect(types('{ type: [string, boolean, "null"], not: { type: [boolean, "null"] } }')).to.deep.equal([
      "string",
    ]);
    expect(problemsOf("{ type: boolean, not: { type: boolean } }")).to.deep.equal([
      "/properties/x/type: leaves no type, since not excludes all of them",
    ]);
  });

  it("checks a choice as a whole where one of its branches can never pass", () => {
    const values = valuesOf("{ oneOf: [{ const: 1 }, { const: 2 }, { const: 3 }], not: { const: 2 } }");
    expect([...new Set(values)].sort()).to.deep.equal([1, 3]);
  });

  it("finds a pattern anywhere in a text, and makes text around one that is too short alone", () => {
    for (const value of valuesOf('{ type: string, pattern: "[0-9]{2}", minLength: 10, maxLength: 12 }'))
      expect(value).to.match(/^(?=.*\d\d)[0-9a-z]{10,12}$/);
    for (const value of valuesOf('{ type: string, pattern: "^ab", minLength: 5, maxLength: 6 }'))
      expect(value).to.match(/^ab[0-9a-z]{3,4}$/);
    const validate = createValidator({ type: "string", pattern: "[0-9]{2}" })("");
    expect(["a12b", "12", "1a2"].map((text) => validate(text))).to.deep.equal([true, true, false]);
  });

  it("lets properties be only those that propertyNames allows", () => {
    const values = valuesOf("{ properties: { OK: {}, no: {} }, propertyNames: { pattern: '^[A-Z]+$' } }");
    expect([...new Set(values.flatMap((value) => Object.keys(value as object)))]).to.deep.equal(["OK"]);
    expect(
      problemsOf("{ required: [no], properties: { no: {} }, propertyNames: { pattern: '^[A-Z]+$' } }"),
    ).to.deep.equal(['/properties/x/propertyNames: allows no value (and "no" is required)']);
  });

  it("holds the values of a pattern's names to what closes the object without knowing that pattern", () => {
    const values = valuesOf(
      "{ type: object, minProperties: 1, allOf: [{ patternProperties: { '^a': { type: integer } } }, { additionalProperties: { maximum: 3 } }] }",
    );
    for (const value of values)
      expect(Object.values(value as object).every((each) => Number.isInteger(each) && each <= 3)).to.equal(
        true,
      );
  });

  it("holds names that two patterns match to both of them", () => {
    valuesOf(
      "{ type: object, minProperties: 2, patternProperties: { '^[ab]{3}$': { type: integer, minimum: 0, maximum: 9 }, '^a': { minimum: 2 } }, additionalProperties: false }",
    );
  });

  it("puts what an array contains behind first items that cannot be it", () => {
    const values = valuesOf(
      "{ type: array, prefixItems: [{ type: string }, { type: string }], contains: { type: integer }, items: { type: [string, integer] } }",
    );
    for (const value of values)
      expect((value as unknown[]).slice(0, 3).map((each) => typeof each)).to.deep.equal([
        "string",
        "string",
        "number",
      ]);
    expect(
      problemsOf("{ type: array, items: { type: string }, contains: { type: integer } }"),
    ).to.have.length(1);
  });

  it("counts null among the different items of an array, once", () => {
    const sorted = (schema: string): string[] => [
      ...new Set(valuesOf(schema).map((value) => (value as unknown[]).map(String).sort().join())),
    ];
    expect(
      sorted('{ type: array, uniqueItems: true, minItems: 3, items: { type: [boolean, "null"] } }'),
    ).to.deep.equal(["false,null,true"]);
    expect(
      sorted("{ type: array, uniqueItems: true, minItems: 4, items: { enum: [a, b, c, null] } }"),
    ).to.deep.equal(["a,b,c,null"]);
    expect(
      problemsOf("{ type: array, uniqueItems: true, minItems: 5, items: { enum: [a, b, c, null] } }"),
    ).to.have.length(1);
  });

  it("writes times of Faker's as the field's format and type have them", () => {
    expect(valuesOf("{ type: string, format: date, x-generate: { faker: date.past } }")[0]).to.match(
      /^\d{4}-\d\d-\d\d$/,
    );
    expect(valuesOf("{ type: string, format: date-time, x-generate: { faker: date.past } }")[0]).to.match(
      /Z$/,
    );
    expect(
      valuesOf("{ type: integer, maximum: 99999999999, x-generate: { faker: date.past } }")[0],
    ).to.be.within(1e9, 2e9);
  });

  it("is the same once all is written out, also of what is only checked", () => {
    const checked: Readonly<Record<string, (value: unknown) => boolean>> = {
      "{ type: integer, minimum: 0, maximum: 4, not: { const: 3 } }": (value) => value !== 3,
      "{ type: array, items: { type: integer, minimum: 0, maximum: 2 }, minItems: 3, maxItems: 3, contains: { const: 1 }, maxContains: 1 }":
        (value) => (value as number[]).filter((each) => each === 1).length === 1,
      "{ properties: { a: { type: integer, minimum: 0, maximum: 9 } }, required: [a], oneOf: [{ properties: { a: { minimum: 3 } } }, { properties: { a: { maximum: 5 } } }] }":
        (value) => (value as { a: number }).a < 3 || (value as { a: number }).a > 5,
    };
    for (const [schema, isValid] of Object.entries(checked)) {
      const text = stringify(explicit(parseOne(withField(schema))));
      const values = drawn(parseOne(text), 1_000);
      expect(
        values.filter((value) => !isValid(value)),
        text,
      ).to.deep.equal([]);
    }
  });

  it("refers to schemas alone: what stands elsewhere was not checked", () => {
    const { problems } = parseDefinitions(
      "$id: a\nproperties: { x: { $ref: '#/foo' } }\nfoo: { pattern: '(' }\n",
    );
    expect(problems.map(({ pointer }) => pointer)).to.deep.equal(["/properties/x/$ref"]);
  });
});
