import type { DeadLetterReason } from "../../records/decoded.ts";
import type { Client, Queryable } from "../database/database.ts";
import type { RawMessage } from "./raw-message.ts";

export interface NewDeadLetter {
  readonly reason: DeadLetterReason;
  readonly detail: string;
  readonly raw: RawMessage;
  /** What the message's headers claim. */
  readonly claim: { readonly runId: string; readonly seq: number } | null;
  /** Whether this is the outcome of the claimed sequence number in its run's ledger. */
  readonly accounted: boolean;
}

export async function insertDeadLetters(
  client: Client,
  origin: { readonly topic: string; readonly partition: number },
  letters: readonly NewDeadLetter[],
): Promise<void> {
  if (letters.length === 0) return;
  await client.query(
    `INSERT INTO dead_letters (topic, kafka_partition, reason, detail, kafka_offset, message_key, payload, headers,
                               run_id, seq, accounted)
     SELECT $1, $2, d.*
       FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bytea[], $7::bytea[], $8::jsonb[],
                   $9::uuid[], $10::bigint[], $11::boolean[]) AS d`,
    [
      origin.topic,
      origin.partition,
      letters.map((letter) => letter.reason),
      letters.map((letter) => letter.detail),
      letters.map((letter) => letter.raw.offset),
      letters.map((letter) => letter.raw.key),
      letters.map((letter) => letter.raw.value),
      letters.map((letter) => encodeHeaders(letter.raw.headers())),
      letters.map((letter) => letter.claim?.runId ?? null),
      letters.map((letter) => letter.claim?.seq ?? null),
      letters.map((letter) => letter.accounted),
    ],
  );
}

