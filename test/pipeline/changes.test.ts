import { expect } from "chai";
import type { Kafka } from "kafkajs";
import { createKafka } from "../../kafka/client.ts";
import { checkRelations } from "../../ledger/audit/check-relations.ts";
import { compareStates } from "../../ledger/audit/compare-states.ts";
import { openMembers } from "../../ledger/audit/members.ts";
import { statusOf } from "../../ledger/datasets/dataset.ts";
import { findDataset } from "../../ledger/datasets/find-datasets.ts";
import { findRun } from "../../ledger/runs/find-runs.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { openRun, recordTypes, storedTypeOf } from "../setup/all-types.ts";
import { silentLog } from "../setup/log.ts";
import { readTopic } from "../web/topic-reader.ts";
import { startTestStack, type TestStack } from "./test-stack.ts";

const definition = (name: string, changes: string): string => `
$id: ${name}
x-record:
  topic: ${name}s
  table: ${name}_log
  key: id
  changes: { updates: 1.5, deletes: 0.1, over: P30D, state: ${name}s, ${changes} }
type: object
required: [id, status, amount, updated_at, version]
properties:
  id: { type: string, format: uuid }
  status:
    enum: [placed, paid, shipped]
    x-generate: { machine: { placed: { paid: 0.8 }, paid: { shipped: 0.8 } } }
  amount: { type: number, multipleOf: 0.01, minimum: 1, maximum: 1000 }
  address: { type: object, required: [city], properties: { city: { type: string, x-generate: { person: city } } } }
  note: { type: [string, "null"], maxLength: 40, x-generate: { nulls: 0.5 } }
  updated_at: { type: string, format: date-time, x-generate: tick }
  version: { type: integer, x-generate: ordinal }
`;

interface Envelope {
  readonly before: { readonly id: string; readonly version: number } | null;
  readonly after: { readonly id: string; readonly version: number } | null;
  readonly op: string;
  readonly ts_ms: number;
}

