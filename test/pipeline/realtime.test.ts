import path from "node:path";
import { expect } from "chai";
import { createKafka } from "../../kafka/client.ts";
import { runToEnd } from "../../stack/run-to-end.ts";
import { childEnvironment } from "../../stack/settings.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { silentLog } from "../setup/log.ts";
import { readTopic } from "../web/topic-reader.ts";
import { type ApiRun, startTestStack, type TestStack } from "./test-stack.ts";

interface ApiDataset {
  readonly id: string;
  readonly status: string;
  readonly referenceDate: string;
  readonly runs: readonly (ApiRun & { readonly type: string })[];
}

const gauges = 25;
const everySeconds = 2;
const definitions = `$id: gauge
x-record: { topic: gauges, table: gauges, key: id, count: ${gauges} }
required: [id]
properties: { id: { type: string, x-generate: { sequence: "gauge-{00}" } } }
---
$id: level
x-record: { topic: levels, table: levels, key: [gauge, at], seriesOf: gauge, every: PT${everySeconds}S, jitter: PT1S }
required: [gauge, at, level]
properties:
  gauge: { type: string, x-generate: { parent: id } }
  at: { type: string, format: date-time, x-generate: tick }
  level: { type: number, x-generate: { series: { base: 5, noise: 1 }, decimals: 2 } }
`;