function encodeHeaders(headers: ReturnType<RawMessage["headers"]>): string {
  const entries = Array.from(headers, ([name, values]) => [
    // jsonb's strings hold neither U+0000 nor half a surrogate pair; a header's name may.
    name.replaceAll("\0", "\\0").toWellFormed(),
    values.map((value) => value.toString("base64")),
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}

export interface DeadLetter {
  readonly id: number;
  readonly reason: string;
  readonly detail: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly payload: Buffer | null;
  /** Header name -> values, each in base64. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly runId: string | null;
  readonly seq: number | null;
  /** Whether it is the outcome of (runId, seq) in its run's ledger. */
  readonly accounted: boolean;
  readonly createdAt: Date;
  /** How often it was sent again without success. */
  readonly replays: number;
  readonly resolvedAt: Date | null;
}

export interface DeadLetterFilter {
  readonly ids: readonly number[] | null;
  readonly reason: string | null;
  readonly runId: string | null;
  /** null: resolved or not. */
  readonly resolved: boolean | null;
}

interface DeadLetterRow {
  readonly id: number;
  readonly reason: string;
  readonly detail: string;
  readonly topic: string;
  readonly kafka_partition: number;
  readonly kafka_offset: number;
  readonly message_key: Buffer | null;
  readonly payload: Buffer | null;
  readonly headers: Record<string, string[]>;
  readonly run_id: string | null;
  readonly seq: number | null;
  readonly accounted: boolean;
  readonly created_at: Date;
  readonly replays: number;
  readonly resolved_at: Date | null;
}

const filterCondition = `
      ($1::bigint[] IS NULL OR id = ANY ($1))
  AND ($2::text IS NULL OR reason = $2)
  AND ($3::uuid IS NULL OR run_id = $3)
  AND ($4::boolean IS NULL OR (resolved_at IS NOT NULL) = $4)`;

const filterValues = (filter: DeadLetterFilter): unknown[] => [
  filter.ids,
  filter.reason,
  filter.runId,
  filter.resolved,
];

/** Dead letters, newest first; `before` is the last id of the page before. */
export async function listDeadLetters(
  db: Queryable,
  filter: DeadLetterFilter,
  page: { readonly limit: number; readonly before: number | null },
): Promise<{ readonly deadLetters: readonly DeadLetter[]; readonly nextBefore: number | null }> {
  const { rows } = await db.query<DeadLetterRow>(
    `SELECT * FROM dead_letters
      WHERE ${filterCondition} AND ($5::bigint IS NULL OR id < $5)
      ORDER BY id DESC LIMIT $6`,
    [...filterValues(filter), page.before, page.limit + 1],
  );
  const found = rows.slice(0, page.limit).map(toDeadLetter);
  return { deadLetters: found, nextBefore: rows.length > page.limit ? (found.at(-1)?.id ?? null) : null };
}

/** What a list shows of a dead letter: of its payload, which may be of megabytes, only the beginning. */
export interface DeadLetterLine {
  readonly id: number;
  readonly reason: string;
  readonly detail: string;
  readonly partition: number;
  readonly offset: number;
  /** Bytes; null where the message has no value. */
  readonly size: number | null;
  readonly beginning: Buffer | null;
  readonly runId: string | null;
  /** The type of its run's records; null where there is no such run. */
  readonly runType: string | null;
  readonly seq: number | null;
  readonly createdAt: Date;
  readonly replays: number;
}

/** How much of a payload a line has. */
export const beginningBytes = 400;

/** Unresolved dead letters for a list, newest first; `before` is the last id of the page before. */
export async function listUnresolvedLines(
  db: Queryable,
  filter: { readonly reason: string | null; readonly runId: string | null },
  page: { readonly limit: number; readonly before: number | null },
): Promise<{ readonly lines: readonly DeadLetterLine[]; readonly nextBefore: number | null }> {
  const { rows } = await db.query<DeadLetterLine>(
    `SELECT id, reason, detail, kafka_partition AS partition, kafka_offset AS offset, octet_length(payload) AS size,
            substring(payload FROM 1 FOR ${beginningBytes}) AS beginning, run_id AS "runId", seq,
            (SELECT record_type FROM runs WHERE runs.id = run_id) AS "runType",
            created_at AS "createdAt", replays
       FROM dead_letters
      WHERE resolved_at IS NULL
        AND ($1::text IS NULL OR reason = $1)
        AND ($2::uuid IS NULL OR run_id = $2)
        AND ($3::bigint IS NULL OR id < $3)
      ORDER BY id DESC LIMIT $4`,
    [filter.reason, filter.runId, page.before, page.limit + 1],
  );
  const lines = rows.slice(0, page.limit);
  return { lines, nextBefore: rows.length > page.limit ? (lines.at(-1)?.id ?? null) : null };
}

/** One dead letter; null where there is none with this id. */
export async function findDeadLetter(db: Queryable, id: number): Promise<DeadLetter | null> {
  const { rows } = await db.query<DeadLetterRow>("SELECT * FROM dead_letters WHERE id = $1", [id]);
  return rows[0] === undefined ? null : toDeadLetter(rows[0]);
}

/** The unresolved dead letters of one reason. */
export interface ReasonSummary {
  readonly reason: string;
  readonly count: number;
  /** The newest of them. */
  readonly latestId: number;
  readonly latestAt: Date;
}

/**
 * Unresolved dead letters by reason, most first. A scan of an index of those alone, or of those of the run: of a million it
 * takes 140 ms, of 10,000 of one run among them 2 ms.
 */
export async function summariseDeadLetters(
  db: Queryable,
  filter: { readonly runId: string | null },
): Promise<readonly ReasonSummary[]> {
  const { rows } = await db.query<ReasonSummary>(
    `SELECT s.reason, s.count, s.latest_id AS "latestId", l.created_at AS "latestAt"
       FROM (SELECT reason, count(*) AS count, max(id) AS latest_id
               FROM dead_letters
              WHERE resolved_at IS NULL AND ($1::uuid IS NULL OR run_id = $1)
              GROUP BY reason) AS s
       JOIN dead_letters l ON l.id = s.latest_id
      ORDER BY s.count DESC, s.reason`,
    [filter.runId],
  );
  return rows;
}

/** How many dead letters there are of each reason, most first. */
export async function countDeadLetters(
  db: Queryable,
  filter: DeadLetterFilter,
): Promise<readonly { readonly reason: string; readonly count: number }[]> {
  const { rows } = await db.query<{ reason: string; count: number }>(
    `SELECT reason, count(*) AS count FROM dead_letters WHERE ${filterCondition} GROUP BY reason ORDER BY count DESC, reason`,
    filterValues(filter),
  );
  return rows;
}

function toDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    id: row.id,
    reason: row.reason,
    detail: row.detail,
    topic: row.topic,
    partition: row.kafka_partition,
    offset: row.kafka_offset,
    key: row.message_key,
    payload: row.payload,
    headers: row.headers,
    runId: row.run_id,
    seq: row.seq,
    accounted: row.accounted,
    createdAt: row.created_at,
    replays: row.replays,
    resolvedAt: row.resolved_at,
  };
}
