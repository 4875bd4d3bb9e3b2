import { setTimeout as pause } from "node:timers/promises";
import type { Kafka } from "kafkajs";
import { createKafkaInspector } from "../../kafka/inspect.ts";
import type { Pool } from "../../ledger/database/database.ts";
import { waitUntil } from "../../stack/wait-until.ts";

export interface ProgressWatch {
  /** Looks at once, beside the looks that it takes by itself. */
  look(): Promise<void>;
  /** Ends the watching and waits until everything in Kafka has been read. @returns what did not hold, in words */
  finish(kafka: Kafka, topic: string, atEndWithinMs?: number): Promise<readonly string[]>;
}

interface ProgressRow {
  readonly topic: string;
  readonly topic_id: string | null;
  readonly kafka_partition: number;
  readonly next_offset: number;
}

const everyMs = 100;

/**
 * Looks again and again how far each partition has been read, while things break: in one and the same log, known by its
 * topic's id, progress never moves back. It costs a query of a few rows, and nothing in the pipeline.
 */
export function watchProgress(pool: Pool): ProgressWatch {
  const furthest = new Map<string, number>();
  const violations: string[] = [];
  const finishing = new AbortController();
  let latest: Promise<unknown> = Promise.resolve();

  function judge({ topic, topic_id, kafka_partition, next_offset }: ProgressRow): void {
    if (topic_id === null) return;
    const log = `${topic} (${topic_id}), partition ${kafka_partition}`;
    const before = furthest.get(log) ?? 0;
    if (next_offset < before)
      violations.push(`progress of ${log} moved back from ${before} to ${next_offset}`);
    furthest.set(log, next_offset);
  }

  /** One after the other: the answer to an earlier question that comes late would seem to be a step back. */
  function look(): Promise<void> {
    const looked = latest.then(async () => {
      for (const row of await readProgress(pool)) judge(row);
    });
    latest = looked.catch(() => undefined);
    return looked;
  }

  async function watch(): Promise<void> {
    while (!finishing.signal.aborted) {
      // While PostgreSQL is down there is nothing to see.
      await look().catch(() => undefined);
      await pause(everyMs, undefined, { signal: finishing.signal }).catch(() => undefined);
    }
  }
  const watching = watch();

  return {
    look,
    async finish(kafka, topic, atEndWithinMs = 60_000) {
      const behind = await findUnread(pool, kafka, topic, atEndWithinMs);
      finishing.abort();
      await watching;
      await look();
      if (furthest.size === 0) violations.push("there was no progress to watch");
      return [...violations, ...behind];
    },
  };
}

async function findUnread(pool: Pool, kafka: Kafka, topic: string, atEndWithinMs: number): Promise<string[]> {
  const inspector = createKafkaInspector(kafka);
  let behind: string[] = [];
  try {
    await waitUntil(
      "everything in Kafka to be read",
      async () => {
        const ends = await inspector.readEndOffsets(topic);
        const rows = (await readProgress(pool)).filter((row) => row.topic === topic);
        const reached = new Map(rows.map((row) => [row.kafka_partition, row.next_offset]));
        behind = [...ends]
          .filter(([partition, end]) => (reached.get(partition) ?? 0) !== end)
          .map(
            ([partition, end]) =>
              `progress of partition ${partition} is ${reached.get(partition) ?? "none"}, its log ends at ${end}`,
          );
        if (behind.length > 0) throw new Error(behind.join("; "));
      },
      { timeoutMs: atEndWithinMs, everyMs: 500 },
    ).catch((error: Error) => {
      if (behind.length === 0) throw error;
    });
    return behind;
  } finally {
    await inspector.close();
  }
}

async function readProgress(pool: Pool): Promise<readonly ProgressRow[]> {
  const { rows } = await pool.query<ProgressRow>(
    "SELECT topic, topic_id, kafka_partition, next_offset FROM consumer_progress",
  );
  return rows;
}
