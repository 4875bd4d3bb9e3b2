import { expect } from "chai";
import { type Part, sendParts } from "../../workers/send-parts.ts";

/** The parts of a chunk, each with the time at which it came, in milliseconds since the call. */
async function timed(
  parts: AsyncIterable<Part>,
  beganMs: number,
): Promise<(Part & { readonly atMs: number })[]> {
  const taken = [];
  for await (const part of parts) taken.push({ ...part, atMs: performance.now() - beganMs });
  return taken;
}

const lengths = (parts: readonly Part[]): number[] => parts.map(({ start, end }) => end - start);

/** What sums of fractions of a millisecond may be off by. */
const rounding = 1e-6;

describe("the parts in which a chunk is sent", () => {
  it("come at once where nothing is due at a time", async () => {
    const parts = await timed(sendParts({ firstSeq: 10, endSeq: 1_210 }, null, 500), performance.now());
    expect(parts.map(({ start, end }) => [start, end])).to.deep.equal([
      [10, 510],
      [510, 1_010],
      [1_010, 1_210],
    ]);
  });

  it("come when their records are due, none sooner, all of them in order", async () => {
    const [inMs, lastingMs, firstSeq, endSeq] = [60, 240, 100, 125];
    const beganMs = performance.now();
    const parts = await timed(sendParts({ firstSeq, endSeq }, { inMs, lastingMs }, 500), beganMs);
    let next = firstSeq;
    for (const { start, end, atMs } of parts) {
      expect(start).to.equal(next);
      const lastDueMs = inMs + (lastingMs * (end - 1 - firstSeq)) / (endSeq - 1 - firstSeq);
      expect(atMs).to.be.at.least(lastDueMs - rounding);
      next = end;
    }
    expect(next).to.equal(endSeq);
  });

  it("are few, however many records are due a second", async () => {
    const due = { inMs: 0, lastingMs: 200 };
    const parts = await timed(sendParts({ firstSeq: 0, endSeq: 2_000 }, due, 500), performance.now());
    expect(parts.length).to.be.within(4, 12);
  });

  it("come at once where they are late", async () => {
    const due = { inMs: -3_600_000, lastingMs: 499 };
    const parts = await timed(sendParts({ firstSeq: 0, endSeq: 1_200 }, due, 500), performance.now());
    expect(lengths(parts)).to.deep.equal([500, 500, 200]);
  });

  it("of one record wait for it", async () => {
    const beganMs = performance.now();
    const parts = await timed(
      sendParts({ firstSeq: 7, endSeq: 8 }, { inMs: 50, lastingMs: 0 }, 500),
      beganMs,
    );
    expect(lengths(parts)).to.deep.equal([1]);
    expect(parts[0]?.atMs).to.be.at.least(50);
  });
});
