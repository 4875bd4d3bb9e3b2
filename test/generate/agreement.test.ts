import { expect } from "chai";
import fc from "fast-check";
import { compileSampler } from "../../generate/compile-sampler.ts";
import { jsonOf } from "../../generate/json-text.ts";
import { formats, type Node, personFeatures, type ScalarNode } from "../../generate/shapes/nodes.ts";
import {
  array,
  choice,
  definitionOf,
  grid,
  number,
  object,
  parts,
  patternOf,
  run,
  scalar,
  values,
  written,
} from "./nodes.ts";

const { set, sequence, text, either, repeat } = parts;
const price = (): ScalarNode => number({ kind: "lognormal", mu: 3, sigma: 0.8 }, grid(1, 1_000_000, 2));
const day = (): ScalarNode =>
  scalar({
    kind: "between",
    shape: "date-time",
    period: { days: 365 },
    growth: 3,
    rhythm: "daily_and_weekly",
  });

/** One field for each operator and for what stands around operators, with the fields that it depends on. */
const operators: Readonly<Record<string, () => Readonly<Record<string, Node>>>> = {
  const: () => ({ a: scalar({ kind: "const", value: { x: ['"', 1n << 60n, null] } }) }),
  values: () => ({ a: values("a", 'b"\\', 3, null, true, { c: "\u0000\u007f" }, "\ud800", "日本") }),
  weights: () => ({ a: scalar({ kind: "values", values: ["x", "y"], weights: [1, 9] }) }),
  skew: () => ({ a: scalar({ kind: "words" }, { skew: 1.1 }) }),
  "skew of values": () => ({ a: scalar({ kind: "values", values: [1, 2, 3], weights: null }, { skew: 1 }) }),
  uniform: () => ({ a: number({ kind: "uniform" }, grid(-5, 500, 2)) }),
  "uniform steps": () => ({ a: number({ kind: "uniform" }, grid(-75, 500, 2, 25)) }),
  "wide uniform": () => ({ a: number({ kind: "uniform" }, grid(-(10n ** 30n), 10n ** 30n)) }),
  "wide decimals": () => ({ a: number({ kind: "uniform" }, grid(0n, 10n ** 40n, 20)) }),
  "beyond 2^53": () => ({ a: number({ kind: "uniform" }, grid(2n ** 60n, 2n ** 60n + 50n)) }),
  normal: () => ({ a: number({ kind: "normal", mean: 21, deviation: 3 }, grid(-1000, 1000, 1)) }),
  "wide normal": () => ({ a: number({ kind: "normal", mean: 1e30, deviation: 1e28 }, grid(0n, 10n ** 32n)) }),
  lognormal: () => ({ a: price() }),
  exponential: () => ({ a: number({ kind: "exponential", mean: 4 }, grid(0, 10_000, 3)) }),
  zipf: () => ({ a: number({ kind: "zipf", exponent: 1.1 }, grid(1, 1_000_000)) }),
  words: () => ({ a: scalar({ kind: "words" }) }),
  pattern: () => ({
    a: scalar({
      kind: "pattern",
      pattern: patternOf(
        "",
        sequence(text('"\\'), repeat(either(set(["A", "Z"]), set(["\n", "\n"], ["日", "本"])), 0, null)),
      ),
    }),
  }),
  sequence: () => ({ a: scalar({ kind: "sequence", before: 'd"', digits: 7, after: "-\n", start: 3 }) }),
  uuid: () => ({ a: scalar({ kind: "uuid" }) }),
  "unique uuid": () => ({ a: scalar({ kind: "uuid" }, { unique: true }) }),
  ...Object.fromEntries(formats.map((format) => [format, () => ({ a: scalar({ kind: "format", format }) })])),
  ...Object.fromEntries(
    personFeatures.map((feature) => [
      `person: ${feature}`,
      () => ({ a: scalar({ kind: "person", feature }) }),
    ]),
  ),
  ...Object.fromEntries(
    (["date", "date-time", "unix-seconds"] as const).map((shape) => [
      `between, ${shape}`,
      () => ({ a: scalar({ kind: "between", shape, period: { days: 30 }, growth: 2, rhythm: "daily" }) }),
    ]),
  ),
  after: () => {
    const of = day();
    return { a: scalar({ kind: "after", shape: "date-time", of, minMs: 0, maxMs: 9e9 }), of };
  },
  before: () => {
    const of = day();
    return { a: scalar({ kind: "before", shape: "date", of, minMs: 0, maxMs: 9e9 }), of };
  },
  product: () => {
    const [one, other] = [price(), number({ kind: "uniform" }, grid(1, 5))];
    return { one, a: number({ kind: "product", factors: [one, other, 0.1] }, grid(0, 10_000_000, 2)), other };
  },
  add: () => {
    const one = price();
    return { one, a: number({ kind: "add", terms: [one, -0.07] }, grid(-10_000_000, 10_000_000, 2)) };
  },
  template: () => {
    const one = values('"', 7, null, 1n << 70n);
    return { a: scalar({ kind: "template", parts: ["<", one, "|", one, ">"] }), one };
  },
  faker: () => ({ a: scalar({ kind: "faker", method: "company.catchPhrase", args: [], locale: "ja" }) }),
  nulls: () => ({ a: scalar({ kind: "words" }, { nulls: 0.5 }) }),
  "optional fields": () => ({
    a: object(
      {},
      {
        fields: ["x", "y", '"'].map((name) => ({
          name,
          node: values(1, "2"),
          isRequired: false,
          presence: 0.5,
        })),
      },
    ),
  }),
  extras: () => ({
    a: object(
      { x: values(1) },
      { extras: [{ names: values("x", "y", "__proto__", '"'), values: values(1, 2), min: 0, max: 2 }] },
    ),
  }),
  array: () => ({ a: array(array(scalar({ kind: "words" }))) }),
  "array of different items": () => ({
    a: array(values(1, 2, 3), { uniqueItems: true, minItems: 3, maxItems: 3 }),
  }),
  "array with first items": () => ({
    a: array(values(1, 2, 3), { prefix: [values("x"), object({ y: values("z") })] }),
  }),
  choice: () => ({ a: choice(values(1), object({ b: values(2) }), array(values("x"))) }),
};

