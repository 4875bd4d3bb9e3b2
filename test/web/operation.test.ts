import { Worker } from "bullmq";
import { expect } from "chai";
import { openRedis } from "../../queues/connection.ts";
import { chunkQueueName, pacedChunkQueueName, runQueueName } from "../../queues/queues.ts";
import { createEmptyDatabase } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { testKafka } from "../setup/kafka.ts";
import { servers } from "../setup/servers.ts";
import { startWeb, webForSuite } from "./web-server.ts";

interface Readiness {
  readonly status: string;
  readonly checks: Readonly<Record<string, { readonly status: string; readonly detail?: string }>>;
}

const readReadiness = async (response: Response): Promise<Readiness> => (await response.json()) as Readiness;

const downIn = ({ checks }: Readiness): string[] =>
  Object.entries(checks)
    .filter(([, { status }]) => status === "down")
    .map(([name]) => name);

describe("GET /healthz and /readyz", () => {
  const web = webForSuite();

  it("is alive with every dependency down, and names each one", async () => {
    const cut = await startWeb({
      DATABASE_URL: "postgres://nobody@127.0.0.1:9/none",
      REDIS_URL: "redis://127.0.0.1:9",
      KAFKA_BROKERS: "127.0.0.1:9",
    });
    try {
      const alive = await cut.get("/healthz");
      expect(alive.status).to.equal(200);
      expect(await alive.json()).to.deep.equal({ status: "alive" });
      const startedMs = Date.now();
      const response = await cut.get("/readyz");
      expect(Date.now() - startedMs).to.be.below(4_000);
      expect(response.status).to.equal(503);
      const readiness = await readReadiness(response);
      expect(readiness.status).to.equal("not_ready");
      expect(downIn(readiness)).to.deep.equal(["postgres", "redis", "kafka", "workers", "consumers"]);
      expect(readiness.checks.postgres?.detail).to.include("ECONNREFUSED");
      expect(readiness.checks.kafka?.detail).to.include("ECONNREFUSED");
    } finally {
      await cut.close();
    }
  });

  it("says which migrations are missing", async () => {
    const database = await createEmptyDatabase();
    const early = await startWeb({ DATABASE_URL: database.url });
    try {
      const readiness = await readReadiness(await early.get("/readyz"));
      expect(readiness.checks.postgres?.status).to.equal("down");
    } finally {
      await early.close();
      await database.drop();
    }
  });

  it("is ready once workers and consumers are there too", async () => {
    expect(downIn(await readReadiness(await web().get("/readyz")))).to.deep.equal(["workers", "consumers"]);
    const { redis, kafka } = web().config;
    const connection = openRedis(servers.redisUrl, "worker", () => undefined);
    const listen = (queue: string): Worker =>
      new Worker(queue, async () => undefined, { connection, prefix: redis.prefix });
    const workers = [listen(runQueueName), listen(chunkQueueName)];
    await web().deps.producer.describeTopic(web().deps.config.kafka.topic);
    const consumer = testKafka().consumer({ groupId: kafka.group, allowAutoTopicCreation: false });
    await consumer.connect();
    await consumer.subscribe({ topic: kafka.topic });
    await consumer.run({ eachMessage: async () => undefined });
    try {
      await eventually(async () => {
        const { checks } = await readReadiness(await web().get("/readyz"));
        expect(checks.consumers?.status).to.equal("up");
        expect(checks.workers).to.deep.equal({
          status: "down",
          detail: "the queue runs has 1 worker, chunks has 1 worker, paced-chunks has 0 workers",
        });
      });
      workers.push(listen(pacedChunkQueueName));
      await eventually(async () => {
        const response = await web().get("/readyz");
        const readiness = await readReadiness(response);
        expect(downIn(readiness)).to.deep.equal([]);
        expect(readiness.checks.workers?.detail).to.equal("1 for runs, 1 for chunks, 1 for paced-chunks");
        expect(readiness.status).to.equal("ready");
        expect(response.status).to.equal(200);
      });
    } finally {
      await consumer.disconnect();
      await Promise.all(workers.map((worker) => worker.close()));
      connection.disconnect();
    }
  });
});

describe("GET /metrics", () => {
  const web = webForSuite();

  it("counts runs, records, jobs, lag and requests", async () => {
    await web().startRun({ count: 12 });
    await web().post("/produce", { records: [1, 2, 3] });
    const response = await web().get("/metrics");
    expect(response.headers.get("content-type")).to.match(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    const sum = (metric: string): number =>
      text
        .split("\n")
        .filter((line) => line.startsWith(metric))
        .reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);
    expect(sum('synthetic_runs{status="queued"}')).to.equal(1);
    expect(sum('synthetic_records{outcome="requested"}')).to.equal(12);
    expect(sum('synthetic_queue_jobs{queue="runs",state="waiting"}')).to.equal(1);
    expect(sum("synthetic_consumer_lag_records{")).to.equal(3);
    expect(sum("synthetic_scrape_up{")).to.equal(3);
    expect(text).to.include(
      'http_request_duration_seconds_count{method="POST",route="/api/runs",status="202"} 1',
    );
    expect(text).to.include("process_cpu_seconds_total");
  });

  it("leaves out what it cannot read", async () => {
    const cut = await startWeb({ DATABASE_URL: "postgres://nobody@127.0.0.1:9/none" });
    try {
      const text = await (await cut.get("/metrics")).text();
      expect(text).to.include('synthetic_scrape_up{source="postgres"} 0');
      expect(text).to.not.match(/^synthetic_runs\{/m);
    } finally {
      await cut.close();
    }
  });
});
