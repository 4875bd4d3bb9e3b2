import type { MessageProducer } from "../kafka/produce.ts";
import type { Queryable } from "../ledger/database/database.ts";
import type { AdmitDataset } from "../ledger/datasets/create-dataset.ts";
import type { CopyRunRows } from "../ledger/history/run-rows.ts";
import type { AdmitRun } from "../ledger/runs/admit-run.ts";
import type { ChangeRunPace } from "../ledger/runs/change-run-pace.ts";
import type { Queues } from "../queues/queues.ts";
import type { RecordTypes } from "../records/record-types.ts";
import type { Config } from "../service/config.ts";
import type { Logger } from "../service/log.ts";
import type { Tracing } from "../service/tracing.ts";
import type { RateCounter } from "./access/rate-counter.ts";
import type { AuditDataset } from "./datasets/audit-dataset.ts";
import type { Metrics } from "./health/metrics.ts";
import type { Readiness } from "./health/readiness.ts";
import type { Pipeline } from "./pipeline/pipeline.ts";
import type { Enqueue } from "./runs/request/enqueue.ts";
import type { RunFeed } from "./runs/run-feed.ts";
import type { Registry } from "./types/registry.ts";

/** What the application is made of; opened and closed by whoever makes it. */
export interface WebDependencies {
  readonly config: Config;
  readonly log: Logger;
  readonly types: RecordTypes;
  /** Bounded in time; its outages are Problems already. */
  readonly db: Queryable;
  readonly admitRun: AdmitRun;
  readonly admitDataset: AdmitDataset;
  /** As `db`, over connections of its own: whoever downloads keeps nobody waiting. */
  readonly copyRunRows: CopyRunRows;
  readonly changeRunPace: ChangeRunPace;
  /** As `db`, over a connection of its own: one at a time. */
  readonly auditDataset: AuditDataset;
  readonly registry: Registry;
  readonly queues: Queues;
  readonly isRedisReady: () => boolean;
  readonly enqueue: Enqueue;
  readonly producer: MessageProducer;
  readonly runFeed: RunFeed;
  readonly readiness: () => Promise<Readiness>;
  readonly pipeline: Pipeline;
  readonly metrics: Metrics;
  readonly tracing: Tracing | null;
  /** Null where the operator wants no limit. */
  readonly writes: RateCounter | null;
  readonly signInFailures: RateCounter;
}
