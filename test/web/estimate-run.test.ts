import { expect } from "chai";
import fc from "fast-check";
import type { RunPace } from "../../ledger/history/recent-paces.ts";
import { estimateRun } from "../../web/new-run/estimate/estimate-run.ts";
import { formatBytes } from "../../web/new-run/estimate/estimate-text.tsx";
import { fitPace, type MeasuredPace } from "../../web/new-run/estimate/fit-pace.ts";

const rowSize = { rows: 50_000, bytesPerRow: 800, payloadBytes: 300 };

/** Runs as `[records, seconds]`, the newest first. */
const runsOf = (...runs: readonly (readonly [number, number])[]): RunPace[] =>
  runs.map(([records, seconds]) => ({ records, seconds }));

/** What runs took one after another on two cores that had twenty other things to do. */
const busy = runsOf(
  [1_000, 2.014],
  [1_000, 1.49],
  [1_000, 0.818],
  [1_000, 1.096],
  [1_000, 0.962],
  [1_000, 0.784],
  [250_000, 28.443],
  [10_000, 2.214],
  [1_000, 1.348],
  [100, 0.482],
  [50_000, 7.712],
  [10_000, 3.267],
  [250_000, 31.715],
  [1_000, 2.098],
  [100_000, 15.316],
);
const busySmall = busy.slice(0, 6);
/** And on an idle machine. */
const idleSmall = runsOf([1_000, 0.112], [1_000, 0.108], [1_000, 0.12], [1_000, 0.11]);

const estimateFrom = (runs: readonly RunPace[], count: number | null, rate: number | null = null) =>
  estimateRun({ count, rate, payloadBytes: 300 }, { pace: fitPace(runs), rowSize });
const secondsFrom = (runs: readonly RunPace[], count: number): number =>
  estimateFrom(runs, count).seconds ?? Number.NaN;

