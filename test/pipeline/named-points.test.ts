import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { waitUntil } from "../../stack/wait-until.ts";
import { type Fate, killAt } from "../chaos/kill-at.ts";
import { type ProxiedStack, startProxiedStack } from "../chaos/proxied-stack.ts";
import type { Owner } from "../chaos/proxy/find-owner.ts";
import type { PointName } from "../chaos/proxy/points.ts";
import { type ApiRun, isCompleted } from "./test-stack.ts";

const count = 20_000;

describe("a process killed at the worst moment", function () {
  this.timeout(180_000);
  let stack: ProxiedStack;

  before(async () => {
    stack = await startProxiedStack({ workers: 1, consumers: 1 });
  });
  after(() => stack.stop());

  const startRun = (): Promise<ApiRun> => stack.startRun({ count, chunkSize: 1_000 });
  async function expectAccounted(id: string): Promise<void> {
    const completed = await stack.untilRun(id, "completed", isCompleted, 90_000);
    expect(completed).to.include({ requested: count, stored: count, flagged: 0, deadLettered: 0 });
    await stack.audit(id);
  }
  async function kill(
    kind: string,
    point: PointName,
    fate: Fate,
    whileHeld?: (owner: Owner) => Promise<void>,
  ): Promise<void> {
    const killed = await killAt(stack, point, kind, fate, whileHeld);
    expect(killed.name).to.equal(kind);
    expect(stack.pid(kind), `${kind}'s process number after the kill`).not.to.equal(killed.pid);
  }
  /** What PostgreSQL says of the last statement of the killed consumer's busiest connection. */
  const consumerSessions = async (): Promise<{ state: string; query: string }[]> =>
    (
      await stack.pool.query<{ state: string; query: string }>(
        `SELECT state, query FROM pg_stat_activity
          WHERE application_name = 'consumer' AND (state = 'idle in transaction' OR query = 'COMMIT')`,
      )
    ).rows;

  it("costs nothing before Kafka has the messages and before PostgreSQL has the COMMIT", async () => {
    const { id } = await startRun();
    await Promise.all([
      kill("worker", "before-kafka-send", "lost"),
      kill("consumer", "before-commit", "lost", async () => {
        const states = (await consumerSessions()).map(({ state }) => state);
        expect(states, "the open transaction").to.include("idle in transaction");
      }),
    ]);
    await expectAccounted(id);
  });

  it("costs nothing when Kafka has the messages and PostgreSQL has committed, and nobody knows it", async () => {
    const { id } = await startRun();
    await Promise.all([
      kill("worker", "after-kafka-send", "lost"),
      kill("consumer", "after-commit", "lost", async () => {
        expect(await consumerSessions(), "the committed transaction").to.deep.include({
          state: "idle",
          query: "COMMIT",
        });
      }),
    ]);
    await expectAccounted(id);
  });

  it("costs nothing when messages and COMMIT arrive after the successor has begun", async () => {
    const { id } = await startRun();
    await Promise.all([
      kill("worker", "before-kafka-send", "late"),
      kill("consumer", "before-commit", "late"),
    ]);
    await expectAccounted(id);
  });

  it("costs nothing between planned chunks and their jobs, and before Kafka's offset is committed", async () => {
    const starting = startRun();
    await Promise.all([
      kill("worker", "before-chunk-jobs", "lost", async () => {
        const { id } = await starting;
        const { rows } = await stack.pool.query("SELECT index FROM chunks WHERE run_id = $1", [id]);
        expect(rows, "planned chunks").not.to.deep.equal([]);
        expect(await stack.queues.chunks.getJobState(`${id}-0-0`), "the first chunk's job").to.equal(
          "unknown",
        );
      }),
      kill("consumer", "before-offset-commit", "lost"),
    ]);
    await expectAccounted((await starting).id);
  });

  describe("of a request", () => {
    /** The request as a careful client sends it: again, with the same key, until there is an answer. */
    async function request(key: string): Promise<ApiRun | null> {
      try {
        const response = await stack.request("/api/runs", {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": key },
          body: JSON.stringify({ count, chunkSize: 1_000 }),
        });
        return response.status === 202 ? ((await response.json()) as ApiRun) : null;
      } catch {
        return null;
      }
    }
    async function requestAgain(key: string): Promise<ApiRun> {
      for (;;) {
        const run = await request(key);
        if (run !== null) return run;
        await waitUntil("web to answer", () => stack.request("/healthz"), { timeoutMs: 30_000 });
      }
    }
    const runsWith = async (key: string): Promise<string[]> =>
      (
        await stack.pool.query<{ id: string }>("SELECT id FROM runs WHERE idempotency_key = $1", [key])
      ).rows.map(({ id }) => id);

    it("leaves one run where web and then the relay die between the ledger and the queue", async () => {
      const key = randomUUID();
      const [answer] = await Promise.all([
        request(key),
        kill("web", "before-run-job", "lost", async () => {
          const [id = ""] = await runsWith(key);
          expect(await stack.queues.runs.getJobState(id), "the run's job").to.equal("unknown");
        }).then(() => kill("worker", "before-run-job", "lost")),
      ]);
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
        const [answer] = await Promise.all([request(key), kill("web", point, fate)]);
        expect(answer, "the answer of the web service that was killed").to.equal(null);
        const { id } = await requestAgain(key);
        expect(await runsWith(key)).to.deep.equal([id]);
        await expectAccounted(id);
      });
    }
  });
});
