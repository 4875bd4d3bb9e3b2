import { UnrecoverableError } from "bullmq";
import { expect } from "chai";
import fc from "fast-check";
import { chunkOfJobId, parseChunkJob, parseRunJob } from "../../queues/parse-job.ts";
import { chunkJobId, runJobId } from "../../queues/queues.ts";

const runId = "01a20c75-e067-7000-8000-000000000000";
const other = "01a20c75-e067-7000-8000-000000000001";
const chunk = { runId, index: 1, firstSeq: 4, endSeq: 8, generation: 2, paced: false };
const maxInteger = 2_147_483_647;

describe("a job out of Redis", () => {
  it("is taken for the run or chunk of which both its id and its data tell", () => {
    expect(parseRunJob({ id: runJobId(runId), data: { runId } })).to.include({ runId });
    expect(parseChunkJob({ id: chunkJobId(chunk), data: chunk })).to.deep.equal(chunk);
  });

  it("may say what is only for people, or for another version, in any form", () => {
    const data = { runId, count: "many", fields: null, seed: {}, later: true };
    expect(parseRunJob({ id: runId, data })).to.include({ runId });
    const more = { ...chunk, later: true };
    expect(parseChunkJob({ id: chunkJobId(chunk), data: more })).to.include(chunk);
  });

  const wrongData: readonly (readonly [data: unknown, reason: RegExp])[] = [
    [null, /its data must be object/],
    ["x", /its data must be object/],
    [[], /its data must be object/],
    [{}, /its data must have required property 'runId'/],
    [{ ...chunk, runId: 5 }, /its runId must be string/],
    [{ ...chunk, runId: "../../etc" }, /its runId must be a run's id/],
    [{ ...chunk, runId: runId.toUpperCase() }, /its runId must be a run's id/],
    [{ ...chunk, runId: "x".repeat(1_000_000) }, /its runId must be a run's id/],
    [{ ...chunk, runId: other }, /by its data its id would be 01a20c75-e067-7000-8000-000000000001/],
  ];
  for (const [data, reason] of wrongData) {
    it(`is refused for good, with a short reason, where its data are ${JSON.stringify(data).slice(0, 80)}`, () => {
      for (const parse of [
        () => parseRunJob({ id: runId, data }),
        () => parseChunkJob({ id: chunkJobId(chunk), data }),
      ]) {
        expect(parse).to.throw(UnrecoverableError, reason).with.property("message").with.length.below(400);
      }
    });
  }

  const wrongChunks: readonly (readonly [change: Record<string, unknown>, reason: RegExp])[] = [
    [{ index: "1" }, /its index must be integer/],
    [{ index: -1 }, /its index must be >= 0/],
    [{ index: maxInteger + 1 }, /its index must be <= 2147483647/],
    [{ index: 7 }, new RegExp(`its id would be ${runId}-7-2`)],
    [{ generation: 1e300 }, /its generation must be <= 2147483647/],
    [{ generation: 3 }, new RegExp(`its id would be ${runId}-1-3`)],
    [{ endSeq: 8.5 }, /its endSeq must be integer/],
    [{ firstSeq: undefined }, /required property 'firstSeq'/],
    [{ paced: "no" }, /its paced must be boolean/],
  ];
  for (const [change, reason] of wrongChunks) {
    it(`is refused where of a chunk it says ${JSON.stringify(change)}`, () => {
      const data = JSON.parse(JSON.stringify({ ...chunk, ...change }));
      expect(() => parseChunkJob({ id: chunkJobId(chunk), data })).to.throw(UnrecoverableError, reason);
    });
  }

  it("is refused where it is a copy under another id", () => {
    for (const id of [undefined, "", "7", other, `${runId}-1-3`]) {
      expect(() => parseRunJob({ id, data: { runId } })).to.throw(UnrecoverableError);
      expect(() => parseChunkJob({ id, data: chunk })).to.throw(UnrecoverableError);
    }
  });

  it("is refused for good and not otherwise, whatever its id and its data are", () => {
    fc.assert(
      fc.property(fc.option(fc.string(), { nil: undefined }), fc.jsonValue(), (id, data) => {
        for (const parse of [parseRunJob, parseChunkJob]) {
          expect(() => parse({ id, data })).to.throw(UnrecoverableError);
        }
      }),
    );
  });

  it("names its chunk by its id, whatever its data say", () => {
    const { index, generation } = chunk;
    expect(chunkOfJobId(chunkJobId(chunk))).to.deep.equal({ runId, index, generation });
    const none = [
      undefined,
      "7",
      runId,
      `${runId}-1`,
      `${runId}-1-x`,
      `${runId}--1-0`,
      `${runId}-1-${maxInteger + 1}`,
      `${runId}-9999999999-0`,
      `${"x".repeat(36)}-1-0`,
    ];
    expect(none.map(chunkOfJobId)).to.deep.equal(none.map(() => null));
  });
});