describe("The estimate of a run", () => {
  it("is within a quarter of what runs of every size took, where all were measured", () => {
    for (const { records, seconds } of busy.filter(({ records: size }) => size >= 50_000)) {
      expect(secondsFrom(busy, records) / seconds, `${records}`).to.be.within(0.75, 1.25);
    }
    expect(secondsFrom(busy, 1_000)).to.be.within(0.8, 1.5);
    expect(secondsFrom(busy, 100)).to.be.within(0.4, 1.5);
    expect(estimateFrom(busy, 250_000)).to.include({ timeBasis: "measured", secondsAtMost: null });
  });

  it("is no multiple of a small run where there are no others: most of that is its start", () => {
    // These runs were followed by one of 250,000 that took 6 s, and by one that took 28.4 s.
    for (const [runs, took] of [
      [idleSmall, 6],
      [busySmall, 28.4],
    ] as const) {
      const { seconds, secondsAtMost, timeBasis } = estimateFrom(runs, 250_000);
      expect((seconds ?? 0) / took).to.be.within(0.5, 2);
      expect(timeBasis).to.equal("assumed");
      expect(secondsAtMost).to.be.above(took);
    }
    expect(estimateFrom(idleSmall, 250_000).secondsAtMost).to.be.closeTo(28, 0.5);
    expect(secondsFrom(idleSmall, 1_000)).to.be.closeTo(0.11, 0.005);
  });

  it("of a small run is short where only large ones were measured", () => {
    const large = runsOf([250_000, 6.1], [300_000, 6.9], [250_000, 5.8]);
    expect(secondsFrom(large, 1_000)).to.be.below(0.5);
    expect(secondsFrom(large, 250_000)).to.be.within(5.8, 6.1);
    expect(estimateFrom(large, 250_000).timeBasis).to.equal("measured");
  });

  it("tells the start from the rate as soon as there is one large run", () => {
    const pace = fitPace([...runsOf([250_000, 6]), ...idleSmall]);
    expect(pace?.isAssumed).to.equal(false);
    expect(pace?.recordsPerSecond).to.be.within(42_000, 43_000);
    expect(pace?.fixedSeconds).to.be.within(0.08, 0.1);
  });

  it("finds the start and the rate of runs that have both, whatever one in three of them met", () => {
    const seconds = (records: number): number => 0.2 + records / 20_000;
    const sizes = [500, 1_000, 2_000, 20_000, 50_000, 200_000];
    const runs = sizes.flatMap((records) => [
      { records, seconds: seconds(records) },
      { records, seconds: 30 * seconds(records) },
      { records, seconds: seconds(records) },
    ]);
    const pace = fitPace(runs);
    expect(pace?.fixedSeconds).to.be.closeTo(0.2, 1e-6);
    expect(pace?.recordsPerSecond).to.be.closeTo(20_000, 1e-3);
  });

  it("says by how much it may err: three in four of the runs were as near to it", () => {
    expect(fitPace(busy)?.spread).to.be.within(0.05, 0.25);
    expect(fitPace(runsOf([50_000, 1], [50_000, 1], [50_000, 1]))?.spread).to.be.closeTo(0, 1e-9);
    expect(fitPace(runsOf([50_000, 1], [50_000, 5]))?.spread).to.equal(null);
  });

  it("says that it goes far beyond what was measured, and how long the run takes at most", () => {
    expect(estimateFrom(busy, 1_000_000).timeBasis).to.equal("measured");
    const { seconds, secondsAtMost, timeBasis } = estimateFrom(busy, 10_000_000);
    expect(timeBasis).to.equal("extrapolated");
    expect(secondsAtMost).to.be.above(seconds ?? 0);
    expect(secondsAtMost).to.be.closeTo(40 * secondsFrom(busy, 250_000), 1);
  });

  it("is a time, whatever was measured", () => {
    const run = fc.record({
      records: fc.integer({ min: 1, max: 10_000_000_000 }),
      seconds: fc.double({ min: 1e-6, max: 1e7, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(run, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 1e10 }),
        (runs, count) => {
          const { seconds, secondsAtMost, recordsPerSecond } = estimateFrom(runs, count);
          expect(Number.isFinite(seconds) && (seconds ?? 0) > 0).to.equal(true);
          expect(Number.isFinite(recordsPerSecond) && (recordsPerSecond ?? 0) > 0).to.equal(true);
          expect(secondsFrom(runs, count + 1)).to.be.above(0.999 * (seconds ?? 0));
          if (secondsAtMost !== null) expect(secondsAtMost).to.be.at.least(0.999 * (seconds ?? 0));
        },
      ),
    );
  });

  it("is open where nothing has been measured", () => {
    expect(fitPace([])).to.equal(null);
    const estimate = estimateRun(
      { count: 1000, rate: null, payloadBytes: 300 },
      { pace: null, rowSize: null },
    );
    expect(estimate).to.include({ seconds: null, secondsAtMost: null, timeBasis: null, bytes: null });
  });

  const pace: MeasuredPace = {
    fixedSeconds: 0.5,
    recordsPerSecond: 20_000,
    runs: 3,
    largestRecords: 100_000,
    isAssumed: false,
    spread: null,
  };

  it("follows from the rate that is asked for, as long as the stack can keep it", () => {
    const at = (rate: number | null) =>
      estimateRun({ count: 100_000, rate, payloadBytes: 300 }, { pace, rowSize });
    expect(at(null)).to.include({ seconds: 5.5, timeBasis: "measured", isLimited: false });
    expect(at(500)).to.include({ seconds: 200, timeBasis: "rate", isLimited: false });
    expect(at(100_000)).to.include({ seconds: 5.5, timeBasis: "measured", isLimited: true });
  });

  it("weighs a run by its own records", () => {
    const bytes = (payloadBytes: number) =>
      estimateRun({ count: 1000, rate: null, payloadBytes }, { pace, rowSize }).bytes;
    expect(bytes(300)).to.equal(800_000);
    expect(bytes(100)).to.equal(400_000);
  });

  it("weighs a day of a run without an end", () => {
    const estimate = estimateRun({ count: null, rate: 10, payloadBytes: 300 }, { pace, rowSize });
    expect(estimate).to.include({ seconds: null, bytes: 800 * 10 * 86_400 });
  });
});

describe("A size", () => {
  for (const [bytes, text] of [
    [0, "0 bytes"],
    [999, "1,000 bytes"],
    [4_600_000, "4.6 MB"],
    [20_400_000_000, "20 GB"],
  ] as const) {
    it(`of ${bytes} bytes is ${text}`, () => {
      expect(formatBytes(bytes)).to.equal(text);
    });
  }
});
