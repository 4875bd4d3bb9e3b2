import type { Redis } from "ioredis";
import type { Finding } from "../service/unsafe-settings.ts";

/**
 * Whether Redis keeps the jobs it is given.
 * @throws where Redis does not answer
 */
export async function findRedisFaults(redis: Redis): Promise<readonly Finding[]> {
  const policy = await readSetting(redis, "maxmemory-policy");
  const appendOnly = await readSetting(redis, "appendonly");
  if (policy === null || appendOnly === null) return [unreadable];
  return [
    ...(policy === "noeviction" ? [] : [evicting(policy)]),
    ...(appendOnly === "yes" ? [] : [forgetful(appendOnly)]),
  ];
}

/** Managed Redis often has no CONFIG, or lets nobody use it. */
const unreadable: Finding = {
  kind: "risk",
  message:
    "Redis does not tell its settings (CONFIG GET). Make sure that maxmemory-policy is noeviction and that it persists to an append-only file.",
};

const evicting = (policy: string): Finding => ({
  kind: "loss",
  message: `Redis has maxmemory-policy=${policy}, so it drops jobs when its memory is full. It must be noeviction: redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf.`,
});

/** No record is lost with the jobs: the ledger knows them, and the reconciler adds them again. */
const forgetful = (appendOnly: string): Finding => ({
  kind: "risk",
  message: `Redis has appendonly=${appendOnly}, so it forgets jobs when it is killed, and runs stand still until they are added again. Better: redis-cli CONFIG SET appendonly yes, and the same in redis.conf.`,
});

const passing = /^(LOADING|MASTERDOWN|BUSY)/;

async function readSetting(redis: Redis, name: string): Promise<string | null> {
  try {
    const answer: unknown = await redis.config("GET", name);
    const value: unknown = Array.isArray(answer) ? answer[1] : undefined;
    return typeof value === "string" ? value : null;
  } catch (error) {
    // Redis's own answer says that it does not want to; anything else is trouble that may pass.
    if (error instanceof Error && error.name === "ReplyError" && !passing.test(error.message)) return null;
    throw error;
  }
}
