import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { type AlteredRow, compareRecords } from "../../ledger/audit/compare-records.ts";
import { checkInvariant, invariantsOf } from "../../ledger/audit/invariants.ts";
import { openPool, type Pool } from "../../ledger/database/database.ts";
import { findRun } from "../../ledger/runs/find-runs.ts";
import { openRedis } from "../../queues/connection.ts";
import { openQueues, type Queues } from "../../queues/queues.ts";
import type { StackUrls } from "../../stack/apps.ts";
import { findFreePorts } from "../../stack/free-ports.ts";
import { signalProcess } from "../../stack/launch.ts";
import { readProcess } from "../../stack/pid-files.ts";
import { runStack } from "../../stack/run-stack.ts";
import { readSettings, type StackSettings } from "../../stack/settings.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { allTypes, openRun, storedTypeOf } from "../setup/all-types.ts";
import { type DiskMegabytes, mountSmallDisks, type SmallDisks } from "./small-disks.ts";

/** A run as the API gives it, as far as these tests read it. */
export interface ApiRun {
  readonly id: string;
  readonly status: string;
  readonly requested: number | null;
  readonly produced: number;
  readonly stored: number;
  readonly flagged: number;
  readonly deadLettered: number;
  readonly error: string | null;
}

/** A whole stack of its own: real servers, web, workers and consumers, supervised as `npm start` does it. */
export interface TestStack {
  readonly urls: StackUrls;
  readonly pool: Pool;
  readonly queues: Queues;
  /** Empty where the stack was not asked to have them. */
  readonly disks: SmallDisks;
  flushRedis(): Promise<void>;
  request(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  /** Sends a run and expects it to be accepted. */
  startRun(body: Readonly<Record<string, unknown>>): Promise<ApiRun>;
  getRun(id: string): Promise<ApiRun>;
  /** Waits until the run is as `isSo` wants it. */
  untilRun(id: string, what: string, isSo: (run: ApiRun) => boolean, timeoutMs?: number): Promise<ApiRun>;
  /** Waits until no worker has a chunk in hand and all that was produced of the run has its outcome. */
  untilSettled(id: string): Promise<ApiRun>;
  /** What a process of the stack, in all its lives, has written. */
  log(name: string): string;
  /** Process number of a process of the stack; undefined between two starts. */
  pid(name: string): number | undefined;
  /** Sends a signal to a process of the stack by its name, e.g. `worker-2` or `kafka` (and SIGSTOP, SIGCONT to its children). */
  signal(name: string, signal: NodeJS.Signals): void;
  /** Expects every invariant to hold. @returns the run's rows that are not its records */
  alteredRows(id: string): Promise<readonly AlteredRow[]>;
  /** Expects every invariant to hold and the run's rows to be its records. */
  audit(id: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestStack(options: {
  readonly workers: number;
  readonly consumers: number;
  /** Of Kafka's cluster: 1 where not told otherwise. */
  readonly brokers?: number;
  /** Gives each store a disk of its own that can be filled, of so many megabytes. */
  readonly diskMegabytes?: DiskMegabytes;
  readonly environment?: Readonly<Record<string, string>>;
  /** Puts something between the app's processes and the servers; called before any of them is started. */
  readonly divert?: (ports: StackSettings["ports"]) => Promise<Partial<StackSettings>>;
}): Promise<TestStack> {
  const directory = await mkdtemp(path.join(tmpdir(), "pipeline-test-"));
  const brokers = options.brokers ?? 1;
  const ports = await findPorts(brokers);
  const environment = {
    ...process.env,
    LOG_LEVEL: "info",
    KAFKA_REPLICATION_FACTOR: String(Math.min(3, brokers)),
    ...options.environment,
  };
  const disks = await mountSmallDisks(path.join(directory, "disks"), options.diskMegabytes ?? {}).catch(
    async (error: unknown) => {
      await rm(directory, { recursive: true });
      throw error;
    },
  );
  const stack = await runStack(
    {
      ...readSettings(environment),
      directory,
      dataFolders: disks.dataFolders,
      ports,
      workers: options.workers,
      consumers: options.consumers,
      ...(await options.divert?.(ports)),
    },
    new AbortController().signal,
  ).catch(async (error: unknown) => {
    await disks.unmount();
    throw error;
  });
  const pool = openPool(
    {
      url: stack.urls.DATABASE_URL,
      applicationName: "test",
      maxConnections: 4,
      transactionTimeoutMs: 60_000,
    },
    () => undefined,
  );

  const connection = openRedis(stack.urls.REDIS_URL, "worker", () => undefined);
  const queues = openQueues(connection, "synthetic", () => undefined);

  const request: TestStack["request"] = (pathname, init) => fetch(`${stack.urls.WEB_URL}${pathname}`, init);
  const post: TestStack["post"] = (pathname, body) =>
    request(pathname, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const getRun = async (id: string): Promise<ApiRun> =>
    (await (await request(`/api/runs/${id}`)).json()) as ApiRun;

  const alteredRows = async (id: string): Promise<readonly AlteredRow[]> => {
    for (const invariant of invariantsOf(await allTypes(pool))) {
      const { examples } = await checkInvariant(pool, invariant, null);
      expect(examples, invariant.name).to.deep.equal([]);
    }
    const run = await findRun(pool, id);
    if (run === null) throw new Error(`there is no run ${id}`);
    const type = await storedTypeOf(pool, run);
    if (type === null) return [];
    return (await compareRecords(pool, type, await openRun(pool, run), { limit: 5 })).altered;
  };

  return {
    urls: stack.urls,
    pool,
    queues,
    disks,
    flushRedis: async () => {
      await connection.flushall();
    },
    request,
    post,
    getRun,
    async startRun(body) {
      const response = await post("/api/runs", body);
      expect(response.status, "POST /api/runs").to.equal(202);
      return (await response.json()) as ApiRun;
    },
    async untilRun(id, what, isSo, timeoutMs = 60_000) {
      let last: ApiRun | undefined;
      try {
        return await waitUntil(
          `the run to be ${what}`,
          async () => {
            last = await getRun(id);
            if (!isSo(last)) throw new Error("not yet");
            return last;
          },
          { timeoutMs, everyMs: 100 },
        );
      } catch (cause) {
        throw new Error(`The run is not ${what}: ${JSON.stringify(last)}`, { cause });
      }
    },
    async untilSettled(id) {
      await waitUntil(
        "nothing of the run to be under way",
        async () => {
          expect(await queues.chunks.getActiveCount(), "chunks in hand").to.equal(0);
          expect(await queues.pacedChunks.getActiveCount(), "paced chunks in hand").to.equal(0);
          const open = await pool.query(
            `SELECT index, produced_at IS NOT NULL AS is_produced, stored + dead_lettered AS accounted FROM chunks
              WHERE run_id = $1 AND closed_at IS NULL AND (produced_at IS NOT NULL OR accounted <> '{}')`,
            [id],
          );
          expect(open.rows, "chunks that are half made or half stored").to.deep.equal([]);
        },
        { timeoutMs: 60_000, everyMs: 100 },
      );
      return getRun(id);
    },
    log: (name) => readFileSync(path.join(directory, "logs", `${name}.log`), "utf8"),
    pid: (name) => readProcess(directory, name),
    signal(name, signal) {
      const pid = readProcess(directory, name);
      if (pid === undefined) throw new Error(`${name} does not run`);
      // PostgreSQL's backends are processes of their own, which a stopped postmaster would leave at work.
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
      const isPause = signal === "SIGSTOP" || signal === "SIGCONT";
      const backends = name === "postgres" && isPause ? children.map(Number) : [];
      process.kill(pid, signal);
      for (const backend of backends) signalProcess(backend, signal);
    },
    alteredRows,
    async audit(id) {
      expect(await alteredRows(id), "altered rows").to.deep.equal([]);
    },
    async stop() {
      await pool.end();
      await queues.close();
      connection.disconnect();
      const killed = await stack.stop();
      await disks.unmount();
      expect(killed, "processes that had to be killed").to.deep.equal([]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function findPorts(brokers: number): Promise<StackSettings["ports"]> {
  const [web = 0, postgres = 0, redis = 0, ...kafka] = await findFreePorts(3 + 2 * brokers);
  const nodes = Array.from({ length: brokers }, (_, i) => ({
    broker: kafka[2 * i] ?? 0,
    controller: kafka[2 * i + 1] ?? 0,
  }));
  const [{ broker = 0, controller = 0 } = {}, ...furtherBrokers] = nodes;
  return { web, postgres, redis, kafka: broker, kafkaController: controller, furtherBrokers };
}

export const isCompleted = (run: ApiRun): boolean => run.status === "completed";
