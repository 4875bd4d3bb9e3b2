import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { Kafka } from "kafkajs";
import { createKafka } from "../../kafka/client.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { silentLog } from "../setup/log.ts";
import { registerText } from "../setup/register.ts";
import { killNode, nodeOf, nodes, setMinInsync, untilOutOfSync, whileDown } from "./kafka-cluster.ts";
import { topic, untilAllIsRead, withAdmin } from "./kafka-faults.ts";
import { type ApiRun, isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

const count = 20_000;

describe("a cluster of three brokers", function () {
  this.timeout(240_000);
  let stack: TestStack;
  let kafka: Kafka;

  before(async () => {
    stack = await startTestStack({ workers: 1, consumers: 1, brokers: 3 });
    kafka = createKafka({ brokers: stack.urls.KAFKA_BROKERS.split(","), clientId: "test", log: silentLog });
  });
  after(() => stack.stop());

  async function startAndWait(): Promise<ApiRun> {
    const run = await stack.startRun({ count, chunkSize: 1_000 });
    return stack.untilRun(run.id, "under way", ({ stored }) => stored >= 3_000);
  }
  async function expectCompletion({ id }: ApiRun): Promise<void> {
    const completed = await stack.untilRun(id, "completed", isCompleted, 90_000);
    expect(completed).to.include({ stored: count, flagged: 0, deadLettered: 0 });
    await stack.audit(id);
  }
  /** Sends another producer's record until it is accepted. @returns its name */
  async function sendForeign(): Promise<string> {
    const name = randomUUID();
    await waitUntil(
      "a record to be accepted",
      async () => expect((await stack.post("/produce", { records: [{ name }] })).status).to.equal(202),
      { timeoutMs: 60_000, everyMs: 100 },
    );
    return name;
  }

  it("keeps every message three times, two of which acknowledge it", async () => {
    const { topics } = await withAdmin(kafka, (admin) => admin.fetchTopicMetadata({ topics: [topic] }));
    for (const { replicas } of topics[0]?.partitions ?? []) expect(replicas).to.have.length(3);
    const { resources } = await withAdmin(kafka, (admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: 2, name: topic, configNames: ["min.insync.replicas"] }],
      }),
    );
    expect(resources[0]?.configEntries[0]).to.include({ configValue: "2" });
  });

  it("loses and doubles nothing when its brokers are killed one after the other in mid-run", async () => {
    const runs: ApiRun[] = [];
    const names: string[] = [];
    for (const node of nodes(stack)) {
      runs.push(await startAndWait());
      const killing = killNode(stack, kafka, node);
      names.push(await sendForeign());
      await killing;
    }
    for (const run of runs) await expectCompletion(run);
    await untilAllIsRead(stack, kafka);
    const { rows } = await stack.pool.query("SELECT DISTINCT name FROM users_raw WHERE run_id IS NULL");
    expect(rows.map(({ name }) => name)).to.have.members(names);
  });

  it("waits while too few replicas are in sync, and goes on by itself when they are", async () => {
    const second = nodeOf(stack, 2);
    let run: ApiRun | undefined;
    await whileDown(stack, kafka, [second], async () => {
      await untilOutOfSync(kafka, second);
      await setMinInsync(kafka, 3);
      run = await stack.startRun({ count, chunkSize: 1_000 });
      await waitUntil(
        "Kafka to refuse the worker's messages",
        () => expect(stack.log("worker")).to.include("fewer in-sync replicas than required"),
        { timeoutMs: 60_000, everyMs: 200 },
      );
      const response = await stack.post("/produce", { records: [{ name: "Ada" }] });
      expect(response.status).to.equal(503);
      expect(await response.json()).to.include({ dependency: "Kafka" });
    });
    if (run === undefined) throw new Error("the run was not started");
    await expectCompletion(run);
  });

  it("shows its other topics while one has no leader, and names that one", async () => {
    await withAdmin(kafka, (admin) =>
      admin.createTopics({
        topics: [{ topic: "alone", replicaAssignment: [{ partition: 0, replicas: [3] }] }],
        waitForLeaders: false,
      }),
    );
    await registerText(stack.pool, "x-record: {name: alone}\nproperties: {a: {type: integer}}\n");
    await whileDown(stack, kafka, [nodeOf(stack, 3)], () =>
      waitUntil(
        "the page to name the topic",
        async () => {
          const state = await (await stack.request("/api/pipeline")).json();
          expect(state.kafka).to.have.property("status", "up");
          const leaders = new Map(
            state.kafka.found.topics.map(
              (each: { topic: string; partitions: { leader: number | null }[] | null }) => [
                each.topic,
                each.partitions?.map(({ leader }) => leader),
              ],
            ),
          );
          expect(leaders.get("alone")).to.deep.equal([null]);
          expect(leaders.get(topic)).to.not.include(null);
          expect(state.troubles.map(({ what }: { what: string }) => what)).to.include(
            "Without a leader: partition 0 of alone. Nothing can be written to it or read from it.",
          );
          const page = await (await stack.request("/pipeline?topic=alone")).text();
          expect(page).to.match(/none \(\d of 1\)/);
        },
        { timeoutMs: 60_000, everyMs: 500 },
      ),
    );
  });
});
