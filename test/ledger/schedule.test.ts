import { expect } from "chai";
import fc from "fast-check";
import { realtimePace } from "../../ledger/runs/pace.ts";
import {
  changePace,
  dueAt,
  postpone,
  type Schedule,
  type Slice,
  sliceFrom,
} from "../../ledger/runs/schedule.ts";
import { anyPace } from "./any-pace.ts";

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  pace: anyPace,
  seq: fc.nat(1_000_000_000_000),
  dueAt: number(0, 1_000_000),
  shapeSeconds: number(0, 10_000),
});

const noEnd = { endSeq: Number.MAX_SAFE_INTEGER, maxRecords: 5_000, now: 0 };

function slicesOf(schedule: Schedule, count: number, limits = noEnd): Slice[] {
  const slices: Slice[] = [];
  for (let seq = schedule.seq; slices.length < count && seq < limits.endSeq; ) {
    const slice = sliceFrom(schedule, seq, limits);
    slices.push(slice);
    seq = slice.endSeq;
  }
  return slices;
}

describe("a schedule", () => {
  it("of a constant rate has a record due every so often", () => {
    const schedule: Schedule = {
      pace: { rate: 10, shape: { kind: "constant" } },
      seq: 100,
      dueAt: 7,
      shapeSeconds: 0,
    };
    expect([100, 101, 110, 200].map((seq) => dueAt(schedule, seq))).to.deep.equal([7, 7.1, 8, 17]);
  });

  it("is cut into slices of half a second, or of one record", () => {
    const at = (rate: number): Schedule => ({
      pace: { rate, shape: { kind: "constant" } },
      seq: 0,
      dueAt: 0,
      shapeSeconds: 0,
    });
    const ends = (rate: number): number[] => slicesOf(at(rate), 4).map(({ endSeq }) => endSeq);
    expect(ends(10)).to.deep.equal([5, 10, 15, 20]);
    expect(ends(0.1)).to.deep.equal([1, 2, 3, 4]);
    expect(ends(1_000)).to.deep.equal([500, 1_000, 1_500, 2_000]);
    expect(ends(3)).to.deep.equal([2, 4, 6, 8]);
    expect(ends(1_000_000), "of no more records than a chunk has").to.deep.equal([
      5_000, 10_000, 15_000, 20_000,
    ]);
  });

  describe("of a time series in real time", () => {
    const anySeries = fc
      .record({
        entities: fc.integer({ min: 1, max: 20_000 }),
        everyMs: fc.oneof(
          fc.integer({ min: 1_000, max: 5_000 }),
          fc.integer({ min: 1_000, max: 100_000_000 }),
        ),
        jitter: fc.double({ min: 0, max: 0.999, noNaN: true }),
        passed: fc.nat(10_000_000),
        maxRecords: fc.integer({ min: 1, max: 10_000 }),
      })
      .map(({ entities, everyMs, jitter, passed, maxRecords }) => {
        const jitterMs = Math.floor(everyMs * jitter);
        const schedule: Schedule = {
          pace: realtimePace({ everyMs, jitterMs }, entities),
          seq: 0,
          dueAt: jitterMs / 1_000,
          shapeSeconds: 0,
        };
        /** When the last moment has come that the jitter allows, in seconds from the reference date. */
        const latestAt = (seq: number): number => (Math.floor(seq / entities) * everyMs + jitterMs) / 1_000;
        return { schedule, latestAt, everyMs, firstSeq: passed, maxRecords };
      });

    it("has every reading due when its instant and its jitter have passed, and half a second later at most", () => {
      fc.assert(
        fc.property(anySeries, ({ schedule, latestAt, firstSeq, maxRecords }) => {
          let seq = firstSeq;
          for (let slices = 0; slices < 20; slices++) {
            const slice = sliceFrom(schedule, seq, { ...noEnd, maxRecords });
            const { dueAt: first, lastDueAt: last, endSeq } = slice;
            expect(endSeq - seq).to.be.within(1, maxRecords);
            // As a worker sends them: spread evenly between the first and the last.
            const gap = (last - first) / Math.max(1, endSeq - 1 - seq);
            for (const each of [seq, seq + 1, Math.floor((seq + endSeq) / 2), endSeq - 1]) {
              if (each >= endSeq) continue;
              const sentAt = first + gap * (each - seq);
              // Centuries on, doubles tell no millionths of a second apart any more.
              const rounding = 1e-6 + latestAt(each) * 1e-15;
              expect(sentAt - latestAt(each)).to.be.within(-rounding, 0.5 + rounding);
            }
            seq = endSeq;
          }
        }),
      );
    });

    it("makes of passed instants one slice, as long as a chunk may be, and nothing of it that is not due", () => {
      fc.assert(
        fc.property(
          anySeries,
          fc.nat(1_000_000),
          ({ schedule, latestAt, everyMs, firstSeq, maxRecords }, behind) => {
            const now = latestAt(firstSeq + behind) + everyMs / 2_000;
            const { endSeq, lastDueAt } = sliceFrom(schedule, firstSeq, { ...noEnd, maxRecords, now });
            const isPassed = (seq: number): boolean => latestAt(seq) < latestAt(firstSeq + behind);
            if (isPassed(firstSeq))
              expect(endSeq - firstSeq === maxRecords || !isPassed(endSeq)).to.equal(true);
            expect(lastDueAt).to.be.at.most(Math.max(now, latestAt(firstSeq) + 0.5 + 1e-6));
          },
        ),
      );
    });
  });

  it("has slices that follow each other, in half a second each, as long as the run", () => {
    fc.assert(
      fc.property(
        anySchedule,
        fc.integer({ min: 1, max: 10_000 }),
        fc.nat(20_000),
        (schedule, maxRecords, more) => {
          const endSeq = schedule.seq + more;
          let seq = schedule.seq;
          let before = Number.NEGATIVE_INFINITY;
          for (const slice of slicesOf(schedule, 300, { endSeq, maxRecords, now: 0 })) {
            expect(slice.firstSeq).to.equal(seq);
            expect(slice.endSeq - seq).to.be.within(1, maxRecords);
            expect(slice.dueAt).to.be.at.least(before - 1e-6);
            expect(slice.lastDueAt - slice.dueAt).to.be.within(0, 0.5 + 1e-6);
            seq = slice.endSeq;
            before = slice.lastDueAt;
          }
          expect(seq).to.be.at.most(endSeq);
        },
      ),
    );
  });

  it("gives the same slices to whoever goes on with it", () => {
    fc.assert(
      fc.property(anySchedule, fc.integer({ min: 1, max: 50 }), (schedule, cut) => {
        const all = slicesOf(schedule, 60);
        const rest = slicesOf({ ...schedule }, cut).at(-1);
        expect(sliceFrom({ ...schedule }, rest?.endSeq ?? 0, noEnd)).to.deep.equal(all[cut]);
      }),
    );
  });

  it("that is postponed has every record due so much later", () => {
    fc.assert(
      fc.property(anySchedule, number(0, 100_000), fc.nat(10_000), (schedule, seconds, records) => {
        const seq = schedule.seq + records;
        expect(dueAt(postpone(schedule, seconds), seq)).to.be.closeTo(dueAt(schedule, seq) + seconds, 1e-6);
      }),
    );
  });

  it("goes on as it was after a change to the same pace", () => {
    fc.assert(
      fc.property(anySchedule, fc.nat(10_000), number(0, 1), (schedule, records, part) => {
        const nextSeq = schedule.seq + records;
        const now = dueAt(schedule, nextSeq) - part;
        const changed = changePace(schedule, { pace: schedule.pace, restarts: false, now, nextSeq });
        expect(changed.dueAt).to.be.closeTo(dueAt(schedule, nextSeq), 1e-3);
        expect(changed.shapeSeconds - changed.dueAt).to.be.closeTo(
          Math.max(schedule.shapeSeconds - schedule.dueAt, -now),
          1e-3,
        );
      }),
    );
  });

  const constant = (rate: number) => ({ rate, shape: { kind: "constant" } }) as const;
  const change = (from: number, to: number, now: number, nextSeq: number): number => {
    const schedule: Schedule = { pace: constant(from), seq: 0, dueAt: 0, shapeSeconds: 0 };
    return changePace(schedule, { pace: constant(to), restarts: false, now, nextSeq }).dueAt;
  };

  it("owes the rest of a record at the new rate", () => {
    // Record 1 is due after 100 s; after 75 a quarter of it is owed, and takes 2.5 s at ten times the rate.
    expect(change(0.01, 0.1, 75, 1)).to.equal(77.5);
    expect(change(0.01, 1_000, 75, 1)).to.be.closeTo(75.00025, 1e-9);
    expect(change(1, 0.01, 0.5, 1)).to.equal(50.5);
  });

  it("does not wait at a low rate for what was planned at a high one", () => {
    expect(change(10_000, 0.01, 10, 105_000)).to.equal(10.5);
  });

  it("drops what is late", () => {
    expect(change(1_000, 10, 10, 9_000)).to.equal(10);
  });

  it("begins a new shape anew", () => {
    const schedule: Schedule = { pace: constant(100), seq: 0, dueAt: 0, shapeSeconds: 0 };
    const pace = { rate: 200, shape: { kind: "ramp", from: 50, seconds: 10 } } as const;
    const changed = changePace(schedule, { pace, restarts: true, now: 60, nextSeq: 6_000 });
    expect(changed).to.deep.include({ pace, seq: 6_000, dueAt: 60, shapeSeconds: 0 });
    expect(dueAt(changed, 6_000 + 1_250)).to.equal(70);
  });
});
