import { expect } from "chai";
import { ensureTopic } from "../../kafka/topic.ts";
import type { PartitionState, PipelineState, TopicState } from "../../web/pipeline/pipeline-state.ts";
import { foreign, storeNext } from "../setup/batches.ts";
import { eventually } from "../setup/eventually.ts";
import { testKafka } from "../setup/kafka.ts";
import { startRedis } from "../setup/redis-server.ts";
import { registerText } from "../setup/register.ts";
import { unique } from "../setup/unique.ts";
import { expectProblem, webForSuite } from "./web-server.ts";

const html = { Accept: "text/html" };

const topicsOf = (kafka: PipelineState["kafka"]): readonly TopicState[] =>
  kafka.status === "up" ? kafka.found.topics : [];
const partitionsOf = (kafka: PipelineState["kafka"]): readonly PartitionState[] =>
  topicsOf(kafka)[0]?.partitions ?? [];
const sumOf = (topic: TopicState | undefined, of: "end" | "lag"): number =>
  (topic?.partitions ?? []).reduce((total, partition) => total + partition[of], 0);

describe("The pipeline", () => {
  const web = webForSuite({ AIRFLOW_URL: "http://airflow.test", GRAFANA_URL: "http://grafana.test" });
  const look = async (): Promise<PipelineState> =>
    (await (await web().get("/api/pipeline")).json()) as PipelineState;
  const page = async (path: string): Promise<string> => (await web().get(path, html)).text();
  const troubles = async (): Promise<string> => (await look()).troubles.map(({ what }) => what).join("\n");

  it("is told where there is no topic, no worker and no consumer yet", async () => {
    // At the first question for a group's coordinator Kafka makes the topic in which it keeps them.
    await eventually(async () => {
      expect(await troubles())
        .to.include("does not exist")
        .and.to.include("No worker is running: runs will wait")
        .and.to.include("No consumer is running: messages will wait");
    });
    const text = await page("/pipeline");
    expect(text).to.include("No worker is running").and.to.include("docker compose up -d worker");
    expect(text).to.include('http-equiv="refresh"').and.to.include("data-live-seconds");
    await expectProblem(await web().get("/api/pipeline/messages"), "not-found");
  });

  it("is told with what waits in which partition, by the ledger", async () => {
    const { topic } = web().config.kafka;
    await ensureTopic(testKafka(), { topic, partitions: 3, replicationFactor: 1 });
    const response = await web().post("/produce", {
      records: Array.from({ length: 12 }, (_, n) => ({ name: `User ${n}` })),
    });
    expect(response.status).to.equal(202);
    // Where the ledger is, Kafka's committed offset does not count.
    await storeNext(web().pool, [foreign("{}")], { topic, partition: 0 });
    const waiting = async () => {
      const { kafka } = await look();
      return partitionsOf(kafka).map(({ end, lag }) => end - lag);
    };
    await eventually(async () => {
      const { kafka } = await look();
      const partitions = partitionsOf(kafka);
      expect(partitions.reduce((sum, { end }) => sum + end, 0)).to.equal(12);
    });
    const stored = await waiting();
    expect(stored.reduce((sum, count) => sum + count, 0)).to.be.oneOf([0, 1]);
    await eventually(async () =>
      expect(await troubles()).to.match(/No consumer is running: 1[12] messages wait/),
    );
    expect(await page("/pipeline")).to.match(/data-lag-total[^>]*>1[12]</);
  });

  it("shows messages readably", async () => {
    const { kafka } = await look();
    const partitions = partitionsOf(kafka);
    const { partition = 0, end = 0 } = partitions.find((one) => one.end > 0) ?? {};
    const text = await page(`/pipeline/messages?partition=${partition}`);
    expect(text).to.include("&quot;name&quot;: &quot;User").and.to.include("another producer");
    const response = await web().get(`/api/pipeline/messages?partition=${partition}&limit=1`);
    const seen = (await response.json()) as { messages: { offset: number; text: string }[] };
    expect(seen.messages).to.have.length(1);
    expect(seen.messages[0]?.offset).to.equal(end - 1);
    expect(seen.messages[0]?.text).to.include("User");
    expect((await web().get("/pipeline/messages?partition=x", html)).status).to.equal(400);
    expect((await web().get("/pipeline/messages?partition=99", html)).status).to.equal(404);
  });

  it("is told of each type's topic: what waits there, and its messages", async () => {
    const stored = unique("stored");
    const unstored = unique("unstored");
    await registerText(
      web().pool,
      `$id: parcel\nx-record: { topic: ${stored} }\nproperties: { a: {} }\n---\n` +
        `$id: notice\nx-record: { topic: ${unstored}, table: null }\nproperties: { a: {} }\n`,
    );
    for (const topic of [stored, unstored])
      await ensureTopic(testKafka(), { topic, partitions: 2, replicationFactor: 1 });
    for (const type of ["parcel", "notice"]) {
      const records = Array.from({ length: 5 }, () => ({ a: type }));
      expect((await web().post(`/produce?type=${type}`, { records })).status).to.equal(202);
    }
    const own = async (): Promise<readonly TopicState[]> => topicsOf((await look()).kafka).slice(1);
    let at = -1;
    await eventually(async () => {
      const [notice, parcel] = await own();
      expect(notice).to.include({ type: "notice", topic: unstored, table: null });
      expect(parcel).to.include({ type: "parcel", topic: stored, table: "parcel" });
      expect([sumOf(notice, "end"), sumOf(notice, "lag")]).to.deep.equal([5, 0]);
      expect([sumOf(parcel, "end"), sumOf(parcel, "lag")]).to.deep.equal([5, 5]);
      at = parcel?.partitions?.find(({ end }) => end > 0)?.partition ?? -1;
    });
    await storeNext(web().pool, [foreign("{}")], { topic: stored, partition: at });
    await eventually(async () => expect(sumOf((await own())[1], "lag")).to.equal(4));
    const text = await page(`/pipeline?topic=${stored}`);
    expect(text).to.include(`data-topic="${stored}"`).and.to.include(`data-topic="${unstored}"`);
    expect(text).to.include(`Partitions of ${stored}`).and.to.include('href="/types/parcel"');
    const topicOfTrouble = new RegExp(`${stored}|${unstored}`);
    expect(await troubles()).to.not.match(topicOfTrouble);

    const messages = await page(`/pipeline/messages?topic=${stored}&partition=${at}`);
    expect(messages).to.include(stored).and.to.include("&quot;a&quot;: &quot;parcel&quot;");
    const seen = await web().get(`/api/pipeline/messages?topic=${stored}&partition=${at}&limit=1`);
    expect(await seen.json()).to.have.property("topic", stored);
    const problem = await expectProblem(
      await web().get("/api/pipeline/messages?topic=__consumer_offsets"),
      "not-found",
    );
    expect(problem.detail).to.include("No type of records has the topic __consumer_offsets");

    const metrics = await (await web().get("/metrics")).text();
    expect(metrics).to.match(
      new RegExp(`synthetic_consumer_lag_records{topic="${stored}",partition="\\d"} 4`),
    );
    expect(metrics).to.include(`synthetic_topic_consumers{topic="${stored}"} 0`);
    expect(metrics).to.not.include(unstored);
  });

  it("tells of PostgreSQL without counting rows", async () => {
    const { postgres } = await look();
    if (postgres.status === "down") throw new Error(postgres.error);
    expect(postgres.found.bytes).to.be.greaterThan(1_000_000);
    expect(postgres.found.tables.map(({ name }) => name)).to.include.members(["users_raw", "dead_letters"]);
    expect(postgres.found.connections.map(({ name }) => name)).to.include("web");
    expect(postgres.found.missingMigrations).to.deep.equal([]);
  });

  it("tells about how many rows the tables of all types have", async () => {
    await web().pool.query(
      "INSERT INTO parcel (_partition, _offset, _raw) SELECT 0, n, '{}' FROM generate_series(1, 500) AS n",
    );
    const { rows } = await web().pool.query<{ users: number }>("SELECT count(*) AS users FROM users_raw");
    await eventually(async () =>
      expect(await page("/pipeline")).to.include(`about ${500 + (rows[0]?.users ?? 0)} rows`),
    );
  });

  it("leads to whatever else runs", async () => {
    const text = await page("/pipeline");
    expect(text).to.include('href="http://airflow.test"').and.to.include('href="http://grafana.test"');
    expect(text).to.include('href="/queues/"').and.to.not.include("Kafka UI");
  });

  it("is where a browser that asks for readiness is led", async () => {
    const response = await web().get("/readyz", { Accept: "text/html,*/*;q=0.8" });
    expect(response.status).to.equal(303);
    expect(response.headers.get("location")).to.equal("/pipeline");
    expect((await web().get("/readyz")).headers.get("content-type")).to.match(/^application\/json/);
  });
});

describe("The pipeline without Redis", () => {
  let stopRedis: () => Promise<void>;
  const environment: Record<string, string> = {};
  before(async () => {
    const redis = await startRedis();
    environment.REDIS_URL = redis.url;
    stopRedis = redis.stop;
  });
  const web = webForSuite(environment);

  it("is shown all the same, with the words for it", async () => {
    await stopRedis();
    await eventually(() => expect(web().deps.isRedisReady()).to.equal(false));
    // A machine that does too much at once may take more than a part's two seconds.
    await eventually(async () => {
      const response = await web().get("/pipeline", html);
      expect(response.status).to.equal(200);
      const text = await response.text();
      expect(text).to.include("Redis does not answer").and.to.include("docker compose up -d redis");
      expect(text).to.match(/data-part="redis" data-part-status="down"/);
      expect(text).to.match(/data-part="queues" data-part-status="down"/);
      expect(text).to.match(/data-part="postgres" data-part-status="up"/);
      expect(text).to.match(/data-part="kafka" data-part-status="up"/);
    });
  });
});
