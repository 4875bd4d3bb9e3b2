import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { waitUntil } from "../../../stack/wait-until.ts";
import type { TestStack } from "../../pipeline/test-stack.ts";
import type { Fault } from "../fault.ts";

async function untilRedisAnswers(stack: TestStack): Promise<void> {
  await waitUntil("Redis to answer", () => withRedis(stack, (redis) => redis.ping()), { timeoutMs: 60_000 });
}

async function withRedis<T>(stack: TestStack, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(stack.urls.REDIS_URL, {
    lazyConnect: true,
    retryStrategy: () => null,
    commandTimeout: 3_000,
  });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

export const redisFaults: readonly Fault[] = [
  {
    name: "redis-killed",
    sentence: "kill -9 of Redis",
    inject: async ({ stack }) => {
      stack.signal("redis", "SIGKILL");
      await untilRedisAnswers(stack);
    },
  },
  {
    name: "redis-frozen",
    sentence: "Redis stopped for 15 seconds",
    inject: async ({ stack }) => {
      stack.signal("redis", "SIGSTOP");
      await pause(15_000);
      stack.signal("redis", "SIGCONT");
    },
  },
  {
    name: "redis-wiped",
    sentence: "FLUSHALL in mid-run",
    inject: async ({ stack }) => {
      await withRedis(stack, (redis) => redis.flushall());
    },
  },
  {
    name: "redis-out-of-memory",
    sentence: "Redis refuses writes for 10 seconds, out of memory",
    inject: ({ stack }) =>
      withRedis(stack, async (redis) => {
        await redis.config("SET", "maxmemory", "1mb");
        await pause(10_000);
        await redis.config("SET", "maxmemory", "0");
      }),
  },
];
