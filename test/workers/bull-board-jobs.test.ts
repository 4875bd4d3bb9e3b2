import { type Job, type Queue, Worker } from "bullmq";
import { expect } from "chai";
import { createMessageProducer, type MessageProducer } from "../../kafka/produce.ts";
import { controlRun } from "../../ledger/runs/control-run.ts";
import { listenToRunChanges, type RunChanges } from "../../ledger/runs/run-changes.ts";
import { addChunkJobs } from "../../queues/chunk-jobs.ts";
import { createRunConductor } from "../../queues/conduct-run.ts";
import { enqueueRun } from "../../queues/enqueue-run.ts";
import {
  chunkJobId,
  chunkQueueName,
  pacedChunkQueueName,
  retryDelayMs,
  runJobId,
  runQueueName,
} from "../../queues/queues.ts";
import { reconcile } from "../../queues/reconcile.ts";
import { type SleepingRuns, watchSleepingRuns } from "../../queues/sleeping-runs.ts";
import { builtInTypes } from "../../records/record-types.ts";
import { bullmqSpans } from "../../service/bullmq-spans.ts";
import { userType } from "../../types/user/user.ts";
import { createChunkProducer } from "../../workers/produce-chunk.ts";
import { range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { kafkaAdmin, testKafka } from "../setup/kafka.ts";
import { silentLog } from "../setup/log.ts";
import { queuesForEachTest } from "../setup/queues.ts";
import { createdRun, currentRun, plannedRun } from "../setup/runs.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";

const unknownRun = "00000000-0000-7000-8000-000000000000";

describe("jobs that somebody adds or edits in Bull Board", () => {
  let workers: readonly Worker[];
  let changes: RunChanges;
  let producer: MessageProducer;
  let sleeping: SleepingRuns;
  let topic: string;
  // Registered, and so run, before what the following register.
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
    await sleeping.close();
    await changes.close();
    await producer.close();
  });
  const database = databaseForEachTest();
  const queues = queuesForEachTest();
  const admin = kafkaAdmin();
  const pool = () => database().pool;
  const q = () => queues().queues;

  beforeEach(() => {
    topic = unique("topic");
    changes = listenToRunChanges(database().url, () => undefined);
    sleeping = watchSleepingRuns(q(), changes);
    producer = createMessageProducer(
      testKafka(),
      { brokers: servers.kafkaBrokers, partitions: 1, replicationFactor: 1 },
      { retries: 5, maxRetryTimeMs: 5_000 },
    );
    const conduct = createRunConductor({
      ...{ pool: pool(), queues: q(), sleeping },
      maxPendingRecords: 1_000,
    });
    const types = builtInTypes({ type: userType, topic });
    const produce = createChunkProducer({ pool: pool(), producer, types, log: silentLog });
    const options = {
      connection: queues().workerRedis,
      prefix: queues().prefix,
      concurrency: 5,
      settings: { backoffStrategy: retryDelayMs },
      telemetry: bullmqSpans("test"),
    };
    workers = [
      new Worker(runQueueName, conduct, options),
      new Worker(chunkQueueName, produce, options),
      new Worker(pacedChunkQueueName, produce, options),
    ];
    for (const worker of workers) worker.on("error", () => undefined);
  });

  async function expectRefused(queue: Queue, job: Job, reason: RegExp): Promise<void> {
    await eventually(async () => {
      expect(await queue.getJobState(String(job.id)), JSON.stringify(job.data)).to.equal("failed");
    });
    const failed = await queue.getJob(String(job.id));
    expect(failed?.failedReason).to.match(reason);
    expect(failed?.attemptsMade).to.equal(1);
  }
  const messages = async (): Promise<number> =>
    (await admin().fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
  const reconcileOnce = (): Promise<void> =>
    reconcile({
      ...{ pool: pool(), queues: q(), listTopics: async () => [topic], log: silentLog },
      readTopicIds: async () => new Map(),
      maxPendingRecords: 1_000,
    });

  for (const queue of ["runs", "chunks", "pacedChunks"] as const) {
    it(`fail at once and for good in the queue ${queue}, whatever their data are`, async () => {
      const added: Job[] = [];
      const texts = ["", "x".repeat(100_000), "nobody's"];
      const bad = [null, true, 7, [], {}, ...texts, ...texts.map((runId) => ({ runId })), { runId: 7 }];
      for (const data of bad) added.push(await q()[queue].add("by hand", data as never));
      for (const job of added) await expectRefused(q()[queue], job, /^This is no job of a (run|chunk): its /);
    });
  }

  it("do not end a worker where they carry a trace that cannot be read", async () => {
    const options = { telemetry: { metadata: "no JSON" } };
    for (const name of ["one", "another"]) {
      await expectRefused(
        q().runs,
        await q().runs.add(name, null as never, options),
        /its data must be object/,
      );
    }
  });

  it("fail where they name a run or a chunk that the ledger does not know", async () => {
    const runJob = await q().runs.add("by hand", { runId: unknownRun } as never, { jobId: unknownRun });
    await expectRefused(q().runs, runJob, new RegExp(`The ledger has no run ${unknownRun}`));
    const chunk = { runId: unknownRun, index: 0, firstSeq: 0, endSeq: 4, generation: 0, paced: false };
    const chunkJob = await q().chunks.add("by hand", chunk, { jobId: chunkJobId(chunk) });
    await expectRefused(q().chunks, chunkJob, new RegExp(`no chunk 0 of a run ${unknownRun}`));
  });

  it("fail where they are copies of a run's or a chunk's job, which goes on", async () => {
    const run = await createdRun(pool(), { count: 8, chunkSize: 4 });
    await enqueueRun(q(), run);
    await eventually(async () => expect(await q().runs.getJobState(runJobId(run.id))).to.equal("delayed"));
    const data = (await q().runs.getJob(runJobId(run.id)))?.data;
    if (data === undefined) throw new Error("the run has no job");
    await expectRefused(q().runs, await q().runs.add("copy", data), /its id would be/);
    const chunk = { runId: run.id, index: 0, firstSeq: 0, endSeq: 4, generation: 0, paced: false };
    await expectRefused(q().chunks, await q().chunks.add("copy", chunk), /its id would be/);
    await eventually(async () => expect((await currentRun(pool(), run.id)).produced).to.equal(8));
    expect(await messages()).to.equal(8);
  });

  it("make a run's job another's no more than they keep the run from being conducted", async () => {
    await q().runs.pause();
    const [run, other] = [await createdRun(pool()), await createdRun(pool())];
    await enqueueRun(q(), run);
    const job = await q().runs.getJob(runJobId(run.id));
    if (job === undefined) throw new Error("the run has no job");
    await job.updateData({ ...job.data, runId: other.id });
    await q().runs.resume();
    await expectRefused(q().runs, job, new RegExp(`its id would be ${other.id}`));
    await reconcileOnce();
    await eventually(async () => expect(await q().runs.getJobState(runJobId(run.id))).to.equal("delayed"));
  });

  it("make no other records than the ledger has planned, each once, however they are edited and retried", async () => {
    const other = await createdRun(pool());
    await controlRun(pool(), other.id, "cancel");
    const edits: readonly (readonly [edit: Record<string, unknown> | null, reason: RegExp])[] = [
      [{ endSeq: 3_000 }, /The ledger has records 0 to 3 as chunk 0 .* say records 0 to 2999/],
      [{ endSeq: 5 }, /The ledger has records 4 to 7 as chunk 1 .* say records 4 to 4/],
      [{ firstSeq: 0 }, /The ledger has records 8 to 11 as chunk 2/],
      [{ paced: true }, /say records 12 to 15, each at its time/],
      [{ index: 0, firstSeq: 0, endSeq: 4 }, /its id would be .*-0-0/],
      [{ generation: 1 }, /its id would be .*-5-1/],
      [{ runId: other.id }, /its id would be/],
      [{ endSeq: Number.MAX_SAFE_INTEGER }, /The ledger has records 28 to 31/],
      [null, /its data must be object/],
    ];
    await q().chunks.pause();
    const run = await createdRun(pool(), { count: edits.length * 4, chunkSize: 4 });
    await enqueueRun(q(), run);
    const jobs: Job[] = [];
    for (const [index, [edit]] of edits.entries()) {
      const job = await eventually(async () => {
        const found = await q().chunks.getJob(`${run.id}-${index}-0`);
        if (found === undefined) throw new Error(`chunk ${index} has no job yet`);
        return found;
      });
      await job.updateData((edit === null ? null : { ...job.data, ...edit }) as never);
      jobs.push(job);
    }
    await q().chunks.resume();
    for (const [index, job] of jobs.entries()) {
      await expectRefused(q().chunks, job, edits[index]?.[1] ?? /./);
    }
    // Each gets a successor.
    await reconcileOnce();
    await eventually(async () => expect((await currentRun(pool(), run.id)).produced).to.equal(run.requested));
    expect(await messages()).to.equal(run.requested);
    // Their chunks have had other jobs long since: retried, they make nothing more, and end at once.
    for (const job of jobs) {
      await (await q().chunks.getJob(String(job.id)))?.retry("failed");
      await eventually(async () => {
        expect(await q().chunks.getJobState(String(job.id))).to.be.oneOf(["failed", "completed"]);
        expect((await q().chunks.getJob(String(job.id)))?.attemptsMade).to.equal(2);
      });
    }
    const successor = await q().chunks.getJob(`${run.id}-0-1`);
    await successor?.retry("completed");
    await eventually(async () => {
      const again = await q().chunks.getJob(`${run.id}-0-1`);
      expect(again?.returnvalue).to.deep.equal({ passedOver: "produced_already" });
    });
    expect(await messages()).to.equal(run.requested);
    expect((await currentRun(pool(), run.id)).produced).to.equal(run.requested);
  });

  it("do not keep a cancelled run's half-made chunk from being made to its end", async () => {
    await q().chunks.pause();
    const { run, chunks } = await plannedRun(pool(), { count: 8, chunkSize: 4 });
    await addChunkJobs(q(), chunks);
    await storeNext(pool(), recordsOf(run, range(4, 6)));
    await controlRun(pool(), run.id, "cancel");
    const [, chunk] = chunks;
    if (chunk === undefined) throw new Error("there is no second chunk");
    const job = await q().chunks.getJob(chunkJobId(chunk));
    if (job === undefined) throw new Error("the chunk has no job");
    await job.updateData(null as never);
    await q().chunks.resume();
    await expectRefused(q().chunks, job, /its data must be object/);
    await reconcileOnce();
    await eventually(async () => expect((await currentRun(pool(), run.id)).produced).to.equal(4));
  });
});
