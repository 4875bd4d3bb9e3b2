import { expect } from "chai";
import kafkajs, { type Kafka, type Message, type Producer } from "kafkajs";
import { createKafka } from "../../kafka/client.ts";
import { recordMessage } from "../../kafka/message.ts";
import { findRun } from "../../ledger/runs/find-runs.ts";
import { generatorOf } from "../setup/generator-of.ts";
import { silentLog } from "../setup/log.ts";
import { topic, untilAllIsRead } from "./kafka-faults.ts";
import { type ApiRun, isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

interface Letter {
  readonly id: number;
  readonly reason: string;
  readonly seq: number | null;
  readonly payload: string | null;
  readonly replays: number;
  readonly resolvedAt: string | null;
}

const count = 1_000;

/** A run of which some records were spoilt before the pipeline's own messages came. */
describe("replaying a run's dead letters", function () {
  this.timeout(180_000);
  let stack: TestStack;
  let kafka: Kafka;
  let producer: Producer;
  let run: ApiRun;

  const spoil: Readonly<Record<number, (record: string) => Buffer | null>> = {
    // Once mended, these two are the very records that the run asked for.
    3: (record) => Buffer.from(record.replace('{"name":"', '{"name":"\\u0000')),
    4: (record) => Buffer.from(`\uFEFF${record}`),
    5: () => Buffer.from('{"name":"A\xffn"}', "latin1"),
    6: () => null,
    7: () => Buffer.from("no JSON"),
  };

  before(async () => {
    stack = await startTestStack({ workers: 1, consumers: 1, environment: { KAFKA_PARTITIONS: "1" } });
    kafka = createKafka({ brokers: stack.urls.KAFKA_BROKERS.split(","), clientId: "test", log: silentLog });
    producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    // In the one partition the spoilt ones come first, and the consumer reads them when the run is planned.
    stack.signal("consumer", "SIGSTOP");
    stack.signal("worker", "SIGSTOP");
    run = await stack.startRun({ count, chunkSize: 500, seed: 11 });
    const found = await findRun(stack.pool, run.id);
    if (found === null) throw new Error("there is no run");
    const generate = generatorOf(found);
    const messages: Message[] = Object.entries(spoil).map(([seq, change]) => ({
      ...recordMessage(0, run.id, Number(seq), ""),
      value: change(generate(Number(seq))),
    }));
    const outside = { ...recordMessage(0, run.id, count, ""), value: '{"name":"Outside"}' };
    await producer.send({ topic, messages: [...messages, outside] });
    stack.signal("worker", "SIGCONT");
    await stack.untilRun(run.id, "produced", ({ produced }) => produced === count);
    stack.signal("consumer", "SIGCONT");
    await stack.untilRun(run.id, "completed", isCompleted);
    await untilAllIsRead(stack, kafka);
  });
  after(async () => {
    await producer.disconnect();
    await stack.stop();
  });

  async function letters(query: string): Promise<readonly Letter[]> {
    const response = await stack.request(`/api/dead-letters?runId=${run.id}&limit=100&${query}`);
    return ((await response.json()) as { deadLetters: Letter[] }).deadLetters.toReversed();
  }
  async function replay(
    body: Readonly<Record<string, unknown>>,
  ): Promise<{ ids: number[]; skippedIds: number[] }> {
    const response = await stack.post("/api/dead-letters/replay", { runId: run.id, ...body });
    expect(response.status).to.equal(200);
    return (await response.json()) as { ids: number[]; skippedIds: number[] };
  }
  const spoilt = async (): Promise<readonly Letter[]> =>
    (await letters("resolved=false")).filter(({ reason }) => reason !== "identity_conflict");
  const expectRun = async (stored: number, deadLettered: number): Promise<void> => {
    expect(await stack.getRun(run.id)).to.include({
      status: "completed",
      requested: count,
      stored,
      deadLettered,
    });
  };

  it("finds the run completed without them, and the pipeline's own messages kept as conflicts", async () => {
    await expectRun(count - 5, 5);
    expect((await spoilt()).map(({ seq, reason }) => [seq, reason])).to.deep.equal([
      [3, "nul_character"],
      [4, "not_json"],
      [5, "not_utf8"],
      [6, "tombstone"],
      [7, "not_json"],
      [count, "sequence_out_of_range"],
    ]);
    expect(await letters("reason=identity_conflict")).to.have.length(5);
    await stack.audit(run.id);
  });

  it("fails again of what is sent as it was, and changes no number of the run", async () => {
    const before = await spoilt();
    const { ids } = await replay({ ids: before.map(({ id }) => id) });
    expect(ids).to.have.members(before.map(({ id }) => id));
    await untilAllIsRead(stack, kafka);
    expect(await spoilt()).to.deep.equal(before.map((letter) => ({ ...letter, replays: 1 })));
    await expectRun(count - 5, 5);
    await stack.audit(run.id);
  });

  it("stores what can be mended: a run's record in its place, the rest as another producer's", async () => {
    const before = await spoilt();
    const idOf = (seq: number): number => before.find((letter) => letter.seq === seq)?.id ?? 0;
    const { ids, skippedIds } = await replay({ ids: before.map(({ id }) => id), patch: true });
    expect(ids).to.have.members([3, 4, 5, count].map(idOf));
    expect(skippedIds).to.have.members([6, 7].map(idOf));
    await untilAllIsRead(stack, kafka);
    await expectRun(count - 2, 2);
    expect((await spoilt()).map(({ seq }) => seq)).to.deep.equal([6, 7]);
    const resolved = await letters("resolved=true");
    expect(resolved.map(({ seq }) => seq)).to.deep.equal([3, 4, 5, count]);
    expect(Buffer.from(resolved[2]?.payload ?? "", "base64").toString("latin1"), "bytes that came").to.equal(
      '{"name":"A\xffn"}',
    );
    const { rows } = await stack.pool.query(
      "SELECT run_id, seq, name FROM users_raw WHERE name LIKE '%\uFFFD%' OR name = 'Outside' ORDER BY seq",
    );
    expect(rows).to.deep.equal([
      { run_id: run.id, seq: 5, name: "A\uFFFDn" },
      { run_id: null, seq: null, name: "Outside" },
    ]);
  });

  it("is told by an audit from the record that was asked for where it is another one", async () => {
    await expectOneAltered();
  });

  it("counts once where it is delivered again", async () => {
    const found = await findRun(stack.pool, run.id);
    if (found === null) throw new Error("there is no run");
    const [letter] = await letters("resolved=true");
    const value = generatorOf(found)(3);
    const message = recordMessage(0, run.id, 3, value);
    const again = { ...message, headers: { ...message.headers, replay_of: String(letter?.id) } };
    const before = await stack.pool.query("SELECT count(*) AS rows FROM users_raw");
    await producer.send({ topic, messages: [again, again] });
    await producer.send({ topic, messages: [again] });
    await untilAllIsRead(stack, kafka);
    expect((await stack.pool.query("SELECT count(*) AS rows FROM users_raw")).rows).to.deep.equal(
      before.rows,
    );
    await expectRun(count - 2, 2);
    await expectOneAltered();
  });

  /** Every invariant holds; of the rows, only the one that was mended with U+FFFD is not what the run asked for. */
  async function expectOneAltered(): Promise<void> {
    expect((await stack.alteredRows(run.id)).map(({ seq }) => seq)).to.deep.equal([5]);
  }
});
