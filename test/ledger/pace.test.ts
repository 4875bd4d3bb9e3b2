import { expect } from "chai";
import fc from "fast-check";
import { type Pace, realtimePace, recordsWithin, secondsFor } from "../../ledger/runs/pace.ts";
import { anyPace } from "./any-pace.ts";

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const seconds = number(0.1, 3_600);
const clock = number(0, 100_000);
/** Of records; between none and a billionth of one there are numbers whose squares vanish. */
const count = fc.oneof(fc.constant(0), number(1e-9, 1_000_000));

/** The rate at a moment, as the documentation says it in words. */
function rateAt({ rate, shape }: Pace, at: number): number {
  if (shape.kind === "constant" || shape.kind === "realtime") return rate;
  if (shape.kind === "ramp") {
    return at >= shape.seconds ? rate : shape.from + ((rate - shape.from) * at) / shape.seconds;
  }
  const isBurst = at % shape.everySeconds >= shape.everySeconds - shape.burstSeconds;
  return isBurst ? rate * shape.factor : rate;
}

const near = (actual: number, expected: number, scale: number): boolean =>
  Math.abs(actual - expected) <= 1e-6 * Math.max(1, Math.abs(expected), scale);

/** How far a sum of steps may be off, since one of them falls on the edge of each burst, or on the end of a ramp. */
function edgeError({ rate, shape }: Pace, length: number, step: number): number {
  if (shape.kind === "constant" || shape.kind === "realtime") return 0;
  if (shape.kind === "ramp") return ((Math.abs(rate - shape.from) / shape.seconds) * step * step) / 8;
  const edges = 2 + (2 * length) / shape.everySeconds;
  return edges * Math.abs(shape.factor - 1) * rate * step;
}

describe("a pace", () => {
  it("makes as many records within a time as its rate adds up to", () => {
    fc.assert(
      fc.property(anyPace, number(0, 5_000), number(0.01, 100), (pace, from, length) => {
        const steps = 20_000;
        let sum = 0;
        for (let step = 0; step < steps; step++) {
          sum += (rateAt(pace, from + ((step + 0.5) / steps) * length) * length) / steps;
        }
        expect(recordsWithin(pace, from, length)).to.be.closeTo(
          sum,
          edgeError(pace, length, length / steps) + 1e-6 * sum + 1e-6,
        );
      }),
      {
        numRuns: 200,
        // Falls far within a moment: the steps are off by most of what may be.
        examples: [
          [
            { rate: 0.01, shape: { kind: "ramp", from: 42.931194180849005, seconds: 0.10000000000000002 } },
            0,
            7.13009074661697,
          ],
        ],
      },
    );
  });

  it("makes in two times that follow each other what it makes in both", () => {
    fc.assert(
      fc.property(anyPace, clock, seconds, seconds, (pace, from, one, other) => {
        const both = recordsWithin(pace, from, one + other);
        const parts = recordsWithin(pace, from, one) + recordsWithin(pace, from + one, other);
        expect(parts).to.satisfy((sum: number) => near(sum, both, pace.rate * 100));
      }),
    );
  });

  it("takes the time for records in which it makes them", () => {
    fc.assert(
      fc.property(anyPace, clock, count, (pace, from, records) => {
        const time = secondsFor(pace, from, records);
        expect(time).to.be.at.least(0).and.to.be.below(Number.POSITIVE_INFINITY);
        expect(recordsWithin(pace, from, time)).to.satisfy((made: number) =>
          near(made, records, records + (pace.rate * from) / 1_000),
        );
      }),
    );
  });

  it("takes no less time for more records", () => {
    fc.assert(
      fc.property(anyPace, clock, fc.nat(100_000), fc.nat(1_000), (pace, from, records, more) => {
        const less = secondsFor(pace, from, records);
        expect(secondsFor(pace, from, records + more)).to.be.at.least(less - 1e-6 * (1 + less));
      }),
    );
  });

  it("ramps evenly and then keeps its rate", () => {
    const pace: Pace = { rate: 100, shape: { kind: "ramp", from: 0, seconds: 10 } };
    expect(recordsWithin(pace, 0, 10)).to.equal(500);
    expect(recordsWithin(pace, 0, 12)).to.equal(700);
    expect(secondsFor(pace, 0, 125)).to.equal(5);
    expect(secondsFor(pace, 0, 600)).to.equal(11);
    const down: Pace = { rate: 10, shape: { kind: "ramp", from: 100, seconds: 10 } };
    expect(recordsWithin(down, 0, 10)).to.equal(550);
    expect(secondsFor(down, 0, 550)).to.equal(10);
  });

  it("bursts at the end of every period", () => {
    const pace: Pace = {
      rate: 10,
      shape: { kind: "burst", everySeconds: 10, burstSeconds: 2, factor: 5 },
    };
    expect(recordsWithin(pace, 0, 8)).to.equal(80);
    expect(recordsWithin(pace, 8, 2)).to.equal(100);
    expect(recordsWithin(pace, 0, 100)).to.equal(1_800);
    expect(secondsFor(pace, 0, 180)).to.equal(10);
    expect(secondsFor(pace, 7, 60)).to.equal(2);
  });

  it("of a time series is that of its instants: all readings of one within half a second, then none up to the next", () => {
    const pace = realtimePace({ everyMs: 10_000, jitterMs: 1_000 }, 1_000);
    expect(pace).to.deep.equal({
      rate: 100,
      shape: { kind: "realtime", entities: 1_000, everySeconds: 10, jitterSeconds: 1 },
    });
    expect([0.25, 0.5, 10, 10.5, 25].map((seconds) => recordsWithin(pace, 0, seconds))).to.deep.equal([
      500, 1_000, 1_000, 2_000, 3_000,
    ]);
    expect(recordsWithin(pace, 9, 2)).to.equal(1_000);
    // The first of the next instant is due with it, and not as soon as the last of this one is sent.
    expect([0, 500, 999, 1_000, 1_500].map((records) => secondsFor(pace, 0, records))).to.deep.equal([
      0, 0.25, 0.4995, 10, 10.25,
    ]);
  });

  it("is silent in a burst of factor 0", () => {
    const pace: Pace = {
      rate: 10,
      shape: { kind: "burst", everySeconds: 10, burstSeconds: 2, factor: 0 },
    };
    expect(recordsWithin(pace, 8, 2)).to.equal(0);
    expect(secondsFor(pace, 9, 1)).to.be.closeTo(1.1, 1e-9);
  });
});
