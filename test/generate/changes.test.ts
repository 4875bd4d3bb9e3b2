import { expect } from "chai";
import fc from "fast-check";
import { type Change, createChangeLog } from "../../generate/changes/change-log.ts";
import type { Changes } from "../../generate/shapes/nodes.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 48 });
const howTheyChange = fc
  .record({
    updates: fc.integer({ min: 0, max: 300 }),
    deletes: fc.integer({ min: 0, max: 100 }),
    envelope: fc.constantFrom("debezium" as const, "upsert" as const),
  })
  .map(
    ({ updates, deletes, envelope }): Changes => ({
      updates: updates / 100,
      deletes: deletes / 100,
      overMs: 86_400_000,
      envelope,
      state: null,
      fields: null,
    }),
  );

const plain = ({ former: _, ...change }: Change): Omit<Change, "former"> => change;

describe("the changes of records", () => {
  it("create every record once, update it, and delete it at most once and last, in order of time", () => {
    fc.assert(
      fc.property(seeds, howTheyChange, fc.integer({ min: 0, max: 400 }), (seed, changes, records) => {
        const log = createChangeLog(seed, "t", changes, records);
        const last = new Map<number, Change>();
        for (let seq = 0; seq < (log.messages ?? 0); seq++) {
          const change = log.at(seq);
          const former = last.get(change.record) ?? null;
          expect(change.seq).to.equal(seq);
          expect(change.former?.seq ?? null).to.equal(former?.seq ?? null);
          expect(change.kind === "create").to.equal(former === null);
          if (former !== null) {
            const isBehindDeletion = former.kind === "delete" && change.kind === "tombstone";
            expect(isBehindDeletion || former.kind === "create" || former.kind === "update").to.equal(true);
            expect(change.at).to.be.at.least(former.at);
            expect(change.updates).to.equal(former.updates + (change.kind === "update" ? 1 : 0));
          }
          last.set(change.record, change);
        }
        expect([...last.keys()].sort((a, b) => a - b)).to.deep.equal(
          Array.from({ length: records }, (_, record) => record),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("are as many as was said of every hundred records", () => {
    fc.assert(
      fc.property(seeds, howTheyChange, (seed, changes) => {
        const log = createChangeLog(seed, "t", changes, 100);
        const kinds = { create: 0, update: 0, delete: 0, tombstone: 0 };
        for (let seq = 0; seq < (log.messages ?? 0); seq++) kinds[log.at(seq).kind] += 1;
        const deletes = Math.round(changes.deletes * 100);
        expect(kinds).to.deep.equal({
          create: 100,
          update: Math.round(changes.updates * 100),
          delete: changes.envelope === "debezium" ? deletes : 0,
          tombstone: deletes,
        });
      }),
      { numRuns: 60 },
    );
  });

  it("are the same in whatever order they are asked for, far behind the first too, and without an end", () => {
    fc.assert(
      fc.property(
        seeds,
        howTheyChange,
        fc.array(fc.integer({ min: 0, max: 2 ** 40 }), { minLength: 2, maxLength: 20 }),
        (seed, changes, asked) => {
          const log = createChangeLog(seed, "t", changes, 2 ** 40 + 1);
          const backwards = createChangeLog(seed, "t", changes, null);
          const found = asked.map((seq) => plain(log.at(seq)));
          expect(asked.toReversed().map((seq) => plain(backwards.at(seq)))).to.deep.equal(found.toReversed());
        },
      ),
      { numRuns: 40 },
    );
  });

  it("of fewer records are those of more without the others'", () => {
    const changes: Changes = {
      ...{ updates: 1.37, deletes: 0.11, overMs: 1_000, envelope: "debezium" },
      ...{ state: null, fields: null },
    };
    const all = createChangeLog(5, "t", changes, 200);
    const few = createChangeLog(5, "t", changes, 130);
    const told = (log: typeof all): readonly unknown[] =>
      Array.from({ length: log.messages ?? 0 }, (_, seq) => log.at(seq))
        .filter(({ record }) => record < 130)
        .map(({ kind, record, updates, at }) => ({ kind, record, updates, at }));
    expect(told(few)).to.deep.equal(told(all));
    expect(few.messages).to.equal(told(all).length);
  });
});
