import { expect } from "chai";
import { enterCompletedRun } from "../setup/completed-runs.ts";
import { eventually } from "../setup/eventually.ts";
import { webForSuite } from "./web-server.ts";

describe("The form's estimate", () => {
  const web = webForSuite();

  /** What the form says of a run of 250,000. */
  async function estimate(): Promise<string> {
    const page = await (await web().get("/?count=250000", { Accept: "text/html" })).text();
    return page.replaceAll(/<[^>]*>/g, "");
  }

  it("is open until a run has been completed", async () => {
    await eventually(async () => expect(await estimate()).to.include("a completed run gives the measure"));
  });

  it("says what it assumes, and what the run takes at most, where only small ones have been completed", async () => {
    for (const seconds of [0.112, 0.108, 0.115]) {
      await enterCompletedRun(web().pool, { records: 1_000, seconds });
    }
    await eventually(async () => {
      const text = await estimate();
      expect(text).to.include("About 5.7 s");
      expect(text).to.include(
        "45,000 records/s assumed, by the last 3 runs, too small to tell, 28 s at most",
      );
    });
  });

  it("rests on runs of every size, not on those that had a rate, and says how near most of them were", async () => {
    for (const seconds of [6.2, 6, 5.9]) await enterCompletedRun(web().pool, { records: 300_000, seconds });
    await enterCompletedRun(web().pool, { records: 1_000, seconds: 1_000, rate: 1 });
    await eventually(async () => {
      const text = await estimate();
      expect(text).to.include("About 5.0 s");
      expect(text).to.include("51,000 records/s, by the last 6 runs, most within 5 %");
    });
  });
});
