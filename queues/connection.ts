import { Redis } from "ioredis";

/**
 * Connections to Redis for BullMQ.
 * - `request`: a caller waits. Without Redis a command fails at once instead of being kept for later.
 * - `worker`: blocks on the queue for as long as it takes and survives every outage.
 */
export type ConnectionKind = "request" | "worker";

export function openRedis(url: string, kind: ConnectionKind, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    connectionName: kind,
    maxRetriesPerRequest: kind === "worker" ? null : 1,
    enableOfflineQueue: kind === "worker",
    connectTimeout: 3_000,
    ...(kind === "request" ? { commandTimeout: 3_000 } : {}),
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 6), 3_000),
  });
  redis.on("error", onError);
  return redis;
}
