import { expect } from "chai";
import fc from "fast-check";
import { type Allotted, allot } from "../../ledger/planning/allot.ts";
import type { PlannedRun, Room } from "../../ledger/planning/plan.ts";

const room = (wishes: Partial<Room> = {}): Room => ({
  ...{
    freeRecords: 100_000,
    freeOfKind: 100_000,
    keptRecords: 0,
    reservedRecords: 10_000,
    leastRecords: 100,
    mostOfChunk: 25_000,
  },
  ...{ shareRecords: 100_000, pendingRecords: 0 },
  ...wishes,
});
const run = (id: string, wishes: Partial<PlannedRun> = {}): PlannedRun => ({
  ...{
    id,
    requested: 1_000_000,
    chunkMultiple: 1,
    chunkSize: 5_000,
    plannedChunks: 0,
    plannedRecords: 0,
    shelved: [],
  },
  ...wishes,
});
const heldUpMs = 1_234;

/** How many records each run gets, by its id. */
function recordsOf({ planned }: Allotted): Record<string, number> {
  return Object.fromEntries(
    Array.from(planned, ([id, { chunks, returning }]) => [
      id,
      [...chunks, ...returning].reduce((sum, { firstSeq, endSeq }) => sum + endSeq - firstSeq, 0),
    ]),
  );
}

