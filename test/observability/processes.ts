import { expect } from "chai";
import { findFreePorts } from "../../stack/free-ports.ts";
import { createTestDatabase, type TestDatabase } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";
import { type MainName, type MainProcess, startMain } from "../web/main-process.ts";

const mains = {
  web: "web/main",
  worker: "workers/worker-main",
  consumer: "workers/consumer-main",
  summariser: "workers/summariser-main",
} as const satisfies Record<string, MainName>;

/** Four of them start in a few seconds; on a machine that does much else, not. */
const startTimeoutMs = 180_000;

export type ProcessName = keyof typeof mains;

/** One process of each kind, with a database, a topic and queues of their own. */
export interface Processes {
  /** Address of the web service. */
  readonly url: string;
  /** Where each serves its metrics. */
  readonly metricsUrls: Readonly<Record<ProcessName, string>>;
  stop(): Promise<void>;
}

export async function startProcesses(environment: Readonly<Record<string, string>> = {}): Promise<Processes> {
  const database: TestDatabase = await createTestDatabase();
  const shared = {
    DATABASE_URL: database.url,
    REDIS_URL: servers.redisUrl,
    KAFKA_BROKERS: servers.kafkaBrokers.join(","),
    KAFKA_TOPIC: unique("topic"),
    KAFKA_GROUP: unique("group"),
    KAFKA_PARTITIONS: "2",
    QUEUE_PREFIX: unique("test"),
    ...environment,
  };
  const names = Object.keys(mains) as ProcessName[];
  const ports = await findFreePorts(names.length);
  const started: MainProcess[] = [];
  const metricsUrls: Partial<Record<ProcessName, string>> = {};
  for (const [i, name] of names.entries()) {
    started.push(await startMain(mains[name], { ...shared, METRICS_PORT: String(ports[i]) }));
    metricsUrls[name] = `http://127.0.0.1:${ports[i]}`;
  }
  const stop = async (): Promise<void> => {
    for (const { child } of started) child.kill("SIGTERM");
    const codes = await Promise.all(started.map(({ exited }) => exited));
    await database.drop();
    const bad = codes.findIndex((code) => code !== 0);
    if (bad !== -1) throw new Error(`${names[bad]} ended with ${codes[bad]}:\n${started[bad]?.output()}`);
  };
  try {
    for (const url of Object.values(metricsUrls)) {
      await eventually(
        async () => expect((await fetch(`${url}/healthz`)).status).to.equal(200),
        startTimeoutMs,
      );
    }
  } catch (cause) {
    const output = started.map((each) => each.output()).join("\n");
    for (const { child } of started) child.kill("SIGKILL");
    await database.drop();
    throw new Error(`the processes do not start:\n${output}`, { cause });
  }
  return { url: started[0]?.url ?? "", metricsUrls: metricsUrls as Record<ProcessName, string>, stop };
}
