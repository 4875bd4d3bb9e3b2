import type { MessageProducer } from "../kafka/produce.ts";
import type { AdmitRun } from "../ledger/admit-run.ts";
import type { ChangeRunPace } from "../ledger/change-run-pace.ts";
import type { Queryable } from "../ledger/database.ts";
import type { CopyRunRows } from "../ledger/run-rows.ts";
import type { Queues } from "../queues/queues.ts";
import type { RecordTypes } from "../records/record-types.ts";
import type { Config } from "../service/config.ts";
import type { Logger } from "../service/log.ts";
import type { Tracing } from "../service/tracing.ts";
import type { TextType } from "../types/user/text-type.ts";
import type { RateCounter } from "./access/rate-counter.ts";
import type { Enqueue } from "./enqueue.ts";
import type { Metrics } from "./metrics.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Readiness } from "./readiness.ts";
import type { Registry } from "./registry.ts";
import type { RunFeed } from "./run-feed.ts";

/** What the application is made of; opened and closed by whoever makes it. */
export interface WebDependencies {
  readonly config: Config;
  readonly log: Logger;
  /** The built-in one, for which the form asks. */
  readonly recordType: TextType;
  readonly types: RecordTypes;
  /** Bounded in time; its outages are Problems already. */
  readonly db: Queryable;
  readonly admitRun: AdmitRun;
  /** As `db`, over connections of its own: whoever downloads keeps nobody waiting. */
  readonly copyRunRows: CopyRunRows;
  readonly changeRunPace: ChangeRunPace;
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
