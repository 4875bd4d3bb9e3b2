import { expect } from "chai";
import { formats, type Operator } from "../../generate/shapes/nodes.ts";
import { tryRecords } from "../../types/try-records.ts";
import { fieldOf, parseOne, scalarOf, withField } from "./definitions.ts";

const operatorOf = (schema: string, name = "x"): Operator => scalarOf(schema, name).operator;

describe("what a definition leaves open", () => {
  const byName: readonly (readonly [name: string, schema: string, operator: object])[] = [
    ["email", "{ type: string }", { kind: "person", feature: "email" }],
    ["firstName", "{ type: string }", { kind: "person", feature: "first_name" }],
    ["city", "{ type: string }", { kind: "person", feature: "city" }],
    ["created_at", "{ type: string }", { kind: "between", shape: "date-time" }],
    ["createdAt", "{ type: integer }", { kind: "between", shape: "unix-seconds" }],
    ["order_date", "{ type: string }", { kind: "between", shape: "date" }],
    ["order_id", "{ type: string }", { kind: "uuid" }],
    ["id", "{ type: integer }", { kind: "sequence", start: 1 }],
    ["price", "{ type: number }", { kind: "lognormal" }],
    ["constructor", "{ type: string }", { kind: "words" }],
    ["website", "{ type: string }", { kind: "format", format: "uri" }],
    ["remark", "{ type: string }", { kind: "words" }],
    ["amount", "{ type: number }", { kind: "lognormal" }],
    ["anything", "{}", { kind: "words" }],
  ];
  for (const [name, schema, operator] of byName) {
    it(`follows from the field's name: ${name}`, () => {
      expect(operatorOf(schema, name)).to.include(operator);
    });
  }

  it("follows from what the schema says before it follows from the name", () => {
    expect(operatorOf("{ type: string, maxLength: 5 }", "email")).to.include({ kind: "words" });
    expect(operatorOf('{ type: string, pattern: "^[0-9]+$" }', "email")).to.include({ kind: "pattern" });
    expect(operatorOf("{ type: string, format: ipv6 }", "city")).to.include({
      kind: "format",
      format: "ipv6",
    });
    expect(operatorOf("{ enum: [a, b] }", "city")).to.include({ kind: "values" });
    expect(operatorOf("{ type: number, minimum: 200000 }", "price")).to.include({ kind: "uniform" });
    expect(operatorOf("{ type: string, x-generate: { faker: lorem.word } }", "email")).to.include({
      kind: "faker",
    });
  });

  for (const format of formats) {
    it(`follows from the format, and is valid: ${format}`, () => {
      const definition = parseOne(withField(`{ type: string, format: ${format} }`));
      expect(fieldOf(definition)).to.deep.include({ operator: { kind: "format", format }, check: null });
      expect(tryRecords(definition)).to.deep.equal([]);
    });
  }

  it("allows null in a tenth of the records where null is allowed, and in none where x-generate says nothing of it", () => {
    expect(scalarOf('{ type: [string, "null"] }').nulls).to.equal(0.1);
    expect(scalarOf('{ anyOf: [{ type: string }, { type: "null" }] }').nulls).to.equal(0.1);
    expect(scalarOf('{ type: [string, "null"], x-generate: uuid }').nulls).to.equal(0);
    expect(scalarOf('{ type: [string, "null"], x-generate: { nulls: 0.8 } }').nulls).to.equal(0.8);
    expect(scalarOf("{ enum: [a, null], x-generate: { weights: [3, 1] } }").nulls).to.equal(0.25);
  });

  it("makes one value, so much more frequent, of what is listed several times", () => {
    expect(operatorOf("{ x-generate: { values: [1, 1, 1.0, 2], unique: true } }")).to.deep.equal({
      kind: "values",
      values: [1, 2],
      weights: [3, 1],
    });
    expect(
      operatorOf(
        "{ enum: [{ a: 1, b: [x] }, { b: [x], a: 1.0 }, 100000000000000000000, 1.0e+20], x-generate: { weights: [1, 2, 3, 4] } }",
      ),
    ).to.deep.include({ weights: [3, 7] });
    expect(operatorOf("{ enum: [[a, b], ['a,b'], '[a]', 1, '1', true, 'true'] }")).to.deep.include({
      weights: null,
    });
  });
});
