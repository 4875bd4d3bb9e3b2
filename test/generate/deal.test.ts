import { expect } from "chai";
import fc from "fast-check";
import { createDeal } from "../../generate/deal.ts";
import type { ChildCount } from "../../generate/shapes/nodes.ts";

const counts: Readonly<Record<string, ChildCount>> = {
  "three each": { kind: "fixed", min: 3, max: 3 },
  "none to five": { kind: "range", min: 0, max: 5 },
  geometric: { kind: "geometric", probability: 0.4, min: 1, max: 20 },
  poisson: { kind: "poisson", mean: 2.5, min: 0, max: 40 },
  zipf: { kind: "zipf", exponent: 1.5, min: 0, max: 500 },
};

const seeds = fc.integer({ min: 0, max: 2 ** 48 });

describe("children dealt to parents", () => {
  for (const [name, count] of Object.entries(counts)) {
    it(`have one parent each, in order, and no parent too many or too few: ${name}`, () => {
      fc.assert(
        fc.property(seeds, fc.integer({ min: 0, max: 10_000 }), (seed, parents) => {
          const deal = createDeal(seed, "line", count, parents);
          let child = 0;
          for (let parent = 0; parent < parents; parent++) {
            const own = deal.childrenOf(parent);
            if (own < count.min || own > count.max) expect.fail(`${own} children`);
            if (deal.firstChildOf(parent) !== child)
              expect.fail(`${parent} begins at ${deal.firstChildOf(parent)}`);
            for (let each = 0; each < own; each++, child++)
              if (deal.parentOf(child) !== parent)
                expect.fail(`${child} is a child of ${deal.parentOf(child)}`);
          }
          expect(deal.children).to.equal(child);
        }),
        { numRuns: 20 },
      );
    });

    it(`are found in any order, far behind the first too: ${name}`, () => {
      const parents = 2 ** 40 + 12_345;
      fc.assert(
        fc.property(seeds, fc.integer({ min: 0, max: parents - 1 }), (seed, parent) => {
          const deal = createDeal(seed, "line", count, parents);
          const again = createDeal(seed, "line", count, parents);
          const first = deal.firstChildOf(parent);
          for (let own = 0; own < Math.min(3, deal.childrenOf(parent)); own++)
            expect(again.parentOf(first + own)).to.equal(parent);
          if (parent + 1 < parents)
            expect(deal.firstChildOf(parent + 1)).to.equal(first + deal.childrenOf(parent));
        }),
        { numRuns: 30 },
      );
    });
  }

  it("are as many as the distribution says, each number as often as it is likely", () => {
    const parents = 100_000;
    const shareOf = (count: ChildCount, wanted: number): number => {
      const { childrenOf } = createDeal(42, "line", count, parents);
      let found = 0;
      for (let parent = 0; parent < parents; parent++) if (childrenOf(parent) === wanted) found += 1;
      return found / parents;
    };
    const geometric = counts.geometric as ChildCount;
    for (const k of [1, 2, 3, 6]) expect(shareOf(geometric, k)).to.be.closeTo(0.4 * 0.6 ** (k - 1), 0.004);
    const poisson = counts.poisson as ChildCount;
    for (const [k, share] of [
      [0, 0.0821],
      [2, 0.2565],
      [5, 0.0668],
    ] as const)
      expect(shareOf(poisson, k)).to.be.closeTo(share, 0.004);
    for (const k of [0, 3, 5])
      expect(shareOf(counts["none to five"] as ChildCount, k)).to.be.closeTo(1 / 6, 0.004);
    const zipf = counts.zipf as ChildCount;
    expect(shareOf(zipf, 0) / shareOf(zipf, 3)).to.be.closeTo(4 ** 1.5, 0.4);
  });

  it("differ by seed and by name, and are none where there are no parents", () => {
    const list = (seed: number, name: string): readonly number[] => {
      const { childrenOf } = createDeal(seed, name, counts.geometric as ChildCount, 50);
      return Array.from({ length: 50 }, (_, parent) => childrenOf(parent));
    };
    expect(list(1, "a")).to.deep.equal(list(1, "a"));
    expect(list(1, "a")).not.to.deep.equal(list(2, "a"));
    expect(list(1, "a")).not.to.deep.equal(list(1, "b"));
    expect(createDeal(1, "a", counts.geometric as ChildCount, 0).children).to.equal(0);
  });

  it("are refused where there would be more than there are sequence numbers", () => {
    expect(() => createDeal(1, "a", { kind: "fixed", min: 100, max: 100 }, 2 ** 50)).to.throw(
      RangeError,
      /2\^53/,
    );
  });
});
