import { expect } from "chai";
import kafkajs, { type Kafka, type Producer } from "kafkajs";
import { createKafka } from "../../kafka/client.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { createTopic } from "../setup/kafka.ts";
import { silentLog } from "../setup/log.ts";
import { consumerGroup, topic, untilAllIsRead, withAdmin, withEmptyGroup } from "./kafka-faults.ts";
import { type ApiRun, isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

const partitions = 3;

describe("a topic that changes under the pipeline", function () {
  this.timeout(240_000);
  let stack: TestStack;
  let kafka: Kafka;
  let producer: Producer;

  before(async () => {
    stack = await startTestStack({
      workers: 1,
      consumers: 1,
      environment: { KAFKA_PARTITIONS: String(partitions) },
    });
    kafka = createKafka({ brokers: stack.urls.KAFKA_BROKERS.split(","), clientId: "test", log: silentLog });
    producer = kafka.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      metadataMaxAge: 1_000,
    });
    await producer.connect();
  });
  after(async () => {
    await producer.disconnect();
    await stack.stop();
  });

  const startRun = (): Promise<ApiRun> => stack.startRun({ count: 20_000, chunkSize: 500 });
  const isUnderWay = ({ stored }: ApiRun): boolean => stored >= 3_000;
  const isProduced = ({ produced }: ApiRun): boolean => produced === 20_000;
  async function expectCompletion(run: ApiRun): Promise<void> {
    const completed = await stack.untilRun(run.id, "completed", isCompleted, 120_000);
    expect(completed).to.include({ stored: 20_000, flagged: 0, deadLettered: 0 });
    await stack.audit(run.id);
  }
  async function whileStopped<T>(work: () => Promise<T>): Promise<T> {
    stack.signal("consumer", "SIGSTOP");
    try {
      return await work();
    } finally {
      stack.signal("consumer", "SIGCONT");
    }
  }
  /**
   * Sends other producers' records, `count` a partition, each with a name of its own.
   * @throws where a partition did not take them: to one that it does not know yet, kafkajs sends nothing and resolves
   */
  async function sendForeign(what: string, count: number, to: readonly number[]): Promise<void> {
    for (const partition of to) {
      for (let start = 0; start < count; start += 250) {
        const numbers = Array.from({ length: Math.min(250, count - start) }, (_, n) => start + n);
        const acknowledged = await producer.send({
          topic,
          messages: numbers.map((n) => ({ partition, value: `{"name":"${what} ${partition} ${n}"}` })),
        });
        expect(acknowledged, `acknowledgements of partition ${partition}`).to.have.length(1);
      }
    }
  }
  /** Waits until each of them is stored, and expects none to be stored twice. */
  const expectForeign = (what: string, count: number): Promise<unknown> =>
    waitUntil(
      `the records of ${what} to be stored, each once`,
      async () => {
        const { rows } = await stack.pool.query(
          "SELECT count(*) AS stored, count(DISTINCT name) AS names FROM users_raw WHERE name LIKE $1 || ' %'",
          [what],
        );
        expect(rows).to.deep.equal([{ stored: count, names: count }]);
      },
      { timeoutMs: 90_000, everyMs: 200 },
    );
  const deleteTopic = (): Promise<void> =>
    withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic], timeout: 10_000 }));
  /** Fails for the moment in which the old one is being deleted. */
  const createAgain = (numPartitions = partitions): Promise<unknown> =>
    withAdmin(kafka, (admin) =>
      waitUntil("the topic to be made", () => createTopic(admin, topic, numPartitions), {
        timeoutMs: 30_000,
        everyMs: 100,
      }),
    );
  const ends = (): Promise<{ partition: number; offset: string }[]> =>
    withAdmin(kafka, async (admin) =>
      (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({ partition, offset: high })),
    );
  const all = Array.from({ length: partitions }, (_, partition) => partition);

  it("loses and doubles nothing when it is deleted and made again in mid-run", async () => {
    const run = await startRun();
    await stack.untilRun(run.id, "under way", isUnderWay);
    await deleteTopic();
    await createAgain();
    await expectCompletion(run);
  });

  it("is made again by the pipeline itself when it is only deleted", async () => {
    const run = await startRun();
    await stack.untilRun(run.id, "under way", isUnderWay);
    await deleteTopic();
    await expectCompletion(run);
  });

  it("is read from its beginning when it was made again and has grown beyond what was read of the old one", async () => {
    await untilAllIsRead(stack, kafka);
    await whileStopped(async () => {
      const before = await ends();
      await deleteTopic();
      await createAgain();
      await sendForeign("Grown", Math.max(...before.map(({ offset }) => Number(offset))) + 10, all);
      const after = await ends();
      for (const { partition, offset } of before) {
        const now = after.find((each) => each.partition === partition);
        expect(Number(now?.offset), `end of partition ${partition}`).to.be.greaterThan(Number(offset));
      }
    });
    const stored = (await ends()).reduce((sum, { offset }) => sum + Number(offset), 0);
    await expectForeign("Grown", stored);
  });

  it("is read on when Kafka has removed everything that was not read yet", async () => {
    const run = await whileStopped(async () => {
      const produced = await startRun();
      await stack.untilRun(produced.id, "produced", isProduced);
      await withAdmin(kafka, async (admin) => {
        const bounds = await admin.fetchTopicOffsets(topic);
        const removed = bounds.map(({ partition, high }) => ({ partition, offset: high }));
        await admin.deleteTopicRecords({ topic, partitions: removed });
      });
      return produced;
    });
    await expectCompletion(run);
  });

  it("is read where the ledger says when Kafka's offsets were committed ahead of it", async () => {
    let run: ApiRun | undefined;
    await withEmptyGroup(
      stack,
      kafka,
      async (admin) => admin.setOffsets({ groupId: consumerGroup, topic, partitions: await ends() }),
      async () => {
        run = await startRun();
        await stack.untilRun(run.id, "produced", isProduced);
        await sendForeign("Ahead", 20, all);
      },
    );
    if (run === undefined) throw new Error("the run was not started");
    await expectForeign("Ahead", 20 * partitions);
    await expectCompletion(run);
    const { rows } = await stack.pool.query(
      "SELECT max(generation) AS generation FROM chunks WHERE run_id = $1",
      [run.id],
    );
    expect(rows, "chunks made again").to.deep.equal([{ generation: 0 }]);
  });

  it("counts nothing twice when Kafka's offsets are reset to the beginning in mid-run", async () => {
    const run = await startRun();
    await stack.untilRun(run.id, "under way", isUnderWay);
    await withEmptyGroup(stack, kafka, (admin) =>
      admin.resetOffsets({ groupId: consumerGroup, topic, earliest: true }),
    );
    await expectCompletion(run);
  });

  it("may get partitions in mid-run, and what is in them is stored", async () => {
    const run = await startRun();
    await stack.untilRun(run.id, "under way", isUnderWay);
    await withAdmin(kafka, (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic, count: partitions + 2 }] }),
    );
    await waitUntil(
      "the new partitions to take messages",
      () => sendForeign("Added", 1, [partitions, partitions + 1]),
      { timeoutMs: 30_000, everyMs: 500 },
    );
    await expectCompletion(run);
    await waitUntil(
      "the new partitions to be read",
      async () => {
        const { rows } = await stack.pool.query(
          "SELECT DISTINCT kafka_partition FROM users_raw WHERE name LIKE 'Added %' ORDER BY kafka_partition",
        );
        expect(rows.map(({ kafka_partition }) => kafka_partition)).to.deep.equal([
          partitions,
          partitions + 1,
        ]);
      },
      { timeoutMs: 60_000, everyMs: 200 },
    );
  });

  it("may come back with fewer partitions", async () => {
    const run = await startRun();
    await stack.untilRun(run.id, "under way", isUnderWay);
    await deleteTopic();
    await createAgain(1);
    await expectCompletion(run);
  });
});
