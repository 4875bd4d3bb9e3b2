import { expect } from "chai";
import fc from "fast-check";
import { measurePresentRate } from "../../cli/present-rate.ts";
import type { Run } from "../../cli/run.ts";

const endless = (stored: number, rate: number): Run => ({
  id: "r1",
  status: "running",
  requested: null,
  produced: stored,
  stored,
  flagged: 0,
  deadLettered: 0,
  rate,
  createdAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  error: null,
});

describe("the present rate of a run", () => {
  let nowMs: number;
  let measure: (run: Run) => number | null;
  beforeEach(() => {
    nowMs = 0;
    measure = measurePresentRate(() => nowMs);
  });

  /** Looks at a run that makes one record every 1/rate seconds until the time, told so many milliseconds apart. */
  function watch(
    rate: number,
    untilMs: number,
    wanted = rate,
    before = 0,
    gapsMs: readonly number[] = [200],
  ) {
    const fromMs = nowMs;
    const shown: (number | null)[] = [];
    for (let i = 0; nowMs < untilMs; i++) {
      shown.push(measure(endless(before + Math.floor(((nowMs - fromMs) * rate) / 1000), wanted)));
      nowMs += gapsMs[i % gapsMs.length] ?? 200;
    }
    return shown;
  }

  it("is the one that was asked for, however the looks fall", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 25, max: 400 }), { minLength: 1, maxLength: 30 }), (gaps) => {
        nowMs = 0;
        measure = measurePresentRate(() => nowMs);
        const shown = watch(50, 60_000, 50, 0, gaps).flatMap((rate) =>
          rate === null ? [] : [Math.round(rate)],
        );
        expect(new Set(shown)).to.deep.equal(new Set([50]));
      }),
    );
  });

  it("is the one that was asked for where a lump is late", () => {
    watch(50, 20_000);
    measure(endless(995, 50));
    nowMs += 400;
    expect(measure(endless(1_020, 50))).to.equal(50);
  });

  it("is not told before there is enough to tell", () => {
    expect(new Set(watch(50, 5_000))).to.deep.equal(new Set([null]));
  });

  it("is that of a slow run too", () => {
    expect(watch(0.2, 120_000).at(-1)).to.be.closeTo(0.2, 0.02);
  });

  it("is lower where the run cannot keep up", () => {
    expect(watch(30, 20_000, 50).at(-1)).to.be.closeTo(30, 0.3);
  });

  it("begins anew where another one is asked for", () => {
    watch(50, 20_000);
    const shown = watch(100, 30_000, 100, 1_000);
    expect(shown[0]).to.equal(null);
    expect(shown.at(-1)).to.be.closeTo(100, 0.5);
  });

  it("sinks to 0 where the run stands still", () => {
    watch(50, 20_000);
    const shown = watch(0, 60_000, 50, 999);
    expect(shown[0]).to.be.closeTo(50, 0.5);
    expect(shown[shown.length >> 2]).to.be.within(5, 45);
    expect(shown.at(-1)).to.be.below(2);
  });
});