describe("a time series in real time in a running stack", function () {
  this.timeout(240_000);
  let stack: TestStack;
  let sent: Awaited<ReturnType<typeof readTopic>>;

  before(async () => {
    stack = await startTestStack({ workers: 2, consumers: 1 });
    const registered = await stack.request("/api/types", {
      method: "POST",
      headers: { "content-type": "application/yaml" },
      body: definitions,
    });
    expect(registered.status, await registered.clone().text()).to.equal(201);
    const kafka = createKafka({
      brokers: stack.urls.KAFKA_BROKERS.split(","),
      clientId: "test",
      log: silentLog,
    });
    // The consumer makes the topic when it takes the type up.
    sent = await waitUntil("the topic to be there", () => readTopic("levels", kafka), {
      timeoutMs: 60_000,
      everyMs: 500,
    });
  });
  after(async () => {
    await sent?.close();
    await stack.stop();
  });

  async function start(level: object, more: object = {}): Promise<ApiDataset> {
    const response = await stack.post("/api/datasets", {
      types: { level: { rate: "realtime", ...level } },
      ...more,
    });
    expect(response.status, await response.clone().text()).to.equal(202);
    return (await response.json()) as ApiDataset;
  }
  const get = async (id: string): Promise<ApiDataset> =>
    (await (await stack.request(`/api/datasets/${id}`)).json()) as ApiDataset;
  const levelsOf = ({ runs }: ApiDataset): ApiRun =>
    runs.find(({ type }) => type === "level") ?? expect.fail("there is a run of the series");

  /** How many readings that were due a few seconds ago are not stored. */
  async function overdue(dataset: ApiDataset): Promise<number> {
    const { rows } = await stack.pool.query<{ overdue: number }>(
      `SELECT floor(EXTRACT(EPOCH FROM clock_timestamp() - reference_date - interval '4 s') / $2)::float8 * $3 - stored AS overdue
         FROM runs WHERE id = $1`,
      [levelsOf(dataset).id, everySeconds, gauges],
    );
    return rows[0]?.overdue ?? expect.fail("there is the run");
  }
  /** Until the series has caught up with the clock. */
  const untilUpToDate = (dataset: ApiDataset, timeoutMs: number): Promise<unknown> =>
    waitUntil("the series to be up to date", async () => expect(await overdue(dataset)).to.be.at.most(0), {
      timeoutMs,
      everyMs: 50,
    });

  /** Of each message of a run: when it was sent, and when its reading was made as it says itself, in milliseconds since 1970. */
  async function messagesOf(dataset: ApiDataset): Promise<readonly { sentMs: number; atMs: number }[]> {
    const { id, produced } = await stack.getRun(levelsOf(dataset).id);
    const own = () => sent.messages.filter(({ message }) => String(message.headers?.run_id) === id);
    await waitUntil("all messages to be read", async () => expect(own().length).to.be.at.least(produced), {
      timeoutMs: 30_000,
      everyMs: 50,
    });
    return own().map(({ message }) => ({
      sentMs: Number(message.timestamp),
      atMs: Date.parse((JSON.parse(String(message.value)) as { at: string }).at),
    }));
  }

  /** By SQL over the rows alone: one reading of each gauge at each instant from the reference date on, and of no other. */
  async function expectWhole(dataset: ApiDataset): Promise<void> {
    const { rows } = await stack.pool.query(
      `WITH readings AS (SELECT l.gauge, floor(EXTRACT(EPOCH FROM l.at - date_trunc('s', r.reference_date)) / $4)::integer AS instant
                           FROM levels l JOIN runs r ON r.id = l._run_id WHERE l._run_id = $1)
       SELECT (SELECT count(*) - count(DISTINCT (gauge, instant)) FROM readings) AS doubled,
              (SELECT count(*) - (max(instant) * $3::integer + count(*) FILTER (WHERE instant = (SELECT max(instant) FROM readings)))
                 FROM readings) AS missing,
              (SELECT count(*) FROM readings WHERE NOT EXISTS (SELECT FROM gauges WHERE _run_id = $2 AND id = gauge)) AS of_nobody`,
      [levelsOf(dataset).id, dataset.runs[0]?.id, gauges, everySeconds],
    );
    expect(rows).to.deep.equal([{ doubled: 0, missing: 0, of_nobody: 0 }]);
  }

  async function audit(id: string): Promise<void> {
    const program = path.join(import.meta.dirname, "../../stack/bootstrap.mjs");
    const { code, output } = await runToEnd(process.execPath, [program, "audit", id, "--json"], {
      environment: { ...childEnvironment(), DATABASE_URL: stack.urls.DATABASE_URL },
    });
    expect(code, output).to.equal(0);
    const { relations } = JSON.parse(output.slice(output.indexOf("{"))) as { relations: { name: string }[] };
    expect(relations.map(({ name }) => name)).to.deep.equal(["level.gauge is there"]);
  }

  it("comes when its instants have, never before, whichever worker is killed, until it is cancelled, accounted for", async () => {
    const dataset = await start({ count: null });
    expect(dataset.runs.map(({ requested }) => requested)).to.deep.equal([gauges, null]);
    const { id } = levelsOf(dataset);
    await stack.untilRun(id, "under way", ({ stored }) => stored >= 4 * gauges);
    await audit(dataset.id);
    expect((await get(dataset.id)).status).to.equal("running");
    const steady = await messagesOf(dataset);

    for (const worker of ["worker", "worker-2"]) {
      const before = await stack.getRun(id);
      stack.signal(worker, "SIGKILL");
      await stack.untilRun(id, "further", ({ stored }) => stored >= before.stored + 4 * gauges);
      // Its jobs are taken up by another after 15 seconds at most; then nothing of the time between is missing.
      await untilUpToDate(dataset, 40_000);
    }
    const cancelled = await stack.post(`/api/datasets/${dataset.id}/cancel`, {});
    expect(((await cancelled.json()) as ApiDataset).status).to.equal("cancelled");
    const settled = await stack.untilSettled(id);
    expect(settled).to.include({ status: "cancelled", requested: null, deadLettered: 0 });
    expect(settled.stored).to.equal(settled.produced);
    await expectWhole(dataset);
    await audit(dataset.id);

    const all = await messagesOf(dataset);
    for (const { sentMs, atMs } of all) expect(sentMs, `sent at, of ${atMs},`).to.be.at.least(atMs);
    // The jitter, half a second over which an instant's readings are spread, and what the machine takes.
    const late = steady.map(({ sentMs, atMs }) => sentMs - atMs);
    expect(Math.max(...late)).to.be.below(1_000 + 500 + 3_000);
  });

  it("sends what is overdue at once, after a pause too, and then keeps its instants", async () => {
    const minutes = 5;
    const referenceDate = new Date(Date.now() - minutes * 60_000).toISOString();
    const dataset = await start({ count: null }, { referenceDate });
    await untilUpToDate(dataset, 30_000);
    const { stored } = await stack.getRun(levelsOf(dataset).id);
    expect(stored).to.be.at.least(((minutes * 60) / everySeconds - 3) * gauges);
    await stack.post(`/api/datasets/${dataset.id}/pause`, {});
    await stack.untilSettled(levelsOf(dataset).id);
    await waitUntil(
      "instants to come in the pause",
      async () => expect(await overdue(dataset)).to.be.at.least(2 * gauges),
      { timeoutMs: 30_000, everyMs: 100 },
    );
    await stack.post(`/api/datasets/${dataset.id}/resume`, {});
    await untilUpToDate(dataset, 15_000);
    await stack.post(`/api/datasets/${dataset.id}/cancel`, {});
    await stack.untilSettled(levelsOf(dataset).id);
    await expectWhole(dataset);
    for (const { sentMs, atMs } of await messagesOf(dataset)) expect(sentMs).to.be.at.least(atMs);
  });

  it("waits for a reference date to come, and ends with its count", async () => {
    const referenceDate = new Date(Date.now() + 3_000).toISOString();
    const dataset = await start({ count: 3 * gauges }, { referenceDate });
    expect(dataset.referenceDate).to.equal(referenceDate);
    const run = await stack.untilRun(
      levelsOf(dataset).id,
      "completed",
      ({ status }) => status === "completed",
    );
    expect(run).to.include({ stored: 3 * gauges, deadLettered: 0 });
    await expectWhole(dataset);
    for (const { sentMs, atMs } of await messagesOf(dataset)) expect(sentMs).to.be.at.least(atMs);
    await audit(dataset.id);
  });
});
