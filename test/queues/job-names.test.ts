import { expect } from "chai";
import { chunkJobName } from "../../queues/queues.ts";

const chunk = {
  runId: "01a20c75-e067-7000-8000-000000000000",
  index: 11,
  firstSeq: 55_000,
  endSeq: 60_000,
  generation: 0,
  paced: false,
};

describe("a chunk job's name", () => {
  it("says which chunk of how many, and which records it makes", () => {
    expect(chunkJobName(chunk, 498_000)).to.equal(
      "run 01a20c75-e067: chunk 12 of 100, records 55,000–59,999",
    );
  });

  it("counts right by the last chunk too, which may be smaller", () => {
    const last = { ...chunk, index: 99, firstSeq: 495_000, endSeq: 498_000 };
    expect(chunkJobName(last, 498_000)).to.equal(
      "run 01a20c75-e067: chunk 100 of 100, records 495,000–497,999",
    );
  });

  it("says no number of chunks where nobody knows it", () => {
    expect(chunkJobName(chunk, null)).to.equal("run 01a20c75-e067: chunk 12, records 55,000–59,999");
  });

  it("says no number of chunks of a run with a rate, whose chunks are of many sizes", () => {
    expect(chunkJobName({ ...chunk, paced: true }, 498_000)).to.not.include(" of ");
  });

  it("says that it is not the first of its chunk", () => {
    expect(chunkJobName({ ...chunk, generation: 2 }, 498_000)).to.match(/, queued for the 3rd time$/);
  });
});
