import { expect } from "chai";
import fc from "fast-check";
import { Strides } from "../../ledger/outcomes/strides.ts";

/** Goes through `count` items; an attempt fails where it has one that is at fault. */
function goThrough(count: number, isAtFault: (index: number) => boolean) {
  const passed: number[] = [];
  const failed: number[] = [];
  let attempts = 0;
  for (const strides = new Strides(count); !strides.isDone; ) {
    const { first, end } = strides;
    expect(end - first).to.be.at.least(1);
    const tried = Array.from({ length: end - first }, (_, n) => first + n);
    attempts += 1;
    if (!tried.some(isAtFault)) {
      passed.push(...tried);
      strides.goOn();
    } else if (strides.isSingle) {
      failed.push(...tried);
      strides.passOver();
    } else strides.halve();
  }
  return { passed, failed, attempts };
}

describe("strides through a list", () => {
  const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

  it("pass each item once, in order, and name just those that fail alone", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.array(fc.nat(299)), (count, faults) => {
        const isAtFault = (index: number): boolean => faults.includes(index);
        const { passed, failed } = goThrough(count, isAtFault);
        expect(passed).to.deep.equal(indexes(count).filter((index) => !isAtFault(index)));
        expect(failed).to.deep.equal(indexes(count).filter(isAtFault));
      }),
    );
  });

  it("try a list without fault at once", () => {
    expect(goThrough(4_000, () => false).attempts).to.equal(1);
  });

  it("find one item in some twice the logarithm of their number", () => {
    for (const fault of [0, 1, 2_048, 4_094, 4_095]) {
      expect(goThrough(4_096, (index) => index === fault).attempts).to.be.below(40);
    }
  });

  it("try hardly more often than once an item where all are at fault", () => {
    expect(goThrough(4_096, () => true).attempts).to.be.below(4_096 + 20);
  });

  it("try at most some three times an item, however those at fault lie", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 500 }), (faults) => {
        const { attempts } = goThrough(faults.length, (index) => faults[index] === true);
        expect(attempts).to.be.below(3 * faults.length + 20);
      }),
      { numRuns: 300 },
    );
  });
});
