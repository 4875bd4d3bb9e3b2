import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { createKafka } from "../../kafka/client.ts";
import { createKafkaInspector, type KafkaInspector } from "../../kafka/inspect.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { anyOf, type Fate, holdAt, killAt, only } from "../chaos/kill-at.ts";
import { type ProxiedStack, startProxiedStack } from "../chaos/proxied-stack.ts";
import type { PointName } from "../chaos/proxy/points.ts";
import { silentLog } from "../setup/log.ts";
import { registerText } from "../setup/register.ts";
import { topic } from "./kafka-faults.ts";
import { type ApiRun, isCompleted } from "./test-stack.ts";

const ownType = `
x-record: {name: reading}
properties:
  device: {type: string, x-generate: {sequence: "dev-{0000}"}}
  at: {type: string, format: date-time}
  value: {type: number, x-generate: {normal: [20, 5], decimals: 2}}
`;

describe("the worst moment", function () {
  this.timeout(180_000);
  let stack: ProxiedStack;
  let inspector: KafkaInspector;

  before(async () => {
    stack = await startProxiedStack({ workers: 2, consumers: 2 });
    const brokers = stack.urls.KAFKA_BROKERS.split(",");
    inspector = createKafkaInspector(createKafka({ brokers, clientId: "test", log: silentLog }));
    await registerText(stack.pool, ownType);
  });
  after(async () => {
    await inspector.close();
    await stack.stop();
  });

  const startRun = (type = "user"): Promise<ApiRun> =>
    stack.startRun({ type, count: 20_000, chunkSize: 1_000 });
  async function expectAccounted(id: string): Promise<void> {
    const { requested, ...completed } = await stack.untilRun(id, "completed", isCompleted, 90_000);
    expect(completed).to.include({ stored: requested, flagged: 0, deadLettered: 0 });
    await stack.audit(id);
  }
  async function kill(
    isVictim: (name: string) => boolean,
    point: PointName,
    fate: Fate,
    whileHeld?: () => Promise<void>,
  ): Promise<void> {
    const { name, pid } = await killAt(stack, point, isVictim, fate, whileHeld);
    expect(isVictim(name), `${name}, held ${point}`).to.equal(true);
    expect(stack.pid(name), `the process number of ${name} after the kill`).not.to.equal(pid);
  }
  /** What PostgreSQL says of consumers that are in a transaction, or that have just committed one. */
  const consumerSessions = async (): Promise<{ state: string; query: string }[]> =>
    (
      await stack.pool.query<{ state: string; query: string }>(
        `SELECT state, query FROM pg_stat_activity
          WHERE application_name = 'consumer' AND (state = 'idle in transaction' OR query = 'COMMIT')`,
      )
    ).rows;

  for (const type of ["user", "reading"]) {
    it(`costs a run of ${type}s nothing when processes are killed just before and just after Kafka has the messages, and PostgreSQL the COMMIT`, async () => {
      const { id } = await startRun(type);
      await Promise.all([
        kill(only("worker"), "before-kafka-send", "lost"),
        kill(only("worker-2"), "after-kafka-send", "lost"),
        kill(only("consumer"), "before-commit", "lost", async () => {
          const states = (await consumerSessions()).map(({ state }) => state);
          expect(states, "the open transaction").to.include("idle in transaction");
        }),
        kill(only("consumer-2"), "after-commit", "lost", async () => {
          const committed = { state: "idle", query: "COMMIT" };
          expect(await consumerSessions(), "the committed transaction").to.deep.include(committed);
        }),
      ]);
      await expectAccounted(id);
    });

    it(`costs a run of ${type}s nothing when a dead process's messages and COMMIT arrive late, nor before Kafka's offset and chunk jobs do`, async () => {
      const { id } = await startRun(type);
      await Promise.all([
        kill(only("worker"), "before-kafka-send", "late"),
        kill(only("consumer"), "before-commit", "late"),
        kill(only("consumer-2"), "before-offset-commit", "lost"),
      ]);
      let planned = "";
      await Promise.all([
        kill(anyOf("worker"), "before-chunk-jobs", "lost", async () => {
          const { rows } = await stack.pool.query("SELECT 1 FROM chunks WHERE run_id = $1 AND index = 0", [
            planned,
          ]);
          expect(rows, "the first chunk, planned").to.have.length(1);
          const state = await stack.queues.chunks.getJobState(`${planned}-0-0`);
          expect(state, "the first chunk's job").to.equal("unknown");
        }),
        startRun(type).then((run) => {
          planned = run.id;
        }),
      ]);
      await expectAccounted(id);
      await expectAccounted(planned);
    });
  }

  it("costs nothing when Kafka's acknowledgement is lost, with its connection or without", async () => {
    const { id } = await startRun();
    const [vanished, cut] = await Promise.all([
      holdAt(stack, "after-kafka-send", only("worker")),
      holdAt(stack, "after-kafka-send", only("worker-2")),
    ]);
    vanished.drop();
    cut.cut();
    await expectAccounted(id);
    const sent = Array.from(await inspector.readEndOffsets(topic), ([, end]) => end).reduce(
      (a, b) => a + b,
      0,
    );
    const { rows } = await stack.pool.query<{ stored: number }>("SELECT count(*) AS stored FROM users_raw");
    expect(sent, "messages, of which some were sent twice").to.be.greaterThan(rows[0]?.stored ?? 0);
  });

  it("has web say that it does not know, and send nothing twice, when the acknowledgement of POST /produce is lost", async () => {
    const name = randomUUID();
    const [response, held] = await Promise.all([
      stack.post("/produce", { records: [{ name }] }),
      holdAt(stack, "after-kafka-send", only("web")).then((point) => point.cut()),
    ]);
    expect(held).to.equal(undefined);
    expect(response.status).to.equal(503);
    const ends = await inspector.readEndOffsets(topic);
    const readAll = async (): Promise<void> => {
      const progress = await stack.pool.query<{ kafka_partition: number; next_offset: number }>(
        "SELECT kafka_partition, next_offset FROM consumer_progress WHERE topic = $1",
        [topic],
      );
      const read = progress.rows.map((row) => [row.kafka_partition, row.next_offset] as const);
      expect(new Map(read)).to.deep.equal(new Map(ends));
    };
    await waitUntil("everything in Kafka to be read", readAll, { timeoutMs: 30_000 });
    const { rows } = await stack.pool.query("SELECT name FROM users_raw WHERE name = $1", [name]);
    expect(rows).to.deep.equal([{ name }]);
  });

  it("costs nothing when connections to Kafka are cut in the middle of an answer", async () => {
    const { id } = await startRun();
    for (const stored of [2_000, 4_000, 6_000]) {
      await stack.untilRun(id, "under way", (run) => run.stored >= stored);
      stack.proxies.kafka.cutInTransfer(() => ({ from: "server", bytes: 1_000 }));
    }
    await expectAccounted(id);
  });

  describe("of a process, for its client", () => {
    /** The request as a careful client sends it: again, with the same key, until there is an answer. */
    async function request(key: string): Promise<ApiRun | null> {
      try {
        const response = await stack.request("/api/runs", {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": key },
          body: JSON.stringify({ count: 1_000, chunkSize: 500 }),
        });
        return response.status === 202 ? ((await response.json()) as ApiRun) : null;
      } catch {
        return null;
      }
    }
    const requestAgain = (key: string): Promise<ApiRun> =>
      waitUntil(
        "web to accept the run",
        async () => {
          const run = await request(key);
          if (run === null) throw new Error("not yet");
          return run;
        },
        { timeoutMs: 60_000 },
      );
    const runsWith = async (key: string): Promise<string[]> =>
      (
        await stack.pool.query<{ id: string }>("SELECT id FROM runs WHERE idempotency_key = $1", [key])
      ).rows.map(({ id }) => id);

    it("leaves one run where web and the relay die between the ledger and the queue", async () => {
      const key = randomUUID();
      // Every worker looks for runs without a job, at a moment of its own: one alone is waited for before there is a run.
      stack.signal("worker-2", "SIGSTOP");
      const [answer] = await Promise.all([
        request(key),
        kill(only("web"), "before-run-job", "lost", async () => {
          const [id = ""] = await runsWith(key);
          expect(await stack.queues.runs.getJobState(id), "the run's job").to.equal("unknown");
        }),
        kill(only("worker"), "before-run-job", "lost"),
      ]).finally(() => stack.signal("worker-2", "SIGCONT"));
      expect(answer, "the answer of the web service that was killed").to.equal(null);
      const { id } = await requestAgain(key);
      expect(await runsWith(key)).to.deep.equal([id]);
      await expectAccounted(id);
    });

    for (const [point, fate] of [
      ["before-commit", "lost"],
      ["before-commit", "late"],
      ["after-commit", "lost"],
    ] as const) {
      it(`leaves one run where web dies ${point.replace("-", " ")} (${fate}) and the client asks again`, async () => {
        const key = randomUUID();
        const [answer] = await Promise.all([request(key), kill(only("web"), point, fate)]);
        expect(answer, "the answer of the web service that was killed").to.equal(null);
        const { id } = await requestAgain(key);
        expect(await runsWith(key)).to.deep.equal([id]);
        await expectAccounted(id);
      });
    }
  });
});
