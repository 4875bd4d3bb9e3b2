import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { isSameJson } from "../../json/same-json.ts";

/** A number as digits and a power of ten, and other ways to write the same. */
const numberWrittenTwice = fc
  .tuple(
    fc.bigInt().filter((digits) => digits !== 0n),
    fc.integer({ min: -400, max: 400 }),
    fc.nat({ max: 30 }),
  )
  .map(([digits, power, zeros]) => [
    `${digits}e${power}`,
    `${digits}${"0".repeat(zeros)}.000E+${power - zeros}`.replace("+-", "-"),
  ]);

describe("comparing JSON", () => {
  it("agrees with Node where Node can tell", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const texts = [one, other].map((value) => JSON.stringify(value)) as [string, string];
        const [a, b] = texts.map((text) => JSON.parse(text));
        expect(isSameJson(...texts)).to.equal(isDeepStrictEqual(a, b));
        expect(isSameJson(texts[0], JSON.stringify(one, null, 1))).to.equal(true);
      }),
    );
  });

  it("takes a number for its value, however that is written, and for no other", () => {
    fc.assert(
      fc.property(numberWrittenTwice, ([one, other]) => {
        expect(isSameJson(`[${one}]`, `[${other}]`), `${one} ${other}`).to.equal(true);
        expect(isSameJson(`[${one}]`, `[1${other?.replace("-", "")}]`), `${one} 1${other}`).to.equal(false);
      }),
    );
  });

  const same = [
    ['{"a":[1,-0],"b":null}', '{"b":null,"a":[1,0]}'],
    ['{"a":1,"a":{"b":2}}', '{"a":{"b":2}}'],
    ['"\\u0041\\/\\""', ' "A/\\"" '],
    ["[1e3,1.0,0e99,0.10E-1]", "[1000,1,0.0,1e-2]"],
    ["1e131071", `1${"0".repeat(131_071)}`],
    ["1e99999999999999999999", "10E+99999999999999999998"],
    ['["1e3"]', '[ "1e3" ]'],
  ] as const;
  for (const [one, other] of same) {
    it(`finds ${one} in ${other.slice(0, 40)}`, () => {
      expect(isSameJson(one, other)).to.equal(true);
      expect(isSameJson(other, one)).to.equal(true);
    });
  }

  const different = [
    ["[]", "{}"],
    ["[]", '{"length":0}'],
    ['{"a":null}', '{"b":null}'],
    ['{"__proto__":{}}', "{}"],
    ['{"__proto__":1}', '{"toString":1}'],
    ["[1]", "[1,2]"],
    ["null", "{}"],
    ["9007199254740992", "9007199254740993"],
    ["0.1", "0.10000000000000000001"],
    ["1e400000", "1e400001"],
    ["1e99999999999999999999", "1e99999999999999999998"],
    ["1", "-1"],
    ['"1"', "1"],
    ['"\\\\"', '"\\\\\\\\"'],
    ['{"a":1,"a":2}', '{"a":1}'],
  ] as const;
  for (const [one, other] of different) {
    it(`tells ${one} from ${other}`, () => {
      expect(isSameJson(one, other)).to.equal(false);
      expect(isSameJson(other, one)).to.equal(false);
    });
  }

  const hostile: Readonly<Record<string, (inmost: string) => string>> = {
    "arrays of 100,000 levels": (inmost) => `${"[".repeat(100_000)}${inmost}${"]".repeat(100_000)}`,
    "objects of 100,000 levels": (inmost) => `${'{"a":'.repeat(100_000)}${inmost}${"}".repeat(100_000)}`,
    "100,000 names": (last) =>
      `{${range(100_000)
        .map((n) => `"${n}":0,`)
        .join("")}"x":${last}}`,
    "one name 100,000 times": (last) => `{${'"x":0,'.repeat(100_000)}"x":${last}}`,
    "100,000 numbers of as many digits as PostgreSQL knows": (last) =>
      `[${"1e131071,".repeat(100_000)}${last}]`,
    "a number of a million digits": (last) => `[${"9".repeat(1_000_000)}${last}]`,
    "a number of a million zeros": (last) => `[1${"0".repeat(1_000_000)}${last}]`,
    "an exponent of 100,000 digits": (last) => `[1e${"9".repeat(100_000)}${last}]`,
    "a million backslashes": (last) => `["${"\\\\".repeat(1_000_000)}",${last}]`,
    "a million quotation marks": (last) => `["${'\\"'.repeat(1_000_000)}",${last}]`,
  };
  for (const [what, text] of Object.entries(hostile)) {
    it(`reads ${what}`, () => {
      const one = text("1");
      expect(isSameJson(one, `${one} `)).to.equal(true);
      expect(isSameJson(one, text("2"))).to.equal(false);
    }).timeout(30_000);
  }
});

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
