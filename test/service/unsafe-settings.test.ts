import { expect } from "chai";
import { findFreePorts } from "../../stack/free-ports.ts";
import { databaseForSuite } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { createTopic, kafkaAdmin } from "../setup/kafka.ts";
import { startRedis } from "../setup/redis-server.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";
import { type MainName, type MainProcess, startMain } from "../web/main-process.ts";
import { startWeb } from "../web/web-server.ts";

describe("settings with which records can be lost", function () {
  this.timeout(60_000);

  const database = databaseForSuite();
  const admin = kafkaAdmin();
  const begun: MainProcess[] = [];
  const redises: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const { child, exited } of begun.splice(0)) {
      child.kill("SIGKILL");
      await exited;
    }
    for (const redis of redises.splice(0)) await redis.stop();
  });

  async function start(name: MainName, environment: Readonly<Record<string, string>>): Promise<MainProcess> {
    const main = await startMain(name, { ...environmentOf(), ...environment });
    begun.push(main);
    return main;
  }

  const environmentOf = () => ({
    DATABASE_URL: database().url,
    REDIS_URL: servers.redisUrl,
    KAFKA_BROKERS: servers.kafkaBrokers.join(","),
  });

  async function badRedis(port?: number): Promise<string> {
    const redis = await startRedis(["--maxmemory-policy", "allkeys-lru"], port);
    redises.push(redis);
    return redis.url;
  }

  async function badTopic(): Promise<string> {
    const topic = unique("topic");
    await createTopic(admin(), topic, 1, { "cleanup.policy": "compact" });
    return topic;
  }

  const untilSaid = (main: MainProcess, words: string): Promise<unknown> =>
    eventually(() => expect(main.output()).to.include(words), 30_000);

  it("of Redis end a worker, which says why", async () => {
    const worker = await start("workers/worker-main", { REDIS_URL: await badRedis() });
    expect(await worker.exited).to.equal(1);
    expect(worker.output()).to.include("CONFIG SET maxmemory-policy noeviction");
  });

  it("of a Redis that comes later end a worker then", async () => {
    const [port = 0] = await findFreePorts(1);
    const worker = await start("workers/worker-main", { REDIS_URL: `redis://127.0.0.1:${port}` });
    await untilSaid(worker, '"msg":"started"');
    expect(worker.child.exitCode).to.equal(null);
    await badRedis(port);
    expect(await worker.exited).to.equal(1);
    expect(worker.output()).to.include("CONFIG SET maxmemory-policy noeviction");
  });

  for (const name of ["workers/worker-main", "workers/consumer-main"] as const) {
    it(`of the topic end ${name}, which says why`, async () => {
      const main = await start(name, { KAFKA_TOPIC: await badTopic() });
      expect(await main.exited).to.equal(1);
      expect(main.output()).to.include("--add-config cleanup.policy=delete");
    });
  }

  it("are only warned of where that is wanted", async () => {
    const environment = { UNSAFE_SETTINGS: "warn", KAFKA_TOPIC: await badTopic() };
    const worker = await start("workers/worker-main", { ...environment, REDIS_URL: await badRedis() });
    const consumer = await start("workers/consumer-main", environment);
    await untilSaid(worker, "CONFIG SET maxmemory-policy noeviction");
    await untilSaid(worker, "--add-config cleanup.policy=delete");
    await untilSaid(consumer, "--add-config cleanup.policy=delete");
    await untilSaid(consumer, "partitions assigned");
    expect([worker.child.exitCode, consumer.child.exitCode]).to.deep.equal([null, null]);
  });

  it("are told by /readyz, until they are mended", async () => {
    const topic = await badTopic();
    const web = await startWeb({
      DATABASE_URL: database().url,
      KAFKA_TOPIC: topic,
      REDIS_URL: await badRedis(),
    });
    const details = async (): Promise<{ redis: Check; kafka: Check }> =>
      ((await (await web.get("/readyz")).json()) as { checks: { redis: Check; kafka: Check } }).checks;
    try {
      await eventually(async () => {
        const { redis, kafka } = await details();
        expect(redis.status).to.equal("down");
        expect(redis.detail).to.include("maxmemory-policy=allkeys-lru");
        expect(kafka.status).to.equal("down");
        expect(kafka.detail).to.include("cleanup.policy=compact");
      });
      await admin().alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: 2,
            name: topic,
            configEntries: [
              { name: "cleanup.policy", value: "delete" },
              { name: "retention.ms", value: "7200000" },
            ],
          },
        ],
      });
      await eventually(async () => {
        const { kafka } = await details();
        expect(kafka.status).to.equal("up");
        // Not as good as it could be, which is no reason to stop.
        expect(kafka.detail).to.match(/^1 broker\. The topic \S+ has retention\.ms=7200000/);
      });
    } finally {
      await web.close();
    }
  });
});

interface Check {
  readonly status: string;
  readonly detail: string;
}
