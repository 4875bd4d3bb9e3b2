import { expect } from "chai";
import fc from "fast-check";
import { timeValue, writeTime } from "../../generate/dates.ts";
import { hourlyRates } from "../../generate/event-times.ts";
import type { ScalarNode, TimeOperator, TimeShape } from "../../generate/shapes/nodes.ts";
import { Utf8Writer } from "../../generate/utf8-writer.ts";
import { chiSquareTest, countOf } from "../setup/goodness-of-fit.ts";
import { drawn, run, samplerOf, scalar } from "./nodes.ts";

type Between = Extract<TimeOperator, { kind: "between" }>;

const between = (rest: Partial<Between>): ScalarNode =>
  scalar({ kind: "between", shape: "date-time", period: { days: 30 }, growth: 1, rhythm: "none", ...rest });
const dayMs = 86_400_000;

describe("times", () => {
  it("are written as Date writes them, from the year 0 to 9999", () => {
    const ms = fc.integer({
      min: Date.parse("0000-01-01T00:00:00Z"),
      max: Date.parse("9999-12-31T23:59:59Z"),
    });
    fc.assert(
      fc.property(ms, fc.constantFrom<TimeShape>("date", "date-time", "unix-seconds"), (instant, shape) => {
        const units = Math.floor(instant / (shape === "date" ? dayMs : 1_000));
        const out = new Utf8Writer();
        writeTime(shape, units, out);
        expect(JSON.parse(out.toString())).to.equal(timeValue(shape, units));
      }),
      { numRuns: 5_000 },
    );
  });

  it("lie in their period, whatever its ends, and reach both", () => {
    const instants = fc.integer({ min: Date.parse("1960-01-01"), max: Date.parse("2090-01-01") });
    const shapes = fc.constantFrom<Between["rhythm"]>("none", "daily", "weekly", "daily_and_weekly");
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 5_000, max: 30 * dayMs }),
        shapes,
        fc.constantFrom(1, 4),
        (fromMs, length, rhythm, growth) => {
          const node = between({ period: { fromMs, toMs: fromMs + length }, rhythm, growth });
          const ms = drawn(node, 60).map((text) => Date.parse(String(text)));
          expect(ms.every((each) => each >= fromMs && each < fromMs + length)).to.equal(true);
        },
      ),
      { numRuns: 150 },
    );
    const dates = new Set(
      drawn(between({ shape: "date", period: { fromMs: 0, toMs: 3 * dayMs }, growth: 2 }), 500),
    );
    expect([...dates].sort()).to.deep.equal(["1970-01-01", "1970-01-02", "1970-01-03"]);
  });

  it("of so many days end before the reference date's day", () => {
    const days = new Set(
      drawn(between({ period: { days: 2 } }), 300).map((text) => String(text).slice(0, 10)),
    );
    expect([...days].sort()).to.deep.equal(["2026-06-29", "2026-06-30"]);
  });

  it("grow by their factor, and follow the hours of the day", () => {
    const node = between({ period: { fromMs: 0, toMs: 200 * dayMs }, growth: 4, rhythm: "daily" });
    const ms = drawn(node, 30_000).map((text) => Date.parse(String(text)));
    const tenths = countOf(ms.map((each) => Math.floor(each / (20 * dayMs))));
    const growing = chiSquareTest(
      Array.from({ length: 10 }, (_, tenth) => tenths.get(tenth) ?? 0),
      Array.from({ length: 10 }, (_, tenth) => 4 ** ((tenth + 0.5) / 10)),
    );
    expect(growing.statistic).to.be.below(growing.critical);
    const hours = countOf(ms.map((each) => Math.floor(each / 3_600_000) % 24));
    const daily = chiSquareTest(
      hourlyRates.map((_, hour) => hours.get(hour) ?? 0),
      hourlyRates,
    );
    expect(daily.statistic).to.be.below(daily.critical);
  });

  it("after and before another field's keep their distance from what is written there", () => {
    const of = between({});
    const node = (kind: "after" | "before", shape: TimeShape): ScalarNode =>
      scalar({ kind, shape, of, minMs: 2 * dayMs, maxMs: 9 * dayMs });
    for (const shape of ["date", "date-time", "unix-seconds"] as const) {
      const after = node("after", shape);
      const before = node("before", shape);
      const sampler = samplerOf(after, { before, of }, run);
      for (let seq = 0; seq < 500; seq++) {
        const record = sampler.value(seq) as { a: string | number; before: string | number; of: string };
        const ms = (time: string | number): number =>
          typeof time === "number" ? 1_000 * time : Date.parse(time);
        // A date after a time is the next midnight.
        const slack = shape === "date" ? dayMs : 0;
        expect(ms(record.a) - ms(record.of)).to.be.within(2 * dayMs, 9 * dayMs + slack);
        expect(ms(record.of) - ms(record.before)).to.be.within(2 * dayMs, 9 * dayMs + slack);
      }
    }
  });
});

describe("people", () => {
  it("are the same for all fields of a record and for the built-in users", () => {
    const feature = (name: "name" | "first_name" | "last_name" | "email" | "country"): ScalarNode =>
      scalar({ kind: "person", feature: name });
    const sampler = samplerOf(feature("name"), {
      first: feature("first_name"),
      last: feature("last_name"),
      again: feature("name"),
    });
    for (let seq = 0; seq < 200; seq++) {
      const { a, first, last, again } = sampler.value(seq) as Record<
        "a" | "first" | "last" | "again",
        string
      >;
      expect(a).to.contain(first).and.to.contain(last);
      expect(again).to.equal(a);
    }
  });
});