describe("records that change, in a running stack", function () {
  this.timeout(240_000);
  let stack: TestStack;
  let kafka: Kafka;

  before(async () => {
    stack = await startTestStack({
      workers: 2,
      consumers: 2,
      environment: { KAFKA_PARTITIONS: "4" },
    });
    kafka = createKafka({
      brokers: stack.urls.KAFKA_BROKERS.split(","),
      clientId: "test",
      log: silentLog,
    });
    for (const [name, how] of [
      ["purchase", "envelope: debezium"],
      ["parcel", "envelope: upsert"],
    ] as const) {
      const response = await stack.request("/api/types", {
        method: "POST",
        headers: { "content-type": "application/yaml" },
        body: definition(name, how),
      });
      expect(response.status, await response.clone().text()).to.equal(201);
    }
  });
  after(() => stack.stop());

  /** All messages of a run, by partition in their order. */
  async function messagesOf(
    topic: string,
    runId: string,
    count: number,
  ): Promise<readonly { key: string; value: string | null; partition: number }[]> {
    const { messages, close } = await readTopic(topic, kafka);
    try {
      const own = () => messages.filter(({ message }) => String(message.headers?.run_id) === runId);
      await waitUntil("all messages to be read", async () => expect(own()).to.have.lengthOf.at.least(count), {
        timeoutMs: 30_000,
        everyMs: 100,
      });
      return own().map(({ partition, message: { key, value } }) => ({
        key: String(key),
        value: value === null ? null : value.toString(),
        partition,
      }));
    } finally {
      await close();
    }
  }

  async function wrongStates(id: string): Promise<unknown> {
    const run = (await findRun(stack.pool, id)) ?? expect.fail("there is the run");
    const type = (await storedTypeOf(stack.pool, run)) ?? expect.fail("it has a table");
    return compareStates(stack.pool, type, await openRun(stack.pool, run), 5);
  }

  it("sends Debezium's envelopes, a record's in order in one partition, with a tombstone behind each deletion", async () => {
    const started = await stack.startRun({ type: "purchase", count: 200, seed: 7, chunkSize: 7 });
    // 200 created, 300 updates, 20 deletions, as many tombstones.
    expect(started.requested).to.equal(540);
    const run = await stack.untilRun(started.id, "completed", ({ status }) => status === "completed");
    expect(run.stored).to.equal(540);
    await stack.audit(run.id);
    const messages = await messagesOf("purchases", run.id, 540);
    const ofRecord = groupByKey(messages);
    expect(ofRecord.size).to.equal(200);
    const places = new Set<number>();
    for (const [key, changes] of ofRecord) {
      expect(new Set(changes.map(({ partition }) => partition)).size, key).to.equal(1);
      places.add(changes[0]?.partition ?? -1);
      let former: Envelope["after"] = null;
      let time = 0;
      for (const [index, { value }] of changes.entries()) {
        if (value === null) {
          expect(index, "a tombstone comes last").to.equal(changes.length - 1);
          expect(former).to.equal(null);
          continue;
        }
        const { before, after, op, ts_ms } = JSON.parse(value) as Envelope;
        expect(op).to.equal(index === 0 ? "c" : after === null ? "d" : "u");
        expect(before).to.deep.equal(former);
        if (op === "u") expect(after).not.to.deep.equal({ ...before, ...pick(after) });
        if (after !== null) expect(after).to.include({ id: key, version: index + 1 });
        expect(ts_ms).to.be.at.least(time);
        [former, time] = [after, ts_ms];
      }
    }
    expect(places.size, "several partitions are used").to.be.above(1);
  });

  it("keeps the last state of each record, as its changes made again say it, and finds one that is changed by hand", async () => {
    for (const type of ["purchase", "parcel"]) {
      const { id } = await stack.startRun({ type, count: 1_230, seed: 8, chunkSize: 100 });
      await stack.untilRun(id, "completed", ({ status }) => status === "completed");
      const { rows } = await stack.pool.query(
        `SELECT count(*)::integer AS records, count(DISTINCT id)::integer AS ids,
                sum(_deleted::integer)::integer AS deleted, count(*) FILTER (WHERE amount IS NULL)::integer AS empty
           FROM ${type}s WHERE _run_id = $1`,
        [id],
      );
      expect(rows).to.deep.equal([{ records: 1_230, ids: 1_230, deleted: 123, empty: 0 }]);
      expect(await wrongStates(id)).to.deep.equal([]);
      await stack.pool.query(
        `UPDATE ${type}s SET amount = amount + 1 WHERE _run_id = $1 AND _seq = (SELECT min(_seq) FROM ${type}s WHERE _run_id = $1)`,
        [id],
      );
      expect(await wrongStates(id)).to.have.lengthOf(1);
    }
  });

  it("loses no change and mixes up no state where workers and consumers are killed in its midst", async () => {
    for (const type of ["purchase", "parcel"]) {
      const { id, requested } = await stack.startRun({ type, count: 30_000, seed: 9, chunkSize: 500 });
      await stack.untilRun(id, "under way", ({ stored }) => stored >= 2_000);
      stack.signal("worker", "SIGKILL");
      await stack.untilRun(id, "further", ({ stored }) => stored >= 10_000);
      stack.signal("consumer", "SIGKILL");
      const run = await stack.untilRun(id, "completed", ({ status }) => status === "completed", 120_000);
      expect(run.stored).to.equal(requested);
      await stack.audit(id);
      expect(await wrongStates(id)).to.deep.equal([]);
    }
  });

  it("holds together with other types in a dataset, by the last states", async () => {
    const file = `
$id: account
x-record: { table: account_log, key: id, changes: { updates: 1, deletes: 0.1, state: accounts } }
required: [id, email, balance, entries]
properties:
  id: { type: integer, x-generate: { sequence: 1 } }
  email: { type: string, format: email, x-generate: { ref: user.email } }
  balance: { type: number, multipleOf: 0.01, minimum: 0, maximum: 10000 }
  entries: { type: integer, x-generate: { count: entry } }
---
$id: entry
x-record: { table: entries, childOf: account, count: { range: [0, 4] } }
required: [account, at]
properties:
  account: { type: integer, x-generate: { parent: id } }
  at: { type: string, format: date-time }
  contact: { type: string, format: email, x-generate: { parent: email } }
`;
    const headers = { "content-type": "application/yaml" };
    const registered = await stack.request("/api/types", { method: "POST", headers, body: file });
    expect(registered.status, await registered.clone().text()).to.equal(201);
    const types = { user: { count: 50 }, account: { count: 250 }, entry: {} };
    const response = await stack.post("/api/datasets", { types, seed: 5 });
    expect(response.status, await response.clone().text()).to.equal(202);
    const { id } = (await response.json()) as { readonly id: string };
    const dataset = await waitUntil(
      "the dataset to be completed",
      async () => {
        const found = (await findDataset(stack.pool, id)) ?? expect.fail("there is the dataset");
        if (statusOf(found.runs) !== "completed") throw new Error(statusOf(found.runs));
        return found;
      },
      { timeoutMs: 60_000, everyMs: 100 },
    );
    expect(dataset.runs.slice(0, 2).map(({ requested }) => requested)).to.deep.equal([50, 550]);
    for (const run of dataset.runs) await stack.audit(run.id);
    const check = async (): Promise<unknown> =>
      (await checkRelations(stack.pool, await openMembers(recordTypes(stack.pool), dataset.runs))).map(
        ({ name, violations }) => [name, violations.length],
      );
    const holds = [
      ["account.email is there", 0],
      ["account.entries adds up", 0],
      ["entry.account is there", 0],
    ];
    expect(await check()).to.deep.equal(holds);
    await stack.pool.query(
      "UPDATE accounts SET email = 'nobody@example.com' WHERE id = 1; UPDATE accounts SET entries = entries + 1 WHERE id = 2",
    );
    expect(await check()).not.to.deep.equal(holds);
  });

  it("sends a run with a rate in time, and refuses one so slow that a record's changes would not fit into a minute", async () => {
    const slow = await stack.post("/api/runs", { type: "purchase", count: 10, rate: 0.1 });
    expect(slow.status).to.equal(400);
    expect(await slow.text()).to.contain("must be at least 0.45");
    const { id } = await stack.startRun({ type: "purchase", count: null, seed: 10, rate: 500 });
    await stack.untilRun(id, "under way", ({ stored }) => stored >= 1_000);
    expect((await stack.request(`/api/runs/${id}/cancel`, { method: "POST" })).status).to.equal(200);
    await stack.untilSettled(id);
    await stack.audit(id);
    expect(await wrongStates(id)).to.deep.equal([]);
  });
});

function groupByKey<Item extends { readonly key: string }>(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(item.key, [...(groups.get(item.key) ?? []), item]);
  return groups;
}

/** What every change changes by itself. */
const pick = (state: Envelope["after"]): Readonly<Record<string, unknown>> => {
  const { version, updated_at } = state as unknown as Record<string, unknown>;
  return { version, updated_at };
};
