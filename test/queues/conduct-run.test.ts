import { Worker } from "bullmq";
import { expect } from "chai";
import { changeRunPace } from "../../ledger/runs/change-run-pace.ts";
import { controlRun } from "../../ledger/runs/control-run.ts";
import type { Run } from "../../ledger/runs/run.ts";
import { listenToRunChanges, type RunChanges } from "../../ledger/runs/run-changes.ts";
import { createRunConductor } from "../../queues/conduct-run.ts";
import { enqueueRun, enqueueRunById } from "../../queues/enqueue-run.ts";
import { retryDelayMs, runQueueName } from "../../queues/queues.ts";
import { type SleepingRuns, watchSleepingRuns } from "../../queues/sleeping-runs.ts";
import { range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { queuesForEachTest } from "../setup/queues.ts";
import { createdRun, currentRun } from "../setup/runs.ts";

describe("conducting a run", () => {
  let worker: Worker;
  let changes: RunChanges;
  let sleeping: SleepingRuns;
  // Registered, and so run, before what the following two register.
  afterEach(async () => {
    await stopWorker();
    await changes.close();
  });
  const database = databaseForEachTest();
  const queues = queuesForEachTest();
  const pool = () => database().pool;
  const q = () => queues().queues;

  beforeEach(() => {
    changes = listenToRunChanges(database().url, () => undefined);
    startWorker();
  });

  function startWorker(concurrency = 10): void {
    sleeping = watchSleepingRuns(q(), changes);
    const conductor = createRunConductor({
      ...{ pool: pool(), queues: q(), sleeping },
      maxPendingRecords: 40,
    });
    worker = new Worker(runQueueName, conductor, {
      connection: queues().workerRedis,
      prefix: queues().prefix,
      concurrency,
      settings: { backoffStrategy: retryDelayMs },
    });
    worker.on("error", () => undefined);
  }
  async function stopWorker(): Promise<void> {
    await worker.close();
    await sleeping.close();
  }

  const chunkJobs = async (): Promise<number> => {
    const {
      prioritized = 0,
      waiting = 0,
      delayed = 0,
    } = await q().chunks.getJobCounts("prioritized", "waiting", "delayed");
    return prioritized + waiting + delayed;
  };

  const expectChunkJobs = (count: number): Promise<void> =>
    eventually(async () => {
      expect(await chunkJobs()).to.equal(count);
    });
  const expectState = (runId: string, state: string): Promise<void> =>
    eventually(async () => {
      expect(await q().runs.getJobState(runId)).to.equal(state);
    });

  it("puts no more chunk jobs into Redis than a window holds, however many records were asked for", async () => {
    const run = await createdRun(pool(), { count: 1_000_000_000, chunkSize: 4 });
    await enqueueRun(q(), run);
    await expectChunkJobs(9);
    await storeNext(pool(), recordsOf(run, range(0, 8)));
    await expectChunkJobs(11);
    expect((await currentRun(pool(), run.id)).status).to.equal("running");
  });

  it("ends with the ledger's sums when every record has its outcome", async () => {
    const run = await createdRun(pool(), { count: 6, chunkSize: 4 });
    await enqueueRun(q(), run);
    await expectChunkJobs(2);
    await storeNext(pool(), recordsOf(run, range(0, 6)));
    await expectState(run.id, "completed");
    const job = await q().runs.getJob(run.id);
    expect(job?.progress).to.equal(100);
    expect(job?.returnvalue).to.deep.equal({
      ...{ status: "completed", requested: 6, produced: 6, stored: 6, flagged: 0, deadLettered: 0 },
    });
  });

  it("takes a paused run's chunk jobs away and sleeps until it is resumed", async () => {
    const run = await createdRun(pool(), { count: 1_000, chunkSize: 4 });
    await enqueueRun(q(), run);
    await expectChunkJobs(9);
    await controlRun(pool(), run.id, "pause");
    await expectChunkJobs(0);
    await eventually(async () => {
      expect((await q().runs.getJob(run.id))?.delay).to.be.greaterThan(3_000_000);
    });
    await controlRun(pool(), run.id, "resume");
    await enqueueRunById(pool(), q(), run.id);
    await expectChunkJobs(9);
  });

  it("takes a cancelled run's chunk jobs away and ends", async () => {
    const run = await createdRun(pool(), { count: 1_000, chunkSize: 4 });
    await enqueueRun(q(), run);
    await expectChunkJobs(9);
    await controlRun(pool(), run.id, "cancel");
    await expectState(run.id, "completed");
    expect(await chunkJobs()).to.equal(0);
  });

  it("puts a paced run's chunks into a queue of their own, when they are due, and looks anew when its rate is changed", async () => {
    const pace = { rate: 0.01, shape: { kind: "constant" } } as const;
    const run = await createdRun(pool(), { count: null, pace });
    await enqueueRun(q(), run);
    const pacedJobs = (): Promise<number> => q().pacedChunks.count();
    await eventually(async () => expect(await pacedJobs()).to.equal(1));
    expect((await q().runs.getJob(run.id))?.name).to.equal(
      `run ${run.id.slice(0, 13)}: users without end at 0.01 /s`,
    );
    await changeRunPace(pool(), run.id, { rate: 20 });
    // A window of 40 records, in chunks of four.
    await eventually(async () => expect(await pacedJobs()).to.be.at.least(4));
    await controlRun(pool(), run.id, "cancel");
    await expectState(run.id, "completed");
    expect(await pacedJobs()).to.equal(0);
    expect(await chunkJobs()).to.equal(0);
  });

  it("begins a run beside one that fills the window", async () => {
    const [huge, other] = [
      await createdRun(pool(), { count: 1_000, chunkSize: 4 }),
      await createdRun(pool(), { count: 1_000, chunkSize: 4 }),
    ];
    await enqueueRun(q(), huge);
    await enqueueRun(q(), other);
    await expectChunkJobs(9);
    for (const { id } of [huge, other]) expect((await currentRun(pool(), id)).planned).to.be.within(16, 20);
  });

  it("holds no place while there is nothing to do: any number of runs have their turns in one", async () => {
    await stopWorker();
    startWorker(1);
    const pace = { rate: 0.01, shape: { kind: "constant" } } as const;
    const slow: Run[] = [];
    for (let n = 0; n < 20; n++) slow.push(await createdRun(pool(), { count: 100, pace }));
    const paused = await createdRun(pool(), { count: 1_000 });
    const small = await createdRun(pool(), { count: 2 });
    for (const run of [...slow, paused]) await enqueueRun(q(), run);
    await controlRun(pool(), paused.id, "pause");
    await eventually(async () => {
      for (const run of slow) expect((await currentRun(pool(), run.id)).planned).to.equal(1);
    });
    await enqueueRun(q(), small);
    await eventually(async () => expect((await currentRun(pool(), small.id)).planned).to.equal(2));
    await storeNext(pool(), recordsOf(small, range(0, 2)));
    await expectState(small.id, "completed");
  });

  it("adds the jobs of other runs' chunks, where those had nothing to do", async () => {
    const [one, other] = [await createdRun(pool()), await createdRun(pool())];
    await pool().query("UPDATE runs SET created_at = created_at - interval '1 minute' WHERE id = $1", [
      other.id,
    ]);
    await enqueueRun(q(), one);
    await eventually(async () => {
      const jobs = await q().chunks.getJobs(["prioritized"]);
      expect(jobs.map(({ data }) => data.runId)).to.include(other.id);
    });
    expect(await q().runs.getJobState(other.id)).to.equal("unknown");
  });

  it("sleeps until the next record of a slow run is due, and no longer than a minute", async () => {
    const pace = { rate: 0.01, shape: { kind: "constant" } } as const;
    const run = await createdRun(pool(), { count: 100, pace });
    await enqueueRun(q(), run);
    await eventually(async () => {
      expect((await q().runs.getJob(run.id))?.delay).to.be.within(50_000, 60_000);
    });
    await controlRun(pool(), run.id, "cancel");
    await expectState(run.id, "completed");
  });

  it("is left to the next process at once when its own ends", async () => {
    const run = await createdRun(pool(), { count: 1_000, chunkSize: 4 });
    await enqueueRun(q(), run);
    await expectState(run.id, "delayed");
    await stopWorker();
    expect(await q().runs.getJobState(run.id)).to.equal("waiting");
    startWorker();
    await expectState(run.id, "delayed");
  });

  it("fails for good, with the reason, where its run is gone", async () => {
    const run = await createdRun(pool());
    await pool().query("DELETE FROM runs");
    await enqueueRun(q(), run);
    await expectState(run.id, "failed");
    expect((await q().runs.getJob(run.id))?.failedReason).to.equal(`The ledger has no run ${run.id}.`);
  });

  it("is tried again after PostgreSQL was away", async () => {
    const run = await createdRun(pool(), { count: 6, chunkSize: 4 });
    await database().asOwner("ALTER TABLE chunks RENAME TO away");
    await enqueueRun(q(), run);
    await eventually(async () => {
      expect((await q().runs.getJob(run.id))?.attemptsMade).to.be.at.least(1);
    });
    await database().asOwner("ALTER TABLE away RENAME TO chunks");
    await enqueueRunById(pool(), q(), run.id);
    await expectChunkJobs(2);
  });
});
