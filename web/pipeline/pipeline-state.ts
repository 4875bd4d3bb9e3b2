import type { BrokersDescription, GroupDescription } from "../../kafka/inspect.ts";
import type { DatabaseDescription } from "../../ledger/database/describe-database.ts";
import type { QueueDescription, RedisDescription } from "../../queues/describe-redis.ts";
import type { Finding } from "../../service/unsafe-settings.ts";

/** What a dependency has told, or why it has not. */
export type Part<Found> =
  | { readonly status: "up"; readonly found: Found }
  | { readonly status: "down"; readonly error: string };

export interface LedgerState extends DatabaseDescription {
  /** About how many rows the tables of all types have. */
  readonly estimatedRecords: number;
  readonly missingMigrations: readonly string[];
  readonly runs: { readonly queued: number; readonly running: number; readonly paused: number };
  /** Unresolved ones; `maxLettersCounted` where there are as many or more. */
  readonly deadLetters: number;
}

export const maxLettersCounted = 100_000;

export interface RedisState extends RedisDescription {
  readonly findings: readonly Finding[];
}

export interface PartitionState {
  readonly partition: number;
  /** Broker; null while there is none. */
  readonly leader: number | null;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
  /** Where the log begins, and where it ends (exclusive). */
  readonly first: number;
  readonly end: number;
  /** Where the ledger goes on; null where it has nothing of it yet, or PostgreSQL does not answer. */
  readonly next: number | null;
  readonly movedAt: Date | null;
  /** What the group has committed to Kafka: a hint. */
  readonly committed: number | null;
  /** Messages not yet in the ledger; where PostgreSQL does not answer, not yet committed to Kafka. 0 where nobody is to read them. */
  readonly lag: number;
}

export interface TopicState {
  readonly topic: string;
  /** Name of the type whose records it has. */
  readonly type: string;
  /** The table to which its messages go; null where nobody reads them. */
  readonly table: string | null;
  /** Whether its owner has dropped the table. */
  readonly isTableLost: boolean;
  /** Null where there is no such topic. */
  readonly partitions: readonly PartitionState[] | null;
  readonly findings: readonly Finding[];
}

export interface KafkaState extends BrokersDescription {
  /** The built-in type's first, then those of own types by their names. */
  readonly topics: readonly [builtIn: TopicState, ...own: TopicState[]];
  /** Whether `lag` is that of the ledger. */
  readonly lagIsExact: boolean;
}

/** The whole pipeline at one moment, each part as far as it has answered. */
export interface PipelineState {
  readonly readAt: Date;
  readonly web: { readonly pid: number; readonly startedAt: Date; readonly node: string };
  readonly postgres: Part<LedgerState>;
  readonly redis: Part<RedisState>;
  readonly queues: Part<readonly QueueDescription[]>;
  readonly kafka: Part<KafkaState>;
  readonly consumers: Part<GroupDescription & { readonly group: string }>;
  /** What is wrong, in words, the gravest first. */
  readonly troubles: readonly Trouble[];
}

/** Something that is wrong, and what to do. */
export interface Trouble {
  /** `stopped`: records do not get through; `attention`: they do, or nobody knows. */
  readonly severity: "stopped" | "attention";
  /** A sentence. */
  readonly what: string;
  /** A sentence or two. */
  readonly remedy: string;
}
