import { expect } from "chai";
import {
  countDeadLetters,
  type DeadLetterFilter,
  listDeadLetters,
} from "../../ledger/dead-letters/dead-letters.ts";
import {
  countUnresolvedDeadLetters,
  listPartitionProgress,
  sumRuns,
} from "../../ledger/history/pipeline-totals.ts";
import { draftOf, foreign, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { createdRun, plannedRun } from "../setup/runs.ts";

const everything: DeadLetterFilter = { ids: null, reason: null, runId: null, resolved: null };

describe("looking at the ledger", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  /** Dead letters 1 to 5: two of a run, three foreign ones, of which the last is resolved. */
  async function fiveLetters(): Promise<string> {
    const { run } = await plannedRun(pool(), { count: 10 });
    await storeNext(pool(), [
      draftOf(run.id, 0, "no JSON"),
      draftOf(run.id, 1, null),
      foreign("no JSON"),
      foreign(null),
      foreign("[]"),
    ]);
    await storeNext(pool(), [{ ...foreign("{}"), replayOf: 5 }]);
    return run.id;
  }
  const ids = async (filter: Partial<DeadLetterFilter>, before: number | null = null): Promise<number[]> => {
    const page = await listDeadLetters(pool(), { ...everything, ...filter }, { limit: 10, before });
    return page.deadLetters.map((letter) => letter.id);
  };

  it("lists dead letters newest first, by run, reason, id and whether they are resolved", async () => {
    const runId = await fiveLetters();
    expect(await ids({})).to.deep.equal([5, 4, 3, 2, 1]);
    expect(await ids({ runId })).to.deep.equal([2, 1]);
    expect(await ids({ reason: "tombstone" })).to.deep.equal([4, 2]);
    expect(await ids({ resolved: true })).to.deep.equal([5]);
    expect(await ids({ resolved: false, ids: [1, 5, 99] })).to.deep.equal([1]);
    expect(await ids({ ids: [] })).to.deep.equal([]);
  });

  it("lists them page by page", async () => {
    await fiveLetters();
    const pages: number[][] = [];
    let before: number | null = null;
    do {
      const page = await listDeadLetters(pool(), everything, { limit: 2, before });
      pages.push(page.deadLetters.map((letter) => letter.id));
      before = page.nextBefore;
    } while (before !== null);
    expect(pages).to.deep.equal([[5, 4], [3, 2], [1]]);
  });

  it("counts them by reason, most first", async () => {
    await fiveLetters();
    expect(await countDeadLetters(pool(), everything)).to.deep.equal([
      { reason: "not_json", count: 2 },
      { reason: "tombstone", count: 2 },
      { reason: "not_an_object", count: 1 },
    ]);
    expect(await countUnresolvedDeadLetters(pool())).to.have.deep.members([
      { reason: "not_json", count: 2 },
      { reason: "tombstone", count: 2 },
    ]);
  });

  it("sums the runs by status", async () => {
    await createdRun(pool(), { count: 2 ** 52 });
    await createdRun(pool(), { count: 5 });
    const { run } = await plannedRun(pool(), { count: 2 });
    await storeNext(pool(), [...recordsOf(run, [0]), draftOf(run.id, 1, "no JSON")]);
    const none = { produced: 0, stored: 0, flagged: 0, deadLettered: 0, unbalanced: 0 };
    expect(await sumRuns(pool())).to.have.deep.members([
      { status: "queued", runs: 2, requested: 2 ** 52 + 5, ...none },
      {
        status: "completed",
        runs: 1,
        requested: 2,
        produced: 2,
        stored: 1,
        flagged: 0,
        deadLettered: 1,
        unbalanced: 0,
      },
    ]);
  });

  it("tells how far each partition was read", async () => {
    await storeNext(pool(), [foreign("{}")], { partition: 0 });
    await storeNext(pool(), [foreign("{}"), foreign("{}")], { partition: 4 });
    await storeNext(pool(), [foreign("{}")], { topic: "other" });
    const progress = await listPartitionProgress(pool(), ["topic", "other", "unknown"]);
    expect(
      progress.map(({ topic, partition, nextOffset }) => [topic, partition, nextOffset]),
    ).to.have.deep.members([
      ["topic", 0, 1],
      ["topic", 4, 2],
      ["other", 0, 1],
    ]);
    expect(await listPartitionProgress(pool(), ["other"])).to.have.length(1);
  });
});
