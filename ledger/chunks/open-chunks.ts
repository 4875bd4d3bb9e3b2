import type { Client } from "../database/database.ts";
import { SequenceSet } from "./sequence-set.ts";

/** A chunk's line in the ledger while a batch is stored: locked, with what the batch adds to it. */
export interface OpenChunk {
  readonly runId: string;
  readonly index: number;
  readonly firstSeq: number;
  /** The number behind its last; exclusive. */
  readonly endSeq: number;
  readonly accounted: SequenceSet;
  /** Whether it has no job, and its run counts its records as shelved. */
  readonly shelved: boolean;
  /** How many records had their outcome before. */
  readonly accountedBefore: number;
  stored: number;
  flagged: number;
  deadLettered: number;
}

export type FoundChunk =
  | { readonly kind: "found"; readonly chunk: OpenChunk }
  | { readonly kind: "unknown_run"; readonly detail: string }
  | { readonly kind: "out_of_range"; readonly detail: string };

export interface OpenChunks {
  find(runId: string, seq: number): FoundChunk;
  readonly touched: readonly OpenChunk[];
}

/** Sequence numbers of a run from `start` to below `end`. */
export interface SequenceRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads and locks the chunks to which a batch's sequence numbers belong, in one order for all consumers.
 * @param type whose runs they are: those of other types are not known here
 */
export async function lockChunks(
  client: Client,
  type: string,
  ranges: ReadonlyMap<string, readonly SequenceRange[]>,
): Promise<OpenChunks> {
  const runs = await findRuns(client, [...ranges.keys()]);
  const known = [...ranges].filter(([runId]) => runs.get(runId)?.type === type);
  const merged = known.flatMap(([runId, ofRun]) => mergeRanges(ofRun).map((range) => ({ runId, ...range })));
  const { rows } = await client.query<{
    run_id: string;
    index: number;
    first_seq: number;
    end_seq: number;
    accounted: string;
    shelved: boolean;
    accounted_before: number;
  }>(
    `SELECT run_id, index, first_seq, end_seq, accounted::text, job <> 'due' AS shelved,
            stored + dead_lettered AS accounted_before
       FROM chunks
      WHERE (run_id, index) IN (
              SELECT c.run_id, c.index
                FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS wanted (run_id, start_seq, stop_seq)
               CROSS JOIN LATERAL (
                 -- The chunk in which the range begins, and those that begin in the range: what headers claim can be
                 -- beyond every chunk.
                 (SELECT run_id, index, end_seq FROM chunks
                   WHERE run_id = wanted.run_id AND first_seq <= start_seq
                   ORDER BY first_seq DESC LIMIT 1)
                 UNION ALL
                 SELECT run_id, index, end_seq FROM chunks
                  WHERE run_id = wanted.run_id AND first_seq > start_seq AND first_seq < stop_seq) AS c
               WHERE c.end_seq > start_seq)
      ORDER BY run_id, index
        FOR NO KEY UPDATE`,
    [merged.map(({ runId }) => runId), merged.map(({ start }) => start), merged.map(({ end }) => end)],
  );
  const touched = rows.map(
    (row): OpenChunk => ({
      runId: row.run_id,
      index: row.index,
      firstSeq: row.first_seq,
      endSeq: row.end_seq,
      accounted: SequenceSet.parse(row.accounted),
      shelved: row.shelved,
      accountedBefore: row.accounted_before,
      stored: 0,
      flagged: 0,
      deadLettered: 0,
    }),
  );
  const byRun = new Map<string, OpenChunk[]>(known.map(([runId]) => [runId, []]));
  for (const chunk of touched) byRun.get(chunk.runId)?.push(chunk);
  return {
    touched,
    find(runId, seq) {
      const run = runs.get(runId);
      if (run === undefined) return { kind: "unknown_run", detail: `there is no run ${runId}` };
      if (run.type !== type)
        return {
          kind: "unknown_run",
          detail: `run ${runId} is one of ${run.type}, this is a topic of ${type}`,
        };
      const end = run.requested;
      if (end !== null && seq >= end) {
        return {
          kind: "out_of_range",
          detail: `the run's sequence numbers end at ${end - 1}, this is ${seq}`,
        };
      }
      const chunk = findChunk(byRun.get(runId) ?? [], seq);
      return chunk === null
        ? { kind: "out_of_range", detail: `the run has not come to sequence number ${seq} yet` }
        : { kind: "found", chunk };
    },
  };
}

