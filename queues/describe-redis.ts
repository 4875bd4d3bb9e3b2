import type { Redis } from "ioredis";
import type { Queues } from "./queues.ts";

/** Redis as those see it who must keep it running. */
export interface RedisDescription {
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly usedBytes: number;
  /** 0 where Redis may take whatever there is. */
  readonly maxBytes: number;
  readonly evictionPolicy: string;
  /** Since it started; each was data that it dropped. */
  readonly evictedKeys: number;
  readonly clients: number;
  readonly persistence: {
    readonly appendOnly: boolean;
    /** Whether what was written to disk last was written. */
    readonly isWriting: boolean;
    /** Of the last snapshot; null where there is none. */
    readonly lastSaveAt: Date | null;
  };
}

/** @throws where Redis does not answer */
export async function describeRedis(redis: Redis): Promise<RedisDescription> {
  const facts = new Map(
    (await redis.info()).split("\r\n").flatMap((line): [string, string][] => {
      const at = line.indexOf(":");
      return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
  const text = (name: string): string => facts.get(name) ?? "unknown";
  const number = (name: string): number => Number(facts.get(name) ?? 0);
  const lastSave = number("rdb_last_save_time");
  return {
    version: text("redis_version"),
    uptimeSeconds: number("uptime_in_seconds"),
    usedBytes: number("used_memory"),
    maxBytes: number("maxmemory"),
    evictionPolicy: text("maxmemory_policy"),
    evictedKeys: number("evicted_keys"),
    clients: number("connected_clients"),
    persistence: {
      appendOnly: number("aof_enabled") === 1,
      isWriting: text("rdb_last_bgsave_status") !== "err" && text("aof_last_write_status") !== "err",
      lastSaveAt: lastSave === 0 ? null : new Date(lastSave * 1000),
    },
  };
}

const jobStates = ["active", "waiting", "prioritized", "delayed", "failed"] as const;

export interface QueueDescription {
  readonly name: string;
  /** In Bull Board, by a person: no worker takes a job of it until it is resumed. */
  readonly paused: boolean;
  readonly jobs: Readonly<Record<(typeof jobStates)[number], number>>;
  readonly workers: readonly QueueWorker[];
}

/** A worker of a queue, by the connection on which it waits for jobs. */
export interface QueueWorker {
  readonly address: string;
  /** For how long it has been connected. */
  readonly connectedSeconds: number;
}

/** @throws where Redis does not answer */
export async function describeQueues(queues: Queues): Promise<readonly QueueDescription[]> {
  return Promise.all(
    queues.all.map(async (queue) => {
      const [counts, clients, paused] = await Promise.all([
        queue.getJobCounts(...jobStates),
        queue.getWorkers(),
        queue.isPaused(),
      ]);
      const jobs = Object.fromEntries(jobStates.map((state) => [state, counts[state] ?? 0]));
      return {
        name: queue.name,
        paused,
        jobs: jobs as QueueDescription["jobs"],
        workers: clients.map((client) => ({
          address: client.addr ?? "unknown",
          connectedSeconds: Number(client.age ?? 0),
        })),
      };
    }),
  );
}
