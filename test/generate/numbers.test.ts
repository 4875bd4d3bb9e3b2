import { expect } from "chai";
import fc from "fast-check";
import { normalProbability, normalQuantile } from "../../generate/normal.ts";
import type { NumberOperator } from "../../generate/shapes/nodes.ts";
import { chiSquareTest, countOf, kolmogorovSmirnovTest } from "../setup/goodness-of-fit.ts";
import { drawn, grid, number, run, samplerOf, scalar, values, written } from "./nodes.ts";

const operators: readonly NumberOperator[] = [
  { kind: "uniform" },
  { kind: "normal", mean: 5, deviation: 100 },
  { kind: "lognormal", mu: 1, sigma: 3 },
  { kind: "exponential", mean: 2.5 },
  { kind: "zipf", exponent: 1.3 },
];

describe("numbers", () => {
  for (const operator of operators) {
    it(`drawn by ${operator.kind} lie on the grid, whatever it is, written in decimals`, () => {
      const bounds = fc.tuple(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.oneof(fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 0n, max: 10n ** 20n })),
      );
      const steps = fc.oneof(fc.constant(1n), fc.bigInt({ min: 1n, max: 10n ** 6n }));
      fc.assert(
        fc.property(bounds, steps, fc.nat(25), fc.maxSafeNat(), ([low, count], step, decimals, seed) => {
          const on = { lowest: low * step, highest: (low + count) * step, step, decimals };
          const sampler = samplerOf(number(operator, on), {}, { ...run, seed });
          for (let seq = 0; seq < 5; seq++) {
            const text = /^\{"a":(-?\d+(?:\.(\d*[1-9]))?)\}$/.exec(written(sampler, seq));
            if (text === null) throw new Error(written(sampler, seq));
            const [, digits = "", behind = ""] = text;
            expect(behind.length).to.be.at.most(decimals);
            const units = BigInt(digits.replace(".", "") + "0".repeat(decimals - behind.length));
            expect(
              units >= on.lowest && units <= on.highest && (units - on.lowest) % step === 0n,
              digits,
            ).to.equal(true);
          }
        }),
        { numRuns: 300 },
      );
    });
  }

  it("of the normal distribution are as exact as its inverse can be", () => {
    for (const [probability, quantile] of [
      [0.5, 0],
      [0.7, 0.5244005127080407],
      [0.01, -2.3263478740408408],
      [1e-12, -7.034483825301132],
      [0.999999, 4.753424308817089],
    ] as const) {
      expect(normalQuantile(probability)).to.be.closeTo(quantile, 1e-14);
      expect(normalProbability(quantile)).to.be.closeTo(probability, 1e-7);
    }
  });

  const cumulative: readonly {
    readonly operator: NumberOperator;
    readonly below: (value: number) => number;
  }[] = [
    { operator: { kind: "uniform" }, below: (value) => value / 100 },
    {
      operator: { kind: "normal", mean: 40, deviation: 25 },
      below: cutBelow((value) => normalProbability((value - 40) / 25)),
    },
    // All of it above the mean's bound: the tail alone.
    {
      operator: { kind: "normal", mean: -50, deviation: 25 },
      below: cutBelow((value) => normalProbability((value + 50) / 25)),
    },
    {
      operator: { kind: "lognormal", mu: 3, sigma: 0.8 },
      below: cutBelow((value) => (value <= 0 ? 0 : normalProbability((Math.log(value) - 3) / 0.8))),
    },
    { operator: { kind: "exponential", mean: 30 }, below: cutBelow((value) => -Math.expm1(-value / 30)) },
  ];
  for (const { operator, below } of cumulative) {
    it(`are distributed as ${JSON.stringify(operator)} has it, cut to the bounds`, () => {
      const numbers = drawn(number(operator, grid(0, 10_000_000, 5)), 20_000) as number[];
      const { statistic, critical } = kolmogorovSmirnovTest(numbers, below);
      expect(statistic).to.be.below(critical);
    });
  }

  for (const exponent of [0.5, 1, 1.1, 2.5]) {
    it(`follow Zipf's law with the exponent ${exponent}`, () => {
      const counts = countOf(drawn(number({ kind: "zipf", exponent }, grid(10, 59)), 30_000));
      const ranks = Array.from({ length: 50 }, (_, index) => index);
      const { statistic, critical } = chiSquareTest(
        ranks.map((rank) => counts.get(10 + rank) ?? 0),
        ranks.map((rank) => (rank + 1) ** -exponent),
      );
      expect(statistic).to.be.below(critical);
    });
  }

  it("come as their weights have it, and skewed values by Zipf's law", () => {
    const expectShares = (node: ReturnType<typeof scalar>, weights: readonly number[]): void => {
      const counts = countOf(drawn(node, 20_000));
      const { statistic, critical } = chiSquareTest(
        weights.map((_, index) => counts.get(index) ?? 0),
        weights,
      );
      expect(statistic).to.be.below(critical);
    };
    expectShares(
      scalar({ kind: "values", values: [0, 1, 2, 3], weights: [1, 2, 7, 0.4] }, { type: "integer" }),
      [1, 2, 7, 0.4],
    );
    expectShares({ ...values(0, 1, 2), skew: 1.5 }, [1, 2 ** -1.5, 3 ** -1.5]);
    expectShares(number({ kind: "uniform" }, grid(0, 6)), new Array(7).fill(1));
  });
});

