import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "chai";
import fc from "fast-check";
import { jsonOf, writeText } from "../../generate/json-text.ts";
import { CannotSample } from "../../generate/sampler.ts";
import { createMatcher } from "../../generate/shapes/match-pattern.ts";
import { formats } from "../../generate/shapes/nodes.ts";
import { parsePattern } from "../../generate/shapes/parse-pattern.ts";
import { Utf8Writer } from "../../generate/utf8-writer.ts";
import { drawn, run, samplerOf, scalar } from "./nodes.ts";

const ajv = new Ajv2020({ validateFormats: true });
addFormats.default(ajv);

const pattern = (source: string, length: { min: number; max: number } | null = null) =>
  scalar({ kind: "pattern", pattern: parsePattern(source) }, { length });

describe("texts", () => {
  it("of any characters are escaped as JSON asks for", () => {
    const units = fc.array(fc.oneof(fc.nat(0xffff), fc.nat(0x7f), fc.integer({ min: 0xd800, max: 0xdfff })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(units, (codes) => {
        const text = String.fromCharCode(...codes);
        const out = new Utf8Writer();
        writeText(text, out);
        const json = out.toBytes();
        expect(JSON.parse(json.toString())).to.equal(text);
        expect(Buffer.from(json.toString()).equals(json), "is UTF-8").to.equal(true);
        expect(json.includes(0x7f), "holds DEL").to.equal(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("stay what they are within values of any depth", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(JSON.parse(jsonOf(value as Parameters<typeof jsonOf>[0]))).to.deep.equal(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  for (const format of formats) {
    it(`of the format ${format} are valid in 3,000 records of each of 3 seeds`, () => {
      const isValid =
        ajv.formats[format] === undefined ? () => true : ajv.compile({ type: "string", format });
      for (const seed of [1, 2, 2 ** 53 - 1]) {
        const texts = drawn(scalar({ kind: "format", format }), 3_000, {}, { ...run, seed });
        expect(texts.filter((text) => typeof text !== "string" || !isValid(text))).to.deep.equal([]);
        expect(new Set(texts).size).to.be.above(format === "regex" ? 5 : 100);
      }
    });
  }

  it("of words have the length that is asked for", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.maxSafeNat(), (min, more, seed) => {
        const max = min + more;
        for (const text of drawn(
          scalar({ kind: "words" }, { length: { min, max } }),
          20,
          {},
          { ...run, seed },
        )) {
          expect(String(text).length).to.be.within(min, max);
          expect(text).to.equal(String(text).trim());
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Each in the syntax of JSON Schema, most from schemas of others. */
const patterns = [
  "^[A-Z]{3}-[0-9]{5}$",
  "^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$",
  "^#([0-9a-f]{3}|[0-9a-f]{6})$",
  "^(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}$",
  '^[^\\s@"\\\\]+@[^\\s@]+\\.[a-z]{2,}$',
  '^"\\\\[\\n]?\\u0001x\\x41$',
  "^\\p{Lu}\\p{Ll}+( \\p{L}+)*$",
  "^(?:abc|x*)$",
  "^a{2,4}?b+?c*(de?)?$",
  "^.{0,3}$",
  "^(?!admin$)[a-z]{5}$",
  "^\\S+\\s\\W\\D$",
  "^[\\w.-]{1,64}$",
  "^$",
];

describe("patterns", () => {
  for (const source of patterns) {
    it(`${source} are matched by all that is drawn, for V8 too`, () => {
      const matches = createMatcher(parsePattern(source));
      const expression = new RegExp(source, "u");
      for (const text of drawn(pattern(source), 2_000)) {
        if (!expression.test(String(text)) || !matches(String(text))) expect.fail(JSON.stringify(text));
      }
    });
  }

  it("have every length that both they and the node allow, and no other", () => {
    const source = "^(ab|cde)*(-[0-9]{2,3})?$";
    const expression = new RegExp(source);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(5), (min, more) => {
        const texts = drawn(pattern(source, { min, max: min + more }), 400).map(String);
        expect(texts.every((text) => expression.test(text))).to.equal(true);
        const lengths = new Set(texts.map((text) => text.length));
        // All from 2 on can be put together of twos and threes.
        expect([...lengths].sort((a, b) => a - b)).to.deep.equal(
          Array.from({ length: more + 1 }, (_, n) => min + n),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("are refused where no text has a length that the node allows", () => {
    expect(() => samplerOf(pattern("^(ab)+$", { min: 3, max: 3 }))).to.throw(
      CannotSample,
      "has a length from 3 to 3",
    );
  });

  it("draw each of their characters", () => {
    const texts = drawn(pattern("^[a-cA-C0-9é]$"), 2_000);
    expect(new Set(texts)).to.deep.equal(new Set("abcABC0123456789é"));
  });
});
