import { expect } from "chai";
import fc from "fast-check";
import { createByteMatcher, createMatcher } from "../../generate/shapes/match-pattern.ts";
import { parsePattern } from "../../generate/shapes/parse-pattern.ts";

describe("patterns", () => {
  const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "\\d", "\\.", "(?:ab|c)", "(b)");
  const piece = fc
    .tuple(atom, fc.constantFrom("", "*", "+", "?", "{2}", "{1,3}", "{0,}", "*?"))
    .map((parts) => parts.join(""));
  const source = fc
    .tuple(
      fc.constantFrom("", "^", "^(?!ab)", "^(?=.*b)"),
      fc.array(piece, { maxLength: 4 }),
      fc.constantFrom("", "$"),
    )
    .map(([start, pieces, end]) => `${start}${pieces.join("")}${end}`);
  const text = fc
    .array(fc.constantFrom("a", "b", "c", "1", ".", "\n", "é", "😀"), { maxLength: 8 })
    .map((signs) => signs.join(""));

  it("match what ECMA-262 says they do", () => {
    fc.assert(
      fc.property(source, text, (pattern, sample) => {
        expect(createMatcher(parsePattern(pattern))(sample), `${pattern} ${sample}`).to.equal(
          new RegExp(pattern, "u").test(sample),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("match bytes as the text that they are", () => {
    fc.assert(
      fc.property(source, text, text, (pattern, sample, before) => {
        const bytes = Buffer.from(`${before}${sample}b`);
        const start = Buffer.byteLength(before);
        const matches = createByteMatcher(parsePattern(pattern));
        expect(matches(bytes, start, bytes.length - 1), `${pattern} ${sample}`).to.equal(
          createMatcher(parsePattern(pattern))(sample),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("take time in proportion to the text where V8's would never end", () => {
    const matches = createMatcher(parsePattern("^(a+)+(a|aa)*$"));
    expect(matches("a".repeat(20_000))).to.equal(true);
    expect(matches(`${"a".repeat(20_000)}!`)).to.equal(false);
  });

  for (const pattern of ["(a|b|ab)*c", "^(a|b|ab)*c$", ".{0,4000}x", "^(?=.*b)(ab)*a$"]) {
    it(`take seconds at most for a text of a megabyte: ${pattern}`, () => {
      const matches = createMatcher(parsePattern(pattern));
      const before = process.cpuUsage();
      expect(matches("ab".repeat(500_000))).to.equal(false);
      expect(process.cpuUsage(before).user).to.be.below(5e6);
    });
  }

  it("are refused where their automaton would have more states than a character is worth", () => {
    expect(() => parsePattern("((a{1,1000}){1,1000}){1,1000}")).to.throw("4,200 parts are allowed");
    expect(() => parsePattern("^.{1,4096}$")).not.to.throw();
  });

  for (const refused of [
    "(a",
    "[a",
    "a)",
    "a**",
    "(?<=a)b",
    "(a)\\1",
    "a\\b",
    "x{3,1}",
    "(a{1000}){1000}",
    "(?i)a",
    "^a|b$",
    "\\",
    "[]",
  ]) {
    it(`are refused with what is wrong and where: ${refused}`, () => {
      expect(() => parsePattern(refused)).to.throw(/at character \d+ of/);
    });
  }
});
