import { expect } from "chai";
import fc from "fast-check";
import { SequenceSet } from "../../ledger/chunks/sequence-set.ts";
import { databaseForSuite } from "../setup/database.ts";

/** Small numbers, so that ranges often touch; and a few far ones. */
const numbers = fc.array(fc.oneof({ weight: 9, arbitrary: fc.nat(60) }, fc.maxSafeNat()), { maxLength: 80 });

const filled = (seqs: readonly number[]): SequenceSet => {
  const set = SequenceSet.parse("{}");
  for (const seq of seqs) set.add(seq);
  return set;
};

describe("a sequence set", () => {
  it("does what a Set does", () => {
    fc.assert(
      fc.property(numbers, numbers, (added, asked) => {
        const set = SequenceSet.parse("{}");
        const model = new Set<number>();
        for (const seq of added) {
          expect(set.add(seq)).to.equal(!model.has(seq));
          model.add(seq);
        }
        expect(set.size).to.equal(model.size);
        for (const seq of [...added, ...asked]) expect(set.has(seq)).to.equal(model.has(seq));
      }),
      { numRuns: 1_000 },
    );
  });

  it("takes a range whole, or none of it where a number was there", () => {
    const range = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 30 }), numbers, (ranges, before) => {
        const set = filled(before);
        const model = new Set(before);
        for (const [start, length] of ranges) {
          const seqs = Array.from({ length }, (_, n) => start + n);
          const isNew = seqs.every((seq) => !model.has(seq));
          expect(set.addRange(start, start + length)).to.equal(isNew);
          if (isNew) for (const seq of seqs) model.add(seq);
          expect(set.add(start + length)).to.equal(!model.has(start + length));
          model.add(start + length);
        }
        expect(set.toString()).to.equal(filled([...model]).toString());
      }),
      { numRuns: 1_000 },
    );
  });

  it("is the same set in whatever order its numbers came", () => {
    fc.assert(
      fc.property(numbers, (seqs) => {
        const sorted = seqs.toSorted((a, b) => a - b);
        expect(filled(seqs).toString()).to.equal(filled(sorted).toString());
      }),
    );
  });

  it("goes on where it was written down", () => {
    fc.assert(
      fc.property(numbers, numbers, (first, second) => {
        const resumed = SequenceSet.parse(filled(first).toString());
        for (const seq of second) resumed.add(seq);
        expect(resumed.toString()).to.equal(filled([...first, ...second]).toString());
      }),
    );
  });

  it("is one range where its numbers came in order", () => {
    expect(filled(Array.from({ length: 5_000 }, (_, n) => 10_000 + n)).toString()).to.equal(
      "{[10000,15000)}",
    );
  });

  describe("as an int8multirange", () => {
    const database = databaseForSuite();

    it("is what PostgreSQL makes of the same numbers", async () => {
      const samples = fc.sample(numbers, { numRuns: 100, seed: 1 });
      for (const seqs of samples) {
        const { rows } = await database().pool.query<{ same: boolean; text: string }>(
          `SELECT $1::int8multirange = coalesce(range_agg(int8range(seq, seq + 1)), '{}') AS same,
                  ($1::int8multirange)::text AS text
             FROM unnest($2::bigint[]) AS seq`,
          [filled(seqs).toString(), seqs],
        );
        expect(rows[0]).to.deep.equal({ same: true, text: filled(seqs).toString() });
      }
    });
  });
});