/** Ranges in order, those that touch or overlap as one: the messages of a batch are mostly neighbours. */
function mergeRanges(ranges: readonly SequenceRange[]): SequenceRange[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** The chunk of a sequence number, by bisection of a run's chunks in order; null where it is in none of them. */
function findChunk(chunks: readonly OpenChunk[], seq: number): OpenChunk | null {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((chunks[middle]?.endSeq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  const chunk = chunks[low];
  return chunk !== undefined && chunk.firstSeq <= seq ? chunk : null;
}

interface AskedRun {
  readonly type: string;
  /** null: without an end. */
  readonly requested: number | null;
}

async function findRuns(client: Client, runIds: readonly string[]): Promise<ReadonlyMap<string, AskedRun>> {
  const { rows } = await client.query<AskedRun & { readonly id: string }>(
    "SELECT id, record_type AS type, requested FROM runs WHERE id = ANY ($1::uuid[])",
    [runIds],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Writes what the batch added to its chunks, and closes those in which every sequence number has its outcome. */
export async function writeChunks(client: Client, chunks: readonly OpenChunk[]): Promise<void> {
  await client.query(
    `UPDATE chunks c
        SET accounted = d.accounted,
            stored = c.stored + d.stored,
            flagged = c.flagged + d.flagged,
            dead_lettered = c.dead_lettered + d.dead_lettered,
            job = CASE WHEN d.closes THEN 'due' ELSE c.job END,
            closed_at = CASE WHEN d.closes THEN coalesce(c.closed_at, clock_timestamp()) END
       FROM unnest($1::uuid[], $2::integer[], $3::text[]::int8multirange[], $4::integer[], $5::integer[], $6::integer[], $7::boolean[])
            AS d (run_id, index, accounted, stored, flagged, dead_lettered, closes)
      WHERE c.run_id = d.run_id AND c.index = d.index`,
    [
      chunks.map((chunk) => chunk.runId),
      chunks.map((chunk) => chunk.index),
      chunks.map((chunk) => chunk.accounted.toString()),
      chunks.map((chunk) => chunk.stored),
      chunks.map((chunk) => chunk.flagged),
      chunks.map((chunk) => chunk.deadLettered),
      chunks.map(closes),
    ],
  );
}

const closes = (chunk: OpenChunk): boolean =>
  chunk.accountedBefore + chunk.stored + chunk.deadLettered === chunk.endSeq - chunk.firstSeq;

/**
 * Adds the same to the runs; a run is completed by the transaction that accounts for its last record.
 * @returns ids of the runs that this completed
 */
export async function writeRuns(client: Client, chunks: readonly OpenChunk[]): Promise<string[]> {
  const totals = new Map<
    string,
    { stored: number; flagged: number; deadLettered: number; unshelved: number }
  >();
  for (const chunk of chunks) {
    const total = totals.get(chunk.runId) ?? { stored: 0, flagged: 0, deadLettered: 0, unshelved: 0 };
    total.stored += chunk.stored;
    total.flagged += chunk.flagged;
    total.deadLettered += chunk.deadLettered;
    // All of it was in Kafka: there is nothing left to be made.
    if (chunk.shelved && closes(chunk)) total.unshelved += chunk.endSeq - chunk.firstSeq;
    totals.set(chunk.runId, total);
  }
  const runIds = [...totals.keys()];
  // Locked in one order by all consumers before any is changed: no two of them can wait for each other.
  await client.query("SELECT 1 FROM runs WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE", [
    runIds,
  ]);
  const { rows } = await client.query<{ id: string; completed: boolean }>(
    `UPDATE runs r
        SET stored = r.stored + d.stored,
            flagged = r.flagged + d.flagged,
            dead_lettered = r.dead_lettered + d.dead_lettered,
            shelved_records = r.shelved_records - d.unshelved,
            status = CASE WHEN f.completes THEN 'completed' ELSE r.status END,
            finished_at = CASE WHEN f.completes THEN clock_timestamp() ELSE r.finished_at END
       FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
            AS d (run_id, stored, flagged, dead_lettered, unshelved)
       JOIN runs o ON o.id = d.run_id,
    LATERAL (SELECT o.status IN ('queued', 'running', 'paused')
                    AND o.stored + d.stored + o.dead_lettered + d.dead_lettered = o.requested AS completes) AS f
      WHERE r.id = d.run_id
     RETURNING r.id, f.completes AS completed`,
    [
      runIds,
      [...totals.values()].map((total) => total.stored),
      [...totals.values()].map((total) => total.flagged),
      [...totals.values()].map((total) => total.deadLettered),
      [...totals.values()].map((total) => total.unshelved),
    ],
  );
  return rows.filter((row) => row.completed).map((row) => row.id);
}
