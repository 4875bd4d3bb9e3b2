import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { findFreePorts } from "../stack/free-ports.ts";
import { runStack } from "../stack/run-stack.ts";
import { readSettings } from "../stack/settings.ts";
import type { BenchRun } from "./bench-runs.ts";
import { startRun } from "./bench-runs.ts";

/** A whole stack of its own, whose data nobody needs afterwards. */
export interface BenchStack {
  readonly directory: string;
  readonly webUrl: string;
  /** As the app's role. */
  readonly databaseUrl: string;
  /** As the role that owns the tables. */
  readonly ownerDatabaseUrl: string;
  readonly redisUrl: string;
  readonly kafkaBrokers: string;
}

/** Runs `work` on a fresh stack with this many workers and as many consumers. */
export async function withBenchStack<T>(
  { processes }: { readonly processes: number },
  work: (stack: BenchStack) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(path.join(tmpdir(), "bench-"));
  const [web = 0, postgres = 0, redis = 0, kafka = 0, kafkaController = 0] = await findFreePorts(5);
  const settings = {
    ...readSettings(),
    directory,
    ports: { web, postgres, redis, kafka, kafkaController },
    workers: processes,
    consumers: processes,
  };
  const running = await runStack(settings, new AbortController().signal);
  try {
    return await work({
      directory,
      webUrl: running.urls.WEB_URL,
      databaseUrl: running.urls.DATABASE_URL,
      ownerDatabaseUrl: running.urls.MIGRATION_DATABASE_URL,
      redisUrl: running.urls.REDIS_URL,
      kafkaBrokers: running.urls.KAFKA_BROKERS,
    });
  } finally {
    await running.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** What a stack that has been up for a while has warm: compiled code, open connections, a table that is not empty. */
export async function warmUp({ webUrl }: BenchStack, type?: string): Promise<BenchRun> {
  return (await startRun(webUrl, 50_000, type)).completed();
}
