import { expect } from "chai";
import { estimateRun, medianPace } from "../../web/estimate-run.ts";
import { formatBytes } from "../../web/views/new-run/estimate-text.tsx";

const rowSize = { rows: 50_000, bytesPerRow: 800, payloadBytes: 300 };

describe("The estimate of a run", () => {
  it("rests on the median of the latest large runs", () => {
    const large = [4, 1, 2].map((seconds) => ({ records: 40_000, seconds }));
    const small = Array.from({ length: 9 }, () => ({ records: 10, seconds: 1 }));
    expect(medianPace([...small, ...large])).to.deep.equal({
      recordsPerSecond: 20_000,
      runs: 3,
      areSmall: false,
    });
  });

  it("rests on small runs where there are no others, and says so", () => {
    expect(medianPace([1, 2].map((seconds) => ({ records: 100, seconds })))).to.deep.equal({
      recordsPerSecond: 75,
      runs: 2,
      areSmall: true,
    });
  });

  it("is open where nothing has been measured", () => {
    expect(medianPace([])).to.equal(null);
    const estimate = estimateRun(
      { count: 1000, rate: null, payloadBytes: 300 },
      { pace: null, rowSize: null },
    );
    expect(estimate).to.include({ seconds: null, bytes: null });
  });

  const pace = { recordsPerSecond: 20_000, runs: 3, areSmall: false };

  it("follows from the rate that is asked for, as long as the stack can keep it", () => {
    const at = (rate: number | null) =>
      estimateRun({ count: 100_000, rate, payloadBytes: 300 }, { pace, rowSize });
    expect(at(null)).to.include({ seconds: 5, paceBy: "measured" });
    expect(at(500)).to.include({ seconds: 200, paceBy: "rate" });
    expect(at(100_000)).to.include({ seconds: 5, paceBy: "limit" });
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
