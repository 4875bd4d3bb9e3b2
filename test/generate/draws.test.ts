import { expect } from "chai";
import fc from "fast-check";
import { createDraws, type Draws } from "../../generate/draws.ts";

const seeds = fc.maxSafeNat();
const seqs = fc.maxSafeNat();
const streams = fc.string({ minLength: 1 });

const take = (draws: Draws, seq: number, count = 8): number[] => {
  draws.open(seq);
  return Array.from({ length: count }, () => draws.bits());
};

/**
 * Pearson's statistic for equally likely cells; with k - 1 degrees of freedom it has mean k - 1 and variance
 * 2 (k - 1).
 */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Five standard deviations above the mean. */
const unlikely = (cells: number): number => cells - 1 + 5 * Math.sqrt(2 * (cells - 1));

describe("draws", () => {
  it("follow from seed, stream and sequence number alone", () => {
    fc.assert(
      fc.property(seeds, streams, seqs, (seed, stream, seq) => {
        expect(take(createDraws(seed, stream), seq)).to.deep.equal(take(createDraws(seed, stream), seq));
      }),
    );
  });

  it("do not depend on what was drawn before", () => {
    fc.assert(
      fc.property(seeds, seqs, fc.array(fc.tuple(seqs, fc.nat(20))), (seed, seq, earlier) => {
        const used = createDraws(seed, "stream");
        for (const [other, count] of earlier) take(used, other, count);
        expect(take(used, seq)).to.deep.equal(take(createDraws(seed, "stream"), seq));
      }),
    );
  });

  it("of two sequence numbers differ", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.uniqueArray(seqs, { minLength: 2, maxLength: 2 }),
        (seed, [one = 0, other = 0]) => {
          const draws = createDraws(seed, "stream");
          expect(take(draws, one)).not.to.deep.equal(take(draws, other));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("of two seeds, and of two streams, differ", () => {
    fc.assert(
      fc.property(seeds, seeds, seqs, (one, other, seq) => {
        fc.pre(one !== other);
        const of = (seed: number, stream: string): number[] => take(createDraws(seed, stream), seq);
        expect(of(one, "a")).not.to.deep.equal(of(other, "a"));
        expect(of(one, "a")).not.to.deep.equal(of(one, "b"));
      }),
    );
  });

  it("of neighbouring sequence numbers repeat no more often than chance has it", () => {
    const draws = createDraws(1, "stream");
    const count = 20_000;
    const firsts = new Set<number>();
    for (let seq = 0; seq < count; seq++) for (const bits of take(draws, seq, 1)) firsts.add(bits);
    // The birthday paradox expects 20,000^2 / 2^33 = 0.05 repetitions.
    expect(count - firsts.size).to.be.below(4);
  });

  it("below a bound stay below it", () => {
    fc.assert(
      fc.property(seeds, seqs, fc.integer({ min: 1, max: 2 ** 32 }), (seed, seq, bound) => {
        const draws = createDraws(seed, "stream");
        draws.open(seq);
        for (let n = 0; n < 20; n++) {
          const drawn = draws.below(bound);
          expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).to.equal(true);
        }
      }),
    );
  });

  for (const bound of [2, 7, 64, 1_000]) {
    it(`below ${bound} are uniform, along a stream and across sequence numbers`, () => {
      const along = new Array<number>(bound).fill(0);
      const across = new Array<number>(bound).fill(0);
      const draws = createDraws(20_260_701, "uniform");
      const note = (counts: number[], drawn: number): void => {
        counts[drawn] = (counts[drawn] ?? 0) + 1;
      };
      draws.open(0);
      for (let n = 0; n < 200_000; n++) note(along, draws.below(bound));
      for (let seq = 0; seq < 200_000; seq++) {
        draws.open(seq);
        note(across, draws.below(bound));
      }
      expect(chiSquare(along)).to.be.below(unlikely(bound));
      expect(chiSquare(across)).to.be.below(unlikely(bound));
    });
  }

  it("pick every choice, and none but the choices", () => {
    const choices = ["a", "b", "c"] as const;
    const draws = createDraws(3, "choices");
    const picked = new Set<string>();
    for (let seq = 0; seq < 200; seq++) {
      draws.open(seq);
      picked.add(draws.pick(choices));
    }
    expect([...picked].sort()).to.deep.equal([...choices]);
  });
});
