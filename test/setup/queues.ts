import type { Redis } from "ioredis";
import { openRedis } from "../../queues/connection.ts";
import { openQueues, type Queues } from "../../queues/queues.ts";
import { servers } from "./servers.ts";
import { unique } from "./unique.ts";

export interface TestQueues {
  readonly queues: Queues;
  readonly prefix: string;
  /** A connection on which a BullMQ worker may block. */
  readonly workerRedis: Redis;
}

/** Queues under a prefix of their own for each test of the calling suite. */
export function queuesForEachTest(): () => TestQueues {
  let current: TestQueues & { readonly requestRedis: Redis };
  beforeEach(async () => {
    const prefix = unique("test");
    const ignore = (): void => undefined;
    const requestRedis = openRedis(servers.redisUrl, "request", ignore);
    const workerRedis = openRedis(servers.redisUrl, "worker", ignore);
    const queues = openQueues(requestRedis, prefix, ignore);
    await Promise.all([
      queues.runs.waitUntilReady(),
      queues.chunks.waitUntilReady(),
      queues.pacedChunks.waitUntilReady(),
    ]);
    current = { queues, prefix, requestRedis, workerRedis };
  });
  afterEach(async () => {
    await current.queues.runs.obliterate({ force: true });
    await current.queues.chunks.obliterate({ force: true });
    await current.queues.pacedChunks.obliterate({ force: true });
    await current.queues.close();
    current.requestRedis.disconnect();
    current.workerRedis.disconnect();
  });
  return () => current;
}
