import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { waitUntil } from "../../../stack/wait-until.ts";
import type { TestStack } from "../../pipeline/test-stack.ts";
import type { Fault } from "../fault.ts";

async function untilPostgresAnswers({ urls }: TestStack): Promise<void> {
  await waitUntil(
    "PostgreSQL to answer",
    async () => {
      const client = new pg.Client({ connectionString: urls.DATABASE_URL, connectionTimeoutMillis: 3_000 });
      client.on("error", () => undefined);
      await client.connect();
      await client.query("SELECT 1");
      await client.end();
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
}

/** Ends server processes of one kind of client while they work, most likely in a COPY or a COMMIT. */
async function terminateBackends(stack: TestStack, application: string): Promise<void> {
  for (let times = 0; times < 20; times++) {
    await stack.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND state <> 'idle'",
      [application],
    );
    await pause(100);
  }
}

export const postgresFaults: readonly Fault[] = [
  {
    name: "postgres-killed",
    sentence: "kill -9 of PostgreSQL's postmaster",
    inject: async ({ stack }) => {
      stack.signal("postgres", "SIGKILL");
      await untilPostgresAnswers(stack);
    },
  },
  {
    name: "postgres-stopped-at-once",
    sentence: "PostgreSQL's immediate shutdown",
    inject: async ({ stack }) => {
      stack.signal("postgres", "SIGQUIT");
      await untilPostgresAnswers(stack);
    },
  },
  {
    name: "postgres-consumer-backends-terminated",
    sentence: "pg_terminate_backend of the consumers' busy connections, twenty times in two seconds",
    inject: ({ stack }) => terminateBackends(stack, "consumer"),
  },
  {
    name: "postgres-worker-backends-terminated",
    sentence: "pg_terminate_backend of the workers' busy connections, twenty times in two seconds",
    inject: ({ stack }) => terminateBackends(stack, "worker"),
  },
  {
    name: "postgres-connections-exhausted",
    sentence: "every free connection taken for 10 seconds, those in use ended",
    inject: async ({ stack }) => {
      const hoard: pg.Client[] = [];
      try {
        await stack.pool.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('consumer', 'worker', 'web')",
        );
        for (;;) {
          const client = new pg.Client({
            connectionString: stack.urls.DATABASE_URL,
            application_name: "hoard",
          });
          client.on("error", () => undefined);
          await client.connect();
          hoard.push(client);
        }
      } catch {
        // The server has no connection left: that is the fault.
        await pause(10_000);
      } finally {
        await Promise.all(hoard.map((client) => client.end()));
      }
    },
  },
];
