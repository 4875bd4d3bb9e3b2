import { expect } from "chai";
import { ensureTopic } from "../../kafka/topic.ts";
import { enqueueRun } from "../../queues/enqueue-run.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { testKafka } from "../setup/kafka.ts";
import { queuesForEachTest } from "../setup/queues.ts";
import { createdRun } from "../setup/runs.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";
import { type MainProcess, startMain } from "../web/main-process.ts";

describe("a worker that ends", () => {
  let worker: MainProcess | undefined;
  // Registered, and so run, before what the following two register.
  afterEach(() => worker?.child.kill("SIGKILL"));
  const database = databaseForEachTest();
  const queues = queuesForEachTest();
  const q = () => queues().queues;

  it("gives each run back once, and takes none again, however long the rest of it takes to end", async () => {
    const topic = unique("topic");
    await ensureTopic(testKafka(), { topic, partitions: 1, replicationFactor: 1 });
    worker = await startMain("workers/worker-main", {
      DATABASE_URL: database().url,
      REDIS_URL: servers.redisUrl,
      KAFKA_BROKERS: servers.kafkaBrokers.join(","),
      KAFKA_TOPIC: topic,
      QUEUE_PREFIX: queues().prefix,
    });
    const { child, exited, output } = worker;
    // Nobody stores them, so that they stay in the worker's hands.
    const runs = [await createdRun(database().pool), await createdRun(database().pool)];
    for (const run of runs) await enqueueRun(q(), run);
    await eventually(async () => expect(await q().chunks.getCompletedCount()).to.equal(6), 60_000);
    await eventually(async () => expect(await q().runs.getDelayedCount()).to.equal(2));

    const turns = (): Promise<number[]> =>
      Promise.all(runs.map(async ({ id }) => (await q().runs.getJob(id))?.attemptsStarted ?? 0));

    // A pass of its reconciler waits for this table, and it for the pass.
    const holder = await database().pool.connect();
    let turnsBefore: number[];
    try {
      await holder.query("BEGIN; LOCK TABLE consumer_progress IN ACCESS EXCLUSIVE MODE");
      await eventually(async () => {
        const { rowCount } = await database().pool.query(
          // Databases that are copies of one have the same relation under the same number.
          `SELECT FROM pg_locks
            WHERE NOT granted AND relation = 'consumer_progress'::regclass
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        );
        expect(rowCount).to.be.above(0);
      });
      turnsBefore = await turns();
      child.kill("SIGTERM");
      await eventually(async () => expect(await q().runs.getWaitingCount()).to.equal(2));
      // Long enough to take each of them a hundred times.
      await eventually(async () => expect(await q().runs.getWorkersCount()).to.equal(0), 5_000);
    } finally {
      await holder.query("ROLLBACK");
      holder.release();
    }
    expect(await exited, output()).to.equal(0);
    for (const [index, run] of runs.entries()) {
      expect(await q().runs.getJobState(run.id)).to.equal("waiting");
      // One may have had its turn just then.
      expect((await turns())[index]).to.be.at.most((turnsBefore[index] as number) + 1);
    }
  });
});
