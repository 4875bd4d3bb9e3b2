import { Worker } from "bullmq";
import { expect } from "chai";
import { changeRunPace } from "../../ledger/change-run-pace.ts";
import { controlRun } from "../../ledger/control-run.ts";
import { listenToRunChanges, type RunChanges } from "../../ledger/run-changes.ts";
import { createRunConductor } from "../../queues/conduct-run.ts";
import { enqueueRun, enqueueRunById } from "../../queues/enqueue-run.ts";
import { retryDelayMs, runQueueName } from "../../queues/queues.ts";
import { range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { queuesForEachTest } from "../setup/queues.ts";
import { createdRun, currentRun } from "../setup/runs.ts";

describe("conducting a run", () => {
  let worker: Worker;
  let changes: RunChanges;
  let stopping: AbortController;
  // Registered, and so run, before what the following two register.
  afterEach(async () => {
    stopping.abort();
    await worker.close();
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

  function startWorker(): void {
    stopping = new AbortController();
    const conductor = createRunConductor({
      ...{ pool: pool(), queues: q(), changes, stopping: stopping.signal },
      maxPendingRecords: 40,
    });
    worker = new Worker(runQueueName, conductor, {
      connection: queues().workerRedis,
      prefix: queues().prefix,
      concurrency: 10,
      settings: { backoffStrategy: retryDelayMs },
    });
    worker.on("error", () => undefined);
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
    await expectChunkJobs(10);
    await storeNext(pool(), recordsOf(run, range(0, 8)));
    await expectChunkJobs(12);
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
    await expectChunkJobs(10);
    await controlRun(pool(), run.id, "pause");
    await expectState(run.id, "delayed");
    expect(await chunkJobs()).to.equal(0);
    await controlRun(pool(), run.id, "resume");
    await enqueueRunById(pool(), q(), run.id);
    await expectState(run.id, "active");
    await expectChunkJobs(10);
  });

  it("takes a cancelled run's chunk jobs away and ends", async () => {
    const run = await createdRun(pool(), { count: 1_000, chunkSize: 4 });
    await enqueueRun(q(), run);
    await expectChunkJobs(10);
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
    const [huge, small] = [
      await createdRun(pool(), { count: 1_000, chunkSize: 4 }),
      await createdRun(pool(), { count: 1_000, chunkSize: 4 }),
    ];
    await enqueueRun(q(), huge);
    await expectChunkJobs(10);
    await enqueueRun(q(), small);
    await expectChunkJobs(15);
  });

  it("goes back to the queue when its process ends, and goes on in the next", async () => {
    const run = await createdRun(pool(), { count: 1_000, chunkSize: 4 });
    await enqueueRun(q(), run);
    await expectChunkJobs(10);
    stopping.abort();
    await worker.close();
    expect(await q().runs.getJobState(run.id)).to.equal("waiting");
    startWorker();
    await expectState(run.id, "active");
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
