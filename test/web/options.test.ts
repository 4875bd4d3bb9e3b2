import { expect } from "chai";
import fc from "fast-check";
import { userType } from "../../types/user/user.ts";
import { requestParser } from "../../web/http/parse.ts";
import { flagName, writeFlags } from "../../web/new-run/options/option-flag.ts";
import { type InputTexts, readInputs, writeInputs } from "../../web/new-run/options/option-inputs.ts";
import { inWords, optionKind } from "../../web/new-run/options/option-kind.ts";
import { readText, writeText } from "../../web/new-run/options/option-text.ts";
import { requestProperties } from "../../web/new-run/run-form.ts";
import { askedType, runRequestSchema } from "../../web/runs/request/request-schema.ts";

const schema = runRequestSchema(askedType(userType), 1_000_000);
const properties = requestProperties(schema);
const parse = requestParser("body", schema);

/** Values as a request may have them, by property. */
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  count: fc.integer({ min: 1, max: 1_000_000 }),
  seed: fc.maxSafeInteger().map(Math.abs),
  fields: fc.uniqueArray(fc.constantFrom("name", "email", "job"), { minLength: 1 }),
  referenceDate: fc.constantFrom("2026-07-01", "2026-07-01T10:00:00+02:00"),
  preset: fc.constantFrom("realistic", "uniform", "launch_day"),
  coherent: fc.boolean(),
  locale: fc.oneof(fc.constant("de_AT"), weights("de", "fr", "pt_BR")),
  countries: fc.oneof(
    fc.constantFrom("population", "uniform"),
    weights("Portugal", "Bonaire, Sint Eustatius and Saba", "Côte d'Ivoire"),
  ),
  period: fc.oneof(
    fc.constant({ from: "2025-01-01", to: "2025-12-31" }),
    fc.record({ days: fc.integer({ min: 1, max: 900 }) }),
  ),
  growth: fc.double({ min: 0.001, max: 1000, noNaN: true }),
  rhythm: fc.constantFrom("none", "weekly"),
  nulls: weights("company", "phone_number"),
  faults: weights("not_json", "late"),
  rate: fc.double({ min: 0.01, max: 1000, noNaN: true }),
  shape: fc.oneof(
    fc.constant({ kind: "constant" }),
    fc.record({
      kind: fc.constant("ramp"),
      from: fc.nat(),
      seconds: fc.double({ min: 0.1, max: 99, noNaN: true }),
    }),
  ),
};

function weights(...names: string[]): fc.Arbitrary<unknown> {
  const pairs = fc.tuple(fc.constantFrom(...names), fc.double({ min: 0, max: 1, noNaN: true }));
  return fc
    .uniqueArray(pairs, { minLength: 1, selector: ([name]) => name })
    .map((each) => Object.fromEntries(each));
}

describe("A request's property", () => {
  for (const [name, value] of Object.entries(values)) {
    const property = properties[name] ?? {};
    it(`${name} is read from the text that it is written as`, () => {
      fc.assert(
        fc.property(value, (given) => {
          expect(readText(optionKind(property), writeText(given))).to.deep.equal(given);
        }),
      );
    });

    it(`${name} is read from the inputs that show it`, () => {
      fc.assert(
        fc.property(value, (given) => {
          const texts = new Map<string, string[]>();
          for (const [input, text] of writeInputs(name, property, given)) {
            texts.set(input, [...(texts.get(input) ?? []), text]);
          }
          expect(readInputs(name, property, texts)).to.deep.equal(given);
        }),
      );
    });
  }

  it("has examples that its schema takes, and that survive being written", () => {
    for (const [name, property] of Object.entries(properties)) {
      for (const example of Array.isArray(property.examples) ? property.examples : []) {
        expect(readText(optionKind(property), writeText(example)), name).to.deep.equal(example);
        parse({ count: 1, rate: 5, [name]: example });
      }
    }
  });
});

describe("The kind of a property", () => {
  for (const [what, property, kind] of [
    ["an integer or null", { type: ["integer", "null"] }, "number"],
    ["a share", { type: "number", minimum: 0, maximum: 1 }, "number"],
    ["a switch", { type: "boolean" }, "boolean"],
    ["one of some", { type: "string", enum: ["a", "b"] }, "choice"],
    ["one of some constants", { anyOf: [{ const: "a" }, { const: "b" }] }, "choice"],
    ["some of some", { type: "array", items: { enum: ["a", "b"] } }, "list"],
    ["a number by name", { type: "object", additionalProperties: { type: "number" } }, "map"],
    ["numbers of known names", { type: "object", properties: { a: { type: "number" } } }, "map"],
    ["an object", { type: "object", properties: { from: { type: "string" } } }, "object"],
    ["a name or weights", { anyOf: [{ enum: ["a"] }, { type: "object", additionalProperties: {} }] }, "mix"],
    ["objects of kinds", { oneOf: [{ properties: { kind: { const: "a" } } }] }, "variants"],
    ["anything else", {}, "text"],
  ] as const) {
    it(`is ${kind} for ${what}`, () => {
      expect(optionKind(property).kind).to.equal(kind);
    });
  }
});

describe("What people type", () => {
  const read = (name: string, text: string): unknown => readText(optionKind(properties[name] ?? {}), text);
  for (const [name, text, value] of [
    ["count", "1 000 000", 1_000_000],
    ["count", "1,000,000", 1_000_000],
    ["count", "100_000", 100_000],
    ["count", "1e6", 1_000_000],
    ["count", "-5", -5],
    ["count", "a few", "a few"],
    ["count", "0x10", "0x10"],
    ["rate", "1,500.5", "1,500.5"],
    ["growth", "1,5", "1,5"],
    ["nulls", "company = 20 %, job=0.7%", { company: 0.2, job: 0.007 }],
    ["nulls", "company", "company"],
    ["countries", "Portugal=2,Spain=8", { Portugal: 2, Spain: 8 }],
    ["countries", "Portugal", "Portugal"],
    ["coherent", "No", false],
    ["period", "2025-01-01..", { from: "2025-01-01" }],
    ["period", "days=30", { days: 30 }],
    [
      "shape",
      "burst,everySeconds=60,burstSeconds=5,factor=10",
      { kind: "burst", everySeconds: 60, burstSeconds: 5, factor: 10 },
    ],
    ["shape", "zigzag", "zigzag"],
  ] as const) {
    it(`${name}: ${text} is ${JSON.stringify(value)}`, () => {
      expect(read(name, text)).to.deep.equal(value);
    });
  }

  it("in an input of another shape than the chosen one does not count", () => {
    const texts: InputTexts = new Map([
      ["shape.kind", ["ramp"]],
      ["shape.from", ["1"]],
      ["shape.factor", ["3"]],
    ]);
    expect(readInputs("shape", properties.shape ?? {}, texts)).to.deep.equal({ kind: "ramp", from: 1 });
  });

  it("is called in words", () => {
    expect([inWords("missing_field"), inWords("everySeconds"), flagName("referenceDate")]).to.deep.equal([
      "Missing field",
      "Every seconds",
      "reference-date",
    ]);
  });

  it("is written with its kind first, in whatever order the database gives it", () => {
    expect(writeText({ from: 10, kind: "ramp", seconds: 60 })).to.equal("ramp,from=10,seconds=60");
  });

  it("becomes flags", () => {
    const request = { count: null, coherent: false, preset: "launch_day", fields: ["name", "job"] };
    expect(writeFlags(properties, request).join(" ")).to.equal(
      "--endless --no-coherent --preset launch_day --fields name,job",
    );
  });
});
