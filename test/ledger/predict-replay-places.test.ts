import { expect } from "chai";
import { describeDatabase } from "../../ledger/database/describe-database.ts";
import {
  findDeadLetter,
  listUnresolvedLines,
  summariseDeadLetters,
} from "../../ledger/dead-letters/dead-letters.ts";
import { predictReplayPlaces } from "../../ledger/dead-letters/predict-replay-places.ts";
import {
  countUnfinishedRuns,
  countUnresolvedUpTo,
  listPartitionProgress,
} from "../../ledger/history/pipeline-totals.ts";
import { draftOf, foreign, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { letPass, planDue, stopClock } from "../setup/paced-runs.ts";
import { createdRun, plannedRun } from "../setup/runs.ts";

describe("predicting where a message would have its place", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  it("tells what is free, taken, beyond the run, not planned yet, or of no run", async () => {
    const { run } = await plannedRun(pool(), { count: 10 });
    await storeNext(pool(), [...recordsOf(run, [3]), draftOf(run.id, 4, "no JSON")]);
    const unplanned = await createdRun(pool(), { count: 10 });
    const unknown = "01900000-0000-7000-8000-000000000000";
    const claims = [
      { runId: run.id, seq: 2 },
      { runId: run.id, seq: 3 },
      { runId: run.id, seq: 4 },
      { runId: run.id, seq: 10 },
      { runId: run.id, seq: Number.MAX_SAFE_INTEGER },
      { runId: unplanned.id, seq: 0 },
      { runId: unknown, seq: 0 },
    ];
    expect(await predictReplayPlaces(pool(), claims)).to.deep.equal([
      { kind: "free" },
      { kind: "taken" },
      { kind: "taken" },
      { kind: "out_of_range", requested: 10 },
      { kind: "out_of_range", requested: 10 },
      { kind: "not_planned" },
      { kind: "unknown_run" },
    ]);
    expect(await predictReplayPlaces(pool(), [])).to.deep.equal([]);
  });

  it("finds the chunks of a paced run, which are of any length", async () => {
    const pace = { rate: 10, shape: { kind: "constant" } } as const;
    const run = await createdRun(pool(), { count: null, pace, chunkSize: 1_000 });
    await planDue(pool(), run.id);
    await stopClock(pool(), run.id);
    await letPass(pool(), run.id, 0.3);
    await planDue(pool(), run.id);
    await storeNext(pool(), recordsOf(run, [7]));
    const places = await predictReplayPlaces(
      pool(),
      [6, 7, 10].map((seq) => ({ runId: run.id, seq })),
    );
    expect(places.map(({ kind }) => kind)).to.deep.equal(["free", "taken", "not_planned"]);
  });

  it("summarises unresolved dead letters by reason, and lists their beginnings", async () => {
    const { run } = await plannedRun(pool(), { count: 10 });
    const long = "x".repeat(1000);
    await storeNext(pool(), [foreign(long), draftOf(run.id, 1, "y"), foreign(null), foreign("[]")]);
    await storeNext(pool(), [{ ...foreign("{}"), replayOf: 4 }]);
    const summary = await summariseDeadLetters(pool(), { runId: null });
    expect(summary.map(({ reason, count, latestId }) => [reason, count, latestId])).to.deep.equal([
      ["not_json", 2, 2],
      ["tombstone", 1, 3],
    ]);
    expect(summary[0]?.latestAt).to.be.instanceOf(Date);
    expect((await summariseDeadLetters(pool(), { runId: run.id })).map(({ count }) => count)).to.deep.equal([
      1,
    ]);
    const filter = { reason: "not_json", runId: null };
    const first = await listUnresolvedLines(pool(), filter, { limit: 1, before: null });
    expect(first.lines.map(({ id, runId, seq }) => [id, runId, seq])).to.deep.equal([[2, run.id, 1]]);
    const second = await listUnresolvedLines(pool(), filter, { limit: 1, before: first.nextBefore });
    expect(second.lines[0]).to.deep.include({ id: 1, size: 1000, beginning: Buffer.from("x".repeat(400)) });
    expect(second.nextBefore).to.equal(null);
    expect((await findDeadLetter(pool(), 1))?.payload).to.deep.equal(Buffer.from(long));
    expect(await findDeadLetter(pool(), 99)).to.equal(null);
    expect(await countUnresolvedUpTo(pool(), 100)).to.equal(3);
    expect(await countUnresolvedUpTo(pool(), 2)).to.equal(2);
  });

  it("describes the database, and how far reading has come", async () => {
    await storeNext(pool(), [foreign("{}"), foreign("{}")], { partition: 4 });
    await createdRun(pool(), { count: 1 });
    const described = await describeDatabase(pool());
    expect(described.version).to.match(/^\d+/);
    expect(described.tables.map(({ name }) => name)).to.include("users_raw");
    expect(described.connections.reduce((sum, { count }) => sum + count, 0)).to.be.greaterThan(0);
    const progress = await listPartitionProgress(pool(), ["topic"]);
    expect(progress.map(({ partition, nextOffset }) => [partition, nextOffset])).to.deep.equal([[4, 2]]);
    expect(progress[0]?.updatedAt).to.be.instanceOf(Date);
    expect(await countUnfinishedRuns(pool())).to.deep.equal({ queued: 1, running: 0, paused: 0 });
  });
});
