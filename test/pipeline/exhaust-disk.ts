import { Redis } from "ioredis";
import pg from "pg";
import { waitUntil } from "../../stack/wait-until.ts";
import type { Store } from "./small-disks.ts";
import type { TestStack } from "./test-stack.ts";

/** Fills the store's disk, and writes until the store has noticed: Redis refuses writes, the others end. */
export async function exhaustDisk(stack: TestStack, store: Store): Promise<void> {
  const first = stack.pid(store);
  await stack.disks.fill(store);
  await waitUntil(
    `${store} to notice that its disk is full`,
    async () => {
      if (stack.pid(store) !== first || (await write[store](stack)) === "refused") return;
      throw new Error("not yet");
    },
    { timeoutMs: 60_000, everyMs: 100 },
  );
}

type Write = (stack: TestStack) => Promise<"refused" | "unclear">;

const write: Record<Store, Write> = {
  // To the last segment of the WAL, beyond which the server cannot go on.
  async postgres({ urls }) {
    const client = new pg.Client({ connectionString: urls.DATABASE_URL, connectionTimeoutMillis: 2_000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      for (let megabytes = 0; megabytes < 100; megabytes++) {
        await client.query("SELECT pg_logical_emit_message(false, 'fill', repeat('x', 1000000))");
      }
    } catch {
      // Whatever is said now, the server ends.
    }
    await client.end().catch(() => undefined);
    return "unclear";
  },
  async redis({ urls }) {
    const redis = new Redis(urls.REDIS_URL, { lazyConnect: true, retryStrategy: () => null });
    redis.on("error", () => undefined);
    try {
      await redis.connect();
      await redis.set("fill", "x".repeat(100_000), "EX", 60);
      return "unclear";
    } catch (error) {
      return error instanceof Error && error.message.startsWith("MISCONF") ? "refused" : "unclear";
    } finally {
      redis.disconnect();
    }
  },
  async kafka(stack) {
    await stack.post("/produce", { records: ["x".repeat(500_000)] }).catch(() => undefined);
    return "unclear";
  },
};
