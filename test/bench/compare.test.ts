import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { readBaseline } from "../../bench/baselines.ts";
import { compareMeasurements } from "../../bench/compare.ts";
import { type Measurement, quantile, rateOf } from "../../bench/measure.ts";
import { describeComparisons, describeMeasurements } from "../../bench/report.ts";
import { rejection } from "../setup/rejection.ts";

const store = (seconds: number): Measurement =>
  rateOf(
    "store",
    "one connection",
    { records: 1_000, seconds },
    [{ what: "a bare COPY", records: 2_000, seconds: 1 }],
    {
      peakMegabytes: 100 * seconds,
    },
  );

describe("a measurement", () => {
  it("is a rate, and a part of each limit's", () => {
    expect(store(2)).to.deep.include({
      recordsPerSecond: 500,
      limits: [{ what: "a bare COPY", recordsPerSecond: 2_000, ratio: 0.25 }],
    });
  });

  it("is read with its limits and figures", () => {
    const text = describeMeasurements([store(2)]);
    expect(text).to.match(
      /^store: one connection +500\/s\n {2}0\.25 of a bare COPY +2,000\/s\n {2}peakMegabytes +200$/,
    );
  });

  it("of several takes the one in the middle, or near the upper end", () => {
    expect(quantile([5, 1, 3], 0.5)).to.equal(3);
    expect(
      quantile(
        Array.from({ length: 20 }, (_, n) => n),
        0.95,
      ),
    ).to.equal(19);
    expect(quantile([], 0.5)).to.be.NaN;
  });
});

describe("comparing two results", () => {
  it("sets the figures side by side that both have", () => {
    const latency = {
      stage: "latency",
      what: "a run",
      records: 1,
      recordsPerSecond: null,
      limits: [],
      figures: { p50Ms: 70 },
    };
    const compared = compareMeasurements([store(2), latency], [store(1), { ...latency, stage: "memory" }]);
    expect(compared).to.deep.equal([
      { what: "store, one connection: records/s", before: 500, now: 1_000, ratio: 2 },
      { what: "store, one connection: part of a bare COPY", before: 0.25, now: 0.5, ratio: 2 },
      { what: "store, one connection: peakMegabytes", before: 200, now: 100, ratio: 0.5 },
    ]);
    expect(describeComparisons(compared)).to.match(/records\/s +500 +1,000 +x 2\.00\n/);
  });

  it("leaves out what was nothing before", () => {
    const idle = { ...store(1), recordsPerSecond: null, limits: [], figures: { redisCpuSeconds: 0 } };
    expect(compareMeasurements([idle], [idle])).to.deep.equal([]);
  });

  it("says which file is no result", async () => {
    const directory = await mkdtemp(path.join(tmpdir(), "baseline-"));
    try {
      const file = path.join(directory, "a.json");
      expect((await rejection(readBaseline(file))).message).to.include(`${file} is no result`);
      await writeFile(file, "{}");
      expect((await rejection(readBaseline(file))).message).to.include("no measurements");
      await writeFile(file, '{"measurements":[]}');
      expect((await readBaseline(file)).result).to.deep.equal({ measurements: [] });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
