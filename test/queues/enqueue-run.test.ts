import { UnrecoverableError, Worker } from "bullmq";
import { expect } from "chai";
import { planWindow } from "../../ledger/planning/plan-window.ts";
import { controlRun } from "../../ledger/runs/control-run.ts";
import { addChunkJobs, ensureChunkJobs, removeChunkJobs } from "../../queues/chunk-jobs.ts";
import { enqueueRun, enqueueRunById, wakeJob } from "../../queues/enqueue-run.ts";
import { chunkJobId, chunkPriority, retryDelayMs, runJobId } from "../../queues/queues.ts";
import { reconcile } from "../../queues/reconcile.ts";
import { foreign, range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { keptLog } from "../setup/log.ts";
import { pendingRecords } from "../setup/pending-records.ts";
import { queuesForEachTest } from "../setup/queues.ts";
import { chunksOf, createdRun, currentRun, plannedRun } from "../setup/runs.ts";

const waitingStates = ["waiting", "prioritized", "delayed", "active", "completed", "failed"] as const;

describe("queues", () => {
  const database = databaseForEachTest();
  const queues = queuesForEachTest();
  const pool = () => database().pool;
  const q = () => queues().queues;

  const jobIds = async (queue: "runs" | "chunks"): Promise<string[]> => {
    const jobs = await q()[queue].getJobs([...waitingStates]);
    return jobs.map((job) => String(job.id)).sort();
  };
  /** Ends a job as a worker would that does nothing. */
  const endNext = async (queue: "runs" | "chunks", end: "complete" | "fail"): Promise<string | undefined> => {
    const name = q()[queue].name;
    const worker = new Worker(name, null, { connection: queues().workerRedis, prefix: queues().prefix });
    const job = await worker.getNextJob("token", { block: false });
    if (end === "complete") await job?.moveToCompleted(null, "token", false);
    else await job?.moveToFailed(new UnrecoverableError("for good"), "token", false);
    await worker.close();
    return job?.id;
  };

  /** How often Redis had to read from its connections, 16 kB at a time: hardly more than once for each answer that was waited for. */
  const readsBy = async (work: () => Promise<unknown>): Promise<number> => {
    const reads = async () =>
      Number(/^total_reads_processed:(\d+)/m.exec(await q().redis.info("stats"))?.[1]);
    const before = await reads();
    await work();
    return (await reads()) - before;
  };

  describe("the relay from the ledger", () => {
    it("gives a run one job, however often it is repeated", async () => {
      const run = await createdRun(pool());
      await Promise.all(range(0, 10).map(() => enqueueRun(q(), run)));
      await enqueueRunById(pool(), q(), run.id);
      expect(await jobIds("runs")).to.deep.equal([run.id]);
    });

    it("wakes the job of a run that was paused", async () => {
      const run = await createdRun(pool());
      await q().runs.add("sleeping", data(run), { jobId: runJobId(run.id), delay: 3_600_000 });
      await enqueueRun(q(), run);
      expect(await q().runs.getJobState(run.id)).to.equal("waiting");
    });

    for (const end of ["complete", "fail"] as const) {
      it(`replaces a job that did ${end} before its run had ended`, async () => {
        const run = await createdRun(pool());
        await enqueueRun(q(), run);
        expect(await endNext("runs", end)).to.equal(run.id);
        await enqueueRun(q(), run);
        expect(await q().runs.getJobState(run.id)).to.equal("waiting");
      });
    }

    it("wakes a job once, however many hear of the same change", async () => {
      const run = await createdRun(pool());
      for (let n = 0; n < 20; n++) {
        const asleep = await q().runs.add("sleeping", data(run), {
          jobId: runJobId(run.id),
          delay: 3_600_000,
        });
        await Promise.all([wakeJob(asleep), wakeJob(asleep), wakeJob(asleep)]);
        expect(await asleep.getState()).to.equal("waiting");
        await asleep.remove();
        await wakeJob(asleep);
      }
    });

    it("gives no job to a run that has ended, is paused or is not there", async () => {
      const [paused, cancelled] = [await createdRun(pool()), await createdRun(pool())];
      await controlRun(pool(), paused.id, "pause");
      await controlRun(pool(), cancelled.id, "cancel");
      for (const id of [paused.id, cancelled.id, "00000000-0000-7000-8000-000000000000"]) {
        await enqueueRunById(pool(), q(), id);
      }
      expect(await jobIds("runs")).to.deep.equal([]);
    });

    it("writes on the job what a person wants to read", async () => {
      const run = await createdRun(pool(), { count: 1_234_567 });
      await enqueueRun(q(), run);
      const job = await q().runs.getJob(run.id);
      expect(job?.name).to.equal(`run ${run.id.slice(0, 13)}: 1,234,567 users`);
      expect(job?.data).to.deep.equal(data(run));
    });
  });

  describe("the reconciler", () => {
    const reconcileLines = async (): Promise<Record<string, unknown>[]> => {
      const { log, lines } = keptLog();
      await reconcile({
        ...{ pool: pool(), queues: q(), listTopics: async () => ["topic"], log },
        readTopicIds: async () => new Map(),
        maxPendingRecords: 1_000,
      });
      return lines;
    };
    const reconcileOnce = async (): Promise<string[]> =>
      (await reconcileLines()).map((line) => String(line.msg));

    it("has a chunk of a cancelled run made to its end that a killed worker left half made", async () => {
      const { run, chunks } = await plannedRun(pool(), { count: 8, chunkSize: 4 });
      await addChunkJobs(q(), chunks);
      await storeNext(pool(), recordsOf(run, range(4, 6)));
      await controlRun(pool(), run.id, "cancel");
      await q().chunks.obliterate({ force: true });
      await reconcileOnce();
      const ids = chunks.slice(1).map(chunkJobId);
      expect(await jobIds("chunks")).to.deep.equal(ids);
      await reconcileOnce();
      expect(await jobIds("chunks")).to.deep.equal(ids);
      // Its records cannot be made by this version, or Kafka refuses them: that is not tried for ever.
      expect(await endNext("chunks", "fail")).to.equal(ids[0]);
      await reconcileOnce();
      expect(await jobIds("chunks")).to.deep.equal(ids);
    });

    it("gives jobs to the runs that have none, and says so once", async () => {
      const runs = [await createdRun(pool()), await createdRun(pool())];
      const paused = await createdRun(pool());
      await controlRun(pool(), paused.id, "pause");
      expect(await reconcileOnce()).to.have.length(2);
      expect(await jobIds("runs")).to.deep.equal(runs.map((run) => run.id).sort());
      expect(await reconcileOnce()).to.deep.equal([]);
    });

    it("gives jobs to the others where one run cannot be helped, and names it", async () => {
      const runs = [await createdRun(pool()), await createdRun(pool()), await createdRun(pool())];
      const [first] = runs;
      if (first === undefined) throw new Error("there is no run");
      await enqueueRun(q(), first);
      await endNext("runs", "complete");
      // BullMQ does not let go of a job that somebody holds.
      await q().redis.set(`${q().runs.toKey(first.id)}:lock`, "somebody");
      const lines = await reconcileLines();
      expect(lines.find(({ runId }) => runId === first.id)).to.include({
        msg: "a run could not be enqueued, trying again",
        jobState: "completed",
      });
      expect(await jobIds("runs")).to.deep.equal(runs.map(({ id }) => id).sort());
      await q().redis.del(`${q().runs.toKey(first.id)}:lock`);
      await reconcileOnce();
      expect(await q().runs.getJobState(first.id)).to.equal("waiting");
    });

    it("does the rest where one of its duties fails", async () => {
      const run = await createdRun(pool());
      await database().asOwner("ALTER TABLE consumer_progress RENAME TO away");
      expect(await reconcileOnce()).to.include("reconciling failed, trying again");
      expect(await jobIds("runs")).to.deep.equal([run.id]);
    });

    it("passes over no run, however many there are, and asks Redis for a hundred at a time", async () => {
      await createdRun(pool());
      const columns = `record_type, record_type_version, requested, fields, seed, reference_date, options, chunk_size`;
      await pool().query(
        `INSERT INTO runs (id, status, ${columns})
         SELECT gen_random_uuid(), status, ${columns} FROM runs, generate_series(1, 250)`,
      );
      await reconcileOnce();
      expect(await q().runs.count()).to.equal(251);
      expect(await readsBy(reconcileOnce)).to.be.below(80);
    });

    it("takes the chunk jobs of a run away that goes on no more, whoever should have, and frees their room", async () => {
      const { run, chunks } = await plannedRun(pool());
      await addChunkJobs(q(), chunks);
      await controlRun(pool(), run.id, "pause");
      await reconcileOnce();
      expect(await jobIds("chunks")).to.deep.equal([]);
      expect(await pendingRecords(pool())).to.equal(0);
    });

    it("leaves a run alone whose job sleeps until its next turn, and wakes one that sleeps as if it were paused", async () => {
      const [asleep, forgotten] = [await createdRun(pool()), await createdRun(pool())];
      for (const [run, delay] of [
        [asleep, 60_000],
        [forgotten, 3_600_000],
      ] as const) {
        await q().runs.add("sleeping", data(run), { jobId: runJobId(run.id), delay });
      }
      expect(await reconcileOnce()).to.have.length(1);
      expect(await q().runs.getJobState(asleep.id)).to.equal("delayed");
      expect(await q().runs.getJobState(forgotten.id)).to.equal("waiting");
    });

    it("gives chunks of runs that go on their jobs again, whoever should have", async () => {
      const { chunks } = await plannedRun(pool());
      await reconcileOnce();
      expect(await jobIds("chunks")).to.deep.equal(chunks.map(chunkJobId).sort());
    });

    it("gives them again what a wiped Redis has lost", async () => {
      const run = await createdRun(pool());
      await enqueueRun(q(), run);
      await q().runs.obliterate({ force: true });
      await reconcileOnce();
      expect(await jobIds("runs")).to.deep.equal([run.id]);
    });

    it("reopens the chunks whose messages Kafka lost", async () => {
      const { run } = await plannedRun(pool(), { count: 4 });
      await pool().query("UPDATE chunks SET produced_at = now(), kafka_partition = 0, kafka_end_offset = 4");
      await pool().query("UPDATE runs SET produced = 4");
      await storeNext(
        pool(),
        range(0, 4).map(() => foreign("{}")),
      );
      expect(await reconcileOnce()).to.include("messages were lost, their chunks will be made again");
      expect((await currentRun(pool(), run.id)).produced).to.equal(0);
    });
  });

  describe("the jobs of chunks", () => {
    it("are added once, however often and by how many", async () => {
      const { chunks } = await plannedRun(pool());
      await Promise.all(range(0, 5).map(() => addChunkJobs(q(), chunks)));
      expect(await jobIds("chunks")).to.deep.equal(chunks.map(chunkJobId).sort());
    });

    it("are added a thousand at a time, between which others come to their turn", async () => {
      const { chunks } = await plannedRun(pool(), { count: 3_000, chunkSize: 1 });
      const adding = addChunkJobs(q(), chunks);
      const seen = await eventually(async () => {
        const count = await q().chunks.count();
        expect(count).to.be.above(0);
        return count;
      });
      expect(seen).to.be.below(3_000);
      await adding;
      expect(await q().chunks.count()).to.equal(3_000);
    });

    it("are looked after and removed by the thousand, however many a run has", async () => {
      const { run, chunks } = await plannedRun(pool(), { count: 3_000, chunkSize: 1 });
      await addChunkJobs(q(), chunks.slice(0, 1_234));
      const ensure = () => ensureChunkJobs(pool(), q(), 5_000);
      await ensure();
      expect(await q().chunks.count()).to.equal(3_000);
      expect(await readsBy(ensure)).to.be.below(300);
      expect(await q().chunks.count()).to.equal(3_000);
      await controlRun(pool(), run.id, "pause");
      expect(await readsBy(() => removeChunkJobs(pool(), q(), run.id))).to.be.below(300);
      expect(await q().chunks.count()).to.equal(0);
    });

    it("come a small run's beside a huge run's first chunks, not after its last", async () => {
      const huge = await createdRun(pool(), { count: 1_000_000, chunkSize: 100 });
      const planned = chunksOf(await planWindow(pool(), huge.id, 2_000), huge.id);
      await addChunkJobs(q(), planned);
      const small = await plannedRun(pool(), { count: 8 });
      await addChunkJobs(q(), small.chunks);
      const order = [];
      for (let n = 0; n < 4; n++) order.push(await endNext("chunks", "complete"));
      expect(order).to.have.members([
        ...planned.slice(0, 2).map(chunkJobId),
        ...small.chunks.map(chunkJobId),
      ]);
    });

    it("come a small run's before the first chunks of huge runs", async () => {
      const huge = await createdRun(pool(), { count: 1_000_000, chunkSize: 5_000 });
      await addChunkJobs(q(), chunksOf(await planWindow(pool(), huge.id, 100_000), huge.id));
      const small = await plannedRun(pool(), { count: 1_000, chunkSize: 5_000 });
      await addChunkJobs(q(), small.chunks);
      expect(await endNext("chunks", "complete")).to.equal(small.chunks.map(chunkJobId)[0]);
    });

    it("have priorities that BullMQ accepts, however far they are in their run", () => {
      expect(chunkPriority({ endSeq: Number.MAX_SAFE_INTEGER })).to.equal(2_097_152);
      expect(chunkPriority({ endSeq: 1 })).to.equal(1);
    });

    it("are added again where Redis lost them, and only those", async () => {
      const { chunks } = await plannedRun(pool());
      await addChunkJobs(q(), chunks);
      const lost = chunks.slice(1).map(chunkJobId);
      for (const id of lost) await q().chunks.remove(id);
      await ensureChunkJobs(pool(), q(), 100);
      expect(await jobIds("chunks")).to.deep.equal(chunks.map(chunkJobId).sort());
    });

    for (const end of ["complete", "fail"] as const) {
      it(`get a successor where one did ${end} without its chunk being produced`, async () => {
        const { chunks } = await plannedRun(pool(), { count: 4 });
        await addChunkJobs(q(), chunks);
        const ended = await endNext("chunks", end);
        await ensureChunkJobs(pool(), q(), 100);
        const [chunk] = chunks;
        if (chunk === undefined) throw new Error("there is no chunk");
        expect(ended).to.equal(chunkJobId(chunk));
        const successor = chunkJobId({ ...chunk, generation: 1 });
        expect(await q().chunks.getJobState(successor)).to.equal("prioritized");
        await ensureChunkJobs(pool(), q(), 100);
        expect(await jobIds("chunks")).to.deep.equal([chunkJobId(chunk), successor]);
      });
    }

    it("are none for chunks that have been produced", async () => {
      const { run } = await plannedRun(pool());
      await pool().query("UPDATE chunks SET produced_at = now() WHERE index < 2");
      await pool().query("UPDATE runs SET produced = 8");
      await ensureChunkJobs(pool(), q(), 100);
      expect(await jobIds("chunks")).to.deep.equal([`${run.id}-2-0`]);
    });

    it("are removed of one run, and no other", async () => {
      const [one, other] = [await plannedRun(pool()), await plannedRun(pool())];
      await addChunkJobs(q(), [...one.chunks, ...other.chunks]);
      await controlRun(pool(), one.run.id, "pause");
      await removeChunkJobs(pool(), q(), one.run.id);
      expect(await jobIds("chunks")).to.deep.equal(other.chunks.map(chunkJobId).sort());
    });
  });

  it("wait longer from one failure to the next, up to ten seconds", () => {
    const bounds = range(1, 40).map((attempt) => Math.min(250 * 2 ** (attempt - 1), 10_000));
    bounds.forEach((fullMs, index) => {
      for (let n = 0; n < 20; n++) expect(retryDelayMs(index + 1)).to.be.within((fullMs * 2) / 3 - 1, fullMs);
    });
  });

  const data = (run: { id: string; requested: number | null; fields: readonly string[]; seed: number }) => ({
    runId: run.id,
    count: run.requested,
    fields: run.fields,
    seed: run.seed,
  });
});