describe("handing out room among runs", () => {
  it("gives one alone its share, whole chunk by whole chunk, and the last one shorter", () => {
    expect(recordsOf(allot({ own: run("a"), hungry: [] }, room(), heldUpMs))).to.deep.equal({ a: 90_000 });
    const share = room({ shareRecords: 12_000 });
    expect(recordsOf(allot({ own: run("a"), hungry: [] }, share, heldUpMs))).to.deep.equal({ a: 10_000 });
    const small = run("a", { requested: 7_000 });
    expect(recordsOf(allot({ own: small, hungry: [] }, room(), heldUpMs))).to.deep.equal({ a: 7_000 });
  });

  it("gives others that have nothing a chunk each before its own run gets a second one", () => {
    const allotted = allot(
      { own: run("a"), hungry: [run("b"), run("c", { plannedRecords: 50_000, plannedChunks: 10 })] },
      room({ freeRecords: 30_000 }),
      heldUpMs,
    );
    expect(recordsOf(allotted)).to.deep.equal({ a: 10_000, b: 5_000, c: 5_000 });
  });

  it("leaves the last tenth to chunks near the beginning of their runs", () => {
    const full = room({ freeRecords: 10_000 });
    const far = run("a", { plannedRecords: 100_000, plannedChunks: 20 });
    expect(recordsOf(allot({ own: far, hungry: [] }, full, heldUpMs))).to.deep.equal({});
    expect(recordsOf(allot({ own: run("a"), hungry: [] }, full, heldUpMs))).to.deep.equal({ a: 5_000 });
    const small = run("a", { requested: 1_000 });
    const nearlyFull = room({ freeRecords: 2_000 });
    expect(recordsOf(allot({ own: small, hungry: [] }, nearlyFull, heldUpMs))).to.deep.equal({ a: 1_000 });
  });

  it("keeps of what is free what paced runs need, and none of it from small runs and new ones", () => {
    const kept = room({ freeRecords: 60_000, keptRecords: 50_000 });
    const far = run("a", { plannedRecords: 100_000, plannedChunks: 20 });
    expect(recordsOf(allot({ own: far, hungry: [] }, kept, heldUpMs))).to.deep.equal({});
    expect(recordsOf(allot({ own: run("a"), hungry: [] }, kept, heldUpMs))).to.deep.equal({ a: 10_000 });
    const small = run("a", { requested: 1_000 });
    const scarce = room({ freeRecords: 10_000, keptRecords: 50_000 });
    expect(recordsOf(allot({ own: small, hungry: [] }, scarce, heldUpMs))).to.deep.equal({ a: 1_000 });
  });

  it("brings a chunk back that is larger than any that is planned by now", () => {
    const shelved = [{ index: 3, firstSeq: 15_000, endSeq: 20_000 }];
    const own = run("a", { plannedChunks: 4, plannedRecords: 20_000, requested: 20_000, shelved });
    const lowered = room({ freeRecords: 5_000, reservedRecords: 500, leastRecords: 5, mostOfChunk: 1_250 });
    expect(recordsOf(allot({ own, hungry: [] }, lowered, heldUpMs))).to.deep.equal({ a: 5_000 });
    expect(recordsOf(allot({ own: null, hungry: [own, run("b")] }, lowered, heldUpMs))).to.have.keys([
      "a",
      "b",
    ]);
  });

  it("brings chunks back that were planned before, first and in their order", () => {
    const shelved = [3, 5].map((index) => ({ index, firstSeq: index * 5_000, endSeq: (index + 1) * 5_000 }));
    const own = run("a", { plannedChunks: 6, plannedRecords: 30_000, shelved });
    const { planned } = allot({ own, hungry: [] }, room({ freeRecords: 26_000 }), heldUpMs);
    expect(planned.get("a")).to.deep.equal({
      returning: shelved,
      chunks: [{ index: 6, firstSeq: 30_000, endSeq: 35_000, due: null }],
    });
  });

  it("has a run look again at progress while it wants more, and by itself where it has nothing", () => {
    const lookAgain = (own: PlannedRun | null, wishes: Partial<Room>, hungry: PlannedRun[] = []) =>
      allot({ own, hungry }, room(wishes), heldUpMs).lookAgain;
    expect(lookAgain(run("a"), {})).to.deep.equal({ inMs: null, atProgress: true });
    const settled = run("a", { requested: 7_000, plannedChunks: 2, plannedRecords: 7_000 });
    expect(lookAgain(settled, { pendingRecords: 7_000 })).to.deep.equal({ inMs: null, atProgress: false });
    // Its progress makes the room for which others wait.
    const scarce = { freeRecords: 3_000, pendingRecords: 7_000 };
    expect(lookAgain(settled, scarce, [run("b")])).to.deep.equal({ inMs: null, atProgress: true });
    expect(lookAgain(settled, { freeRecords: 0 })).to.deep.equal({ inMs: null, atProgress: true });
    expect(lookAgain(run("a"), { freeRecords: 3_000 })).to.deep.equal({ inMs: heldUpMs, atProgress: true });
  });

  describe("whatever runs there are", () => {
    const anyRun = fc
      .record({
        id: fc.uuid(),
        requested: fc.integer({ min: 1, max: 200_000 }),
        chunkMultiple: fc.constantFrom(1, 1, 28),
        chunkSize: fc.integer({ min: 1, max: 30_000 }),
        plannedRecords: fc.integer({ min: 0, max: 200_000 }),
        plannedChunks: fc.nat(1_000),
      })
      .map(
        (each): PlannedRun => ({
          ...each,
          plannedRecords: Math.min(each.plannedRecords, each.requested),
          shelved: [],
        }),
      );
    const anyRuns = fc.uniqueArray(anyRun, { selector: ({ id }) => id, minLength: 1, maxLength: 30 });
    const anyFree = fc.integer({ min: -10_000, max: 100_000 });
    const ends = ({ planned }: Allotted) =>
      Array.from(planned, ([id, { chunks }]) => ({ id, endSeq: chunks[0]?.endSeq ?? 0 }));
    const nextEnd = ({ plannedRecords, chunkSize, requested }: PlannedRun): number =>
      Math.min(plannedRecords + Math.min(chunkSize, room().mostOfChunk), requested ?? 0);

    it("takes no more than there is free, and never more chunks than the least weight allows", () => {
      fc.assert(
        fc.property(anyRuns, anyFree, ([own, ...hungry], freeRecords) => {
          const allotted = allot({ own: own ?? null, hungry }, room({ freeRecords }), heldUpMs);
          const chunks = [...allotted.planned.values()].flatMap((plan) => plan.chunks);
          const weights = chunks.map(({ firstSeq, endSeq }) => Math.max(endSeq - firstSeq, 100));
          expect(weights.reduce((sum, weight) => sum + weight, 0)).to.be.at.most(Math.max(0, freeRecords));
        }),
      );
    });

    it("serves nobody who has had more than one that waits", () => {
      fc.assert(
        fc.property(anyRuns, anyFree, (hungry, freeRecords) => {
          const served = ends(allot({ own: null, hungry }, room({ freeRecords }), heldUpMs));
          const ids = new Set(served.map(({ id }) => id));
          const waiting = hungry.filter(
            (each) => !ids.has(each.id) && each.plannedRecords < (each.requested ?? 0),
          );
          const last = Math.max(0, ...served.map(({ endSeq }) => endSeq));
          for (const each of waiting) expect(nextEnd(each)).to.be.at.least(last);
        }),
      );
    });

    it("plans each run on where it stands, without gap or overlap", () => {
      fc.assert(
        fc.property(anyRuns, ([own, ...hungry]) => {
          const runs = [...(own === undefined ? [] : [own]), ...hungry];
          const { planned } = allot({ own: own ?? null, hungry }, room(), heldUpMs);
          for (const each of runs) {
            let [index, seq] = [each.plannedChunks, each.plannedRecords];
            for (const chunk of planned.get(each.id)?.chunks ?? []) {
              expect(chunk).to.include({ index, firstSeq: seq });
              expect(chunk.endSeq).to.be.within(seq + 1, each.requested ?? 0);
              [index, seq] = [index + 1, chunk.endSeq];
            }
          }
        }),
      );
    });
  });
});
