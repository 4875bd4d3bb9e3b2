import type { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { withDeadline } from "../http/deadline.ts";

export const windowSeconds = 60;

/** How far a client has come in the present window. */
export interface Count {
  readonly isExceeded: boolean;
  readonly remaining: number;
  readonly resetSeconds: number;
}

export interface RateCounter {
  readonly limit: number;
  /** Counts one for the client. */
  add(client: string): Promise<Count>;
  /** Counts nothing. */
  look(client: string): Promise<Count>;
}

export interface RateCounterOptions {
  /** Keeps this counter's keys apart in Redis. */
  readonly keyPrefix: string;
  readonly limit: number;
  /** Told that counts are kept in this process for now, and why. */
  readonly onFallback: (error: unknown) => void;
}

/** A request must not wait longer than that for being counted. */
const answerTimeoutMs = 500;

/**
 * Counts in Redis, for all web processes together. Without Redis each process counts for itself and nobody is refused for
 * that reason: runs are accepted without Redis too, and a limit that fails closed would make it a single point of failure.
 */
export function createRateCounter(redis: Redis, options: RateCounterOptions): RateCounter {
  const window = { keyPrefix: options.keyPrefix, points: options.limit, duration: windowSeconds };
  const shared = new RateLimiterRedis({ ...window, storeClient: redis });
  const own = new RateLimiterMemory(window);

  async function ask(
    question: (limiter: RateLimiterRedis | RateLimiterMemory) => Promise<RateLimiterRes | null>,
  ): Promise<Count> {
    try {
      // ioredis would keep the command for a connection that may never come.
      if (redis.status !== "ready") throw new Error(`Redis is not connected (${redis.status})`);
      return describe(await withDeadline(settled(question(shared)), answerTimeoutMs, "Redis's answer"));
    } catch (error) {
      options.onFallback(error);
      return describe(await settled(question(own)));
    }
  }

  function describe(found: RateLimiterRes | null): Count {
    const consumed = found?.consumedPoints ?? 0;
    return {
      isExceeded: consumed > options.limit,
      remaining: Math.max(0, options.limit - consumed),
      resetSeconds: Math.max(1, Math.ceil((found?.msBeforeNext ?? windowSeconds * 1000) / 1000)),
    };
  }

  return {
    limit: options.limit,
    add: (client) => ask((limiter) => limiter.consume(client)),
    look: (client) => ask((limiter) => limiter.get(client)),
  };
}

/** The library rejects with the count itself where the limit is exceeded. */
function settled(answer: Promise<RateLimiterRes | null>): Promise<RateLimiterRes | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof RateLimiterRes) return error;
    throw error;
  });
}