describe("each operator", () => {
  for (const [name, fields] of Object.entries(operators)) {
    it(`${name} writes the value that it says, whatever was asked for before`, () => {
      fc.assert(
        fc.property(
          fc.maxSafeNat(),
          fc.array(fc.maxSafeNat(), { minLength: 1, maxLength: 20 }),
          (seed, seqs) => {
            const fits = seqs.map((seq) => (name === "sequence" ? Math.min(seq, 1e15) : seq));
            const one = compileSampler(definitionOf(object(fields())), { ...run, seed });
            const other = compileSampler(definitionOf(object(fields())), { ...run, seed });
            const values = fits.map((seq) => jsonOf(one.value(seq)));
            const texts = fits
              .toReversed()
              .map((seq) => written(other, seq))
              .reverse();
            const parsed = texts.map((each) => JSON.parse(each) as unknown);
            // Digits beyond a double's are compared as text.
            expect(texts.map(normal)).to.deep.equal(values.map(normal));
            expect(parsed).to.deep.equal(values.map((each) => JSON.parse(each) as unknown));
            // The second to the first, and back again.
            expect(fits.map((seq) => written(one, seq))).to.deep.equal(texts);
          },
        ),
        { numRuns: 20 },
      );
    });
  }
});

/** A decimal fraction may have more digits than a double. */
const normal = (json: string): string =>
  json.replaceAll(/(?<=[:[,])-?\d+(\.\d+)?(e[+-]?\d+)?(?=[,\]}])/gi, (digits) =>
    /^-?\d+$/.test(digits) ? digits : String(Number(digits)),
  );
