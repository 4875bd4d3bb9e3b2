import Type, { type Static } from "typebox";
import {
  type ChunkCounts,
  type ChunkPage,
  chunkSelections,
  countChunks,
  listChunks,
} from "../../ledger/chunks/list-chunks.ts";
import { type RunHistory, readRunHistory } from "../../ledger/history/run-history.ts";
import { listRunRows, rowColumns } from "../../ledger/history/run-rows.ts";
import { findIdempotencyKey } from "../../ledger/runs/find-runs.ts";
import type { Run } from "../../ledger/runs/run.ts";
import type { WebDependencies } from "../dependencies.ts";
import { runJobPath } from "../pipeline/bull-board-url.ts";
import { findPausedQueues } from "../pipeline/paused-queues.ts";
import { type ChunkTries, findChunkTries } from "./chunk-tries.ts";
import { dagRunUrl } from "./dag-run-url.ts";
import { runDashboardUrl } from "./dashboard-url.ts";
import { storedTypeOf } from "./type-of-run.ts";

/** Which of its chunks and rows a run's page shows, and whether the form for another rate. */
export const runViewSchema = Type.Object({
  chunks: Type.Optional(Type.Enum([...chunkSelections])),
  chunk: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
  rows: Type.Optional(Type.Enum(["first", "last"])),
  edit: Type.Optional(Type.Literal("rate")),
  /** What has just been changed. */
  changed: Type.Optional(Type.Literal("rate")),
});
export type RunView = Static<typeof runViewSchema>;

/** What a run's page shows beside the run. */
export interface RunDetails {
  readonly view: RunView;
  readonly history: RunHistory;
  readonly chunkCounts: ChunkCounts;
  readonly chunkPage: ChunkPage;
  readonly chunkTries: ReadonlyMap<number, ChunkTries>;
  /** Names of the queues for which the run stands still. */
  readonly pausedQueues: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly columns: readonly string[];
  readonly links: {
    /** Bull Board, on the run's job. */
    readonly job: string;
    /** Superset, showing the run; null where there is none. */
    readonly dashboard: string | null;
    /** Airflow, on the DAG run that asked for it; null where none did. */
    readonly dagRun: string | null;
  };
}

const chunksShown = 20;
const rowsShown = 10;

/** Reads what a run's page shows; each part in bounded time, however large the run is. */
export async function readRunDetails(
  { config, db, queues, isRedisReady, types }: WebDependencies,
  run: Run,
  view: RunView,
  nowMs: number,
): Promise<RunDetails> {
  const { airflow, superset } = config.links;
  const type = await storedTypeOf(types, run);
  const page = { selection: view.chunks ?? "all", from: view.chunk ?? 0, limit: chunksShown };
  const [history, chunkCounts, chunkPage, rows, key, pausedQueues] = await Promise.all([
    readRunHistory(db, run, nowMs),
    countChunks(db, run.id),
    listChunks(db, run.id, page),
    type === null ? [] : listRunRows(db, type, run, view.rows ?? "first", rowsShown),
    airflow === null ? null : findIdempotencyKey(db, run.id),
    findPausedQueues(queues, isRedisReady, run),
  ]);
  return {
    view,
    history,
    chunkCounts,
    chunkPage,
    chunkTries: await findChunkTries(queues, isRedisReady, chunkPage.chunks),
    pausedQueues,
    rows,
    columns: type === null ? [] : rowColumns(type, run.fields),
    links: {
      job: runJobPath(run.id),
      // What goes to Kafka only has none.
      dashboard: superset === null || type === null ? null : runDashboardUrl(superset, run),
      dagRun: airflow === null ? null : dagRunUrl(airflow, key),
    },
  };
}

/** Where the page shows another part of its run. */
export function runViewUrl(run: Run, view: RunView, change: RunView, anchor: string): string {
  const parameters = new URLSearchParams();
  const { chunks = "all", chunk = 0, rows = "first" } = { ...view, ...change };
  if (chunks !== "all") parameters.set("chunks", chunks);
  if (chunk !== 0) parameters.set("chunk", String(chunk));
  if (rows !== "first") parameters.set("rows", rows);
  return `/runs/${run.id}${parameters.size === 0 ? "" : `?${parameters}`}#${anchor}`;
}