/** A distribution cut to the bounds of the test. */
function cutBelow(below: (value: number) => number): (value: number) => number {
  const mass = below(100) - below(0);
  return (value) => (below(value) - below(0)) / mass;
}

describe("numbers from other fields", () => {
  const units = fc.integer({ min: -(10 ** 7), max: 10 ** 7 });

  it("are products and sums in decimal arithmetic, rounded half up to the grid", () => {
    fc.assert(
      fc.property(
        units,
        fc.nat(4),
        units,
        fc.nat(4),
        fc.nat(6),
        (one, oneDecimals, other, otherDecimals, decimals) => {
          const fields = { x: fixed(one, oneDecimals), y: fixed(other, otherDecimals) };
          const bound = 2n ** 53n - 1n;
          const on = grid(-bound, bound, decimals);
          const product = number({ kind: "product", factors: [fields.x, fields.y] }, on);
          const sum = number({ kind: "add", terms: [fields.x, fields.y] }, on);
          const round = (exact: bigint, has: number): bigint => clamp(rounded(exact, has), bound);
          const rounded = (exact: bigint, has: number): bigint =>
            has <= decimals
              ? exact * 10n ** BigInt(decimals - has)
              : floorDivide(2n * exact + 10n ** BigInt(has - decimals), 2n * 10n ** BigInt(has - decimals));
          const at = (node: typeof sum): bigint => {
            const [, text = ""] = /"a":(-?[\d.]+)/.exec(written(samplerOf(node, fields), 0)) ?? [];
            const [whole = "", behind = ""] = text.split(".");
            return BigInt(whole + behind.padEnd(decimals, "0"));
          };
          expect(at(product)).to.equal(round(BigInt(one) * BigInt(other), oneDecimals + otherDecimals));
          const common = Math.max(oneDecimals, otherDecimals);
          const scaled = (value: number, has: number): bigint => BigInt(value) * 10n ** BigInt(common - has);
          expect(at(sum)).to.equal(round(scaled(one, oneDecimals) + scaled(other, otherDecimals), common));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("never show binary fractions", () => {
    const x = fixed(1, 1);
    expect(drawn(number({ kind: "product", factors: [x, 3] }, grid(0, 1_000, 2)), 1, { x })).to.deep.equal([
      0.3,
    ]);
    expect(drawn(scalar({ kind: "add", terms: [x, 0.2] }, { type: "number" }), 1, { x })).to.deep.equal([
      0.3,
    ]);
  });

  it("stay exact where doubles are not", () => {
    const x = fixed(2n ** 52n + 1n, 0);
    const squared = number({ kind: "product", factors: [x, x] }, grid(0n, 2n ** 120n));
    expect(written(samplerOf(squared, { x }), 0)).to.contain(`"a":${(2n ** 52n + 1n) ** 2n}`);
  });
});

const clamp = (value: bigint, bound: bigint): bigint =>
  value > bound ? bound : value < -bound ? -bound : value;

/** A field that is always this number. */
const fixed = (amount: number | bigint, decimals: number) =>
  number({ kind: "uniform" }, grid(amount, amount, decimals));

const floorDivide = (a: bigint, b: bigint): bigint => (a % b < 0n ? a / b - 1n : a / b);
