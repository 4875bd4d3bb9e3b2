import { expect } from "chai";
import kafkajs, { type Kafka, type Producer } from "kafkajs";
import { createKafka } from "../../kafka/client.ts";
import { sendNullHeaders } from "../setup/console-producer.ts";
import { silentLog } from "../setup/log.ts";
import { consumerGroup, topic, untilAllIsRead, withEmptyGroup } from "./kafka-faults.ts";
import { type Poison, poisons } from "./poison.ts";
import { type ApiRun, isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

type Sent = Poison & { readonly partition: number; readonly offset: number };

const partitions = 2;

describe("poison between a run's messages", function () {
  this.timeout(240_000);
  let stack: TestStack;
  let kafka: Kafka;
  let producer: Producer;
  let run: ApiRun;
  let consumerPid: number | undefined;
  const sent: Sent[] = [];

  before(async () => {
    stack = await startTestStack({
      workers: 1,
      consumers: 1,
      environment: { KAFKA_PARTITIONS: String(partitions), MAX_PENDING_RECORDS: "5000" },
    });
    kafka = createKafka({ brokers: stack.urls.KAFKA_BROKERS.split(","), clientId: "test", log: silentLog });
    producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    run = await stack.startRun({ count: 30_000, chunkSize: 500 });
    await stack.untilRun(run.id, "under way", ({ stored }) => stored >= 3_000);
    const { rows } = await stack.pool.query("SELECT 1 FROM users_raw WHERE run_id = $1 AND seq = 0", [
      run.id,
    ]);
    expect(rows).to.have.length(1);
    consumerPid = stack.pid("consumer");
    for (const [index, poison] of poisons(run).entries()) sent.push(await send(poison, index % partitions));
  });
  after(async () => {
    await producer.disconnect();
    await stack.stop();
  });

  async function send(poison: Poison, partition: number): Promise<Sent> {
    const { value, headers = {} } = poison;
    const key = Buffer.from([0, 255]);
    const messages = [{ partition, key, value, headers }];
    const [metadata] = await producer.send({ topic, messages });
    return { ...poison, partition, offset: Number(metadata?.baseOffset) };
  }

  /** Everything that the tables have of the messages at these offsets. */
  async function outcomesAt({ partition, offset }: Sent) {
    const letters = await stack.pool.query<{
      reason: string;
      detail: string;
      payload: Buffer | null;
      key: Buffer;
    }>(
      `SELECT reason, detail, payload, message_key AS key
         FROM dead_letters WHERE kafka_partition = $1 AND kafka_offset = $2`,
      [partition, offset],
    );
    const rows = await stack.pool.query<{ error: string | null; same: boolean }>(
      "SELECT error FROM users_raw WHERE kafka_partition = $1 AND kafka_offset = $2",
      [partition, offset],
    );
    return { letters: letters.rows, rows: rows.rows };
  }

  async function expectEachOnce(): Promise<void> {
    for (const poison of sent) {
      const { letters, rows } = await outcomesAt(poison);
      if (poison.becomes.kind === "row") {
        expect({ letters, rows: rows.length }, poison.what).to.deep.equal({ letters: [], rows: 1 });
        if (poison.becomes.error === null) expect(rows[0]?.error, poison.what).to.equal(null);
        else expect(rows[0]?.error, poison.what).to.match(poison.becomes.error);
      } else {
        expect({ letters: letters.length, rows }, poison.what).to.deep.equal({ letters: 1, rows: [] });
        const [letter] = letters;
        expect(letter?.reason, poison.what).to.equal(poison.becomes.reason);
        expect(letter?.detail, poison.what).to.match(poison.becomes.detail);
        expect(letter?.detail.length, `${poison.what}: length of the explanation`).to.be.lessThan(300);
        expect(letter?.payload?.equals(poison.value ?? Buffer.alloc(0)) ?? null, poison.what).to.equal(
          poison.value === null ? null : true,
        );
        expect(letter?.key.toString("hex"), poison.what).to.equal("00ff");
      }
    }
  }

  const countOutcomes = async (): Promise<unknown> =>
    (
      await stack.pool.query(
        "SELECT (SELECT count(*) FROM users_raw) AS rows, (SELECT count(*) FROM dead_letters) AS letters",
      )
    ).rows[0];

  it("leaves the run complete, with nothing lost, doubled or altered", async () => {
    const completed = await stack.untilRun(run.id, "completed", isCompleted, 120_000);
    expect(completed).to.include({ stored: 30_000, flagged: 0, deadLettered: 0 });
    await stack.audit(run.id);
  });

  it("is found once each, as it was sent, with a reason that a person understands", async () => {
    await untilAllIsRead(stack, kafka);
    await expectEachOnce();
    const dead = sent.filter(({ becomes }) => becomes.kind === "dead").length;
    expect(await countOutcomes()).to.deep.equal({ rows: 30_000 + sent.length - dead, letters: dead });
  });

  it("may have headers without a value", async () => {
    const value = '{"name":"Nobody"}';
    await sendNullHeaders(stack.urls.KAFKA_BROKERS, topic, ["run_id", "seq", "replay_of"], value);
    await untilAllIsRead(stack, kafka);
    const { rows } = await stack.pool.query(
      "SELECT reason, detail, headers FROM dead_letters WHERE payload = $1",
      [Buffer.from(value)],
    );
    expect(rows).to.deep.equal([
      {
        reason: "invalid_headers",
        detail: "header run_id is not one UUID in lower case",
        headers: { run_id: [""], seq: [""], replay_of: [""] },
      },
    ]);
  });

  it("has not ended the consumer", () => {
    expect(stack.pid("consumer")).to.be.a("number").and.to.equal(consumerPid);
  });

  it("counts nothing twice where Kafka's offsets are reset to the beginning", async () => {
    const before = await countOutcomes();
    await withEmptyGroup(stack, kafka, (admin) =>
      admin.resetOffsets({ groupId: consumerGroup, topic, earliest: true }),
    );
    const after = await send(
      { what: "the last", value: Buffer.from('{"name":"Last"}'), becomes: { kind: "row", error: null } },
      0,
    );
    sent.push(after);
    await untilAllIsRead(stack, kafka);
    await expectEachOnce();
    expect(await countOutcomes()).to.deep.equal({
      ...(before as object),
      rows: (before as { rows: number }).rows + 1,
    });
    await stack.audit(run.id);
  });
});
