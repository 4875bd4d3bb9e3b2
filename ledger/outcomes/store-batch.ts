import assert from "node:assert/strict";
import type { DeadLetterReason, Decoded } from "../../records/decoded.ts";
import type { Identity } from "../../records/identity.ts";
import type { StoredType } from "../../records/record-type.ts";
import {
  lockChunks,
  type OpenChunk,
  type OpenChunks,
  type SequenceRange,
  writeChunks,
  writeRuns,
} from "../chunks/open-chunks.ts";
import { type Client, inTransaction, type Pool } from "../database/database.ts";
import { insertDeadLetters, type NewDeadLetter } from "../dead-letters/dead-letters.ts";
import {
  lockReplayedLetters,
  type ReplayedLetter,
  recordFailedReplays,
  resolveDeadLetters,
} from "../dead-letters/replays.ts";
import { notifyRunChanged } from "../runs/run-changes.ts";
import { type Batch, type BatchMessage, copyLine, type Segment } from "./batch.ts";
import { advanceProgress, lockProgress } from "./consumer-progress.ts";
import { binaryHead } from "./copy-binary.ts";
import { type CopyData, copyAll, copyRows, joinLines, type RefusedLine } from "./copy-rows.ts";
import { type Duplicate, findConflicts } from "./identity-conflicts.ts";
import { prepareStates } from "./keep-states.ts";

export type StoredBatch =
  | {
      readonly kind: "stored";
      readonly stored: number;
      readonly flagged: number;
      readonly deadLettered: number;
      /** Messages that passed every check, and of which PostgreSQL refused the row. */
      readonly refused: number;
      /** Messages whose sequence number had the same outcome already. */
      readonly duplicates: number;
      readonly completedRunIds: readonly string[];
    }
  /** Another consumer has been here: nothing was written, reading goes on at `nextOffset`. */
  | { readonly kind: "superseded"; readonly nextOffset: number };

/** A message that will be a row unless PostgreSQL refuses it. */
interface Row {
  readonly message: BatchMessage;
  readonly line: string;
  readonly flagged: boolean;
  /** The chunk in whose ledger it counts; null for another producer's message. */
  readonly chunk: OpenChunk | null;
  /** The dead letter that it takes the place of. */
  readonly replaces: ReplayedLetter | null;
}

/** A segment, or the part of one that belongs to one chunk, all of whose messages will be rows. */
interface SegmentRows extends Segment {
  readonly chunk: OpenChunk;
}

interface Sorted {
  readonly segments: SegmentRows[];
  readonly rows: Row[];
  readonly letters: (NewDeadLetter & { readonly chunk: OpenChunk | null })[];
  readonly duplicates: Duplicate[];
  readonly failedReplays: {
    readonly id: number;
    readonly reason: DeadLetterReason;
    readonly detail: string;
  }[];
}

/**
 * Gives every message of a batch its outcome. Rows, dead letters, the ledger's counters and the next offset are
 * one transaction, so that a batch counts wholly or not at all, and a replayed one counts nothing twice:
 * - a batch is accepted only if it begins where the ledger says that reading goes on, in the same topic's log, under a
 *   lock;
 * - a sequence number is accepted only if its chunk's `accounted` does not have it yet, under a lock.
 *
 * Locks are taken in the order progress, dead letters, chunks, runs, each sorted, so consumers never deadlock.
 */
export function storeBatch(pool: Pool, type: StoredType, batch: Batch): Promise<StoredBatch> {
  return inTransaction(pool, async (client) => {
    const progress = await lockProgress(client, batch);
    if (progress?.nextOffset !== batch.fromOffset || progress.topicId !== batch.topicId) {
      return { kind: "superseded", nextOffset: progress?.nextOffset ?? 0 };
    }

    const replayed = await lockReplayedLetters(client, replayIds(batch));
    const chunks = await lockChunks(client, type.name, claimedRanges(batch));
    const sorted = sortMessages(batch, chunks, replayed);
    const keepStates = await prepareStates(client, type, batch);
    const refused = await copySorted(client, type, batch, sorted);
    await keepStates();
    const refusedRows = new Map(refused.map(({ item, detail }) => [item, detail]));
    for (const [row, detail] of refusedRows) reject(sorted, row, detail);
    const storedRows =
      refusedRows.size === 0 ? sorted.rows : sorted.rows.filter((row) => !refusedRows.has(row));

    await resolveDeadLetters(
      client,
      storedRows.flatMap((row) => (row.replaces === null ? [] : [row.replaces.id])),
    );
    await recordFailedReplays(client, sorted.failedReplays);
    await insertDeadLetters(client, batch, sorted.letters);
    // After the batch's own rows and dead letters, which its duplicates may repeat.
    const conflicts = await findConflicts(client, type.table, sorted.duplicates);
    await insertDeadLetters(client, batch, conflicts.map(conflictLetter));
    tally(sorted.segments, storedRows, sorted.letters);
    const completedRunIds = await writeLedger(client, chunks.touched);
    await advanceProgress(client, batch, batch.endOffset);
    return {
      kind: "stored",
      stored: sorted.segments.reduce((count, segment) => count + segment.count, storedRows.length),
      flagged: storedRows.reduce((count, row) => count + (row.flagged ? 1 : 0), 0),
      deadLettered: sorted.letters.length + conflicts.length,
      refused: refused.length,
      duplicates: sorted.duplicates.length - conflicts.length,
      completedRunIds,
    };
  });
}

/** Writes what was added to chunks, to them and their runs. @returns the runs that this completed */
export async function writeLedger(client: Client, touched: readonly OpenChunk[]): Promise<string[]> {
  if (touched.length === 0) return [];
  await writeChunks(client, touched);
  const completedRunIds = await writeRuns(client, touched);
  const progressing = new Set(touched.map((chunk) => chunk.runId));
  for (const runId of completedRunIds) progressing.delete(runId);
  if (progressing.size > 0) await notifyRunChanged(client, [...progressing], "progress");
  if (completedRunIds.length > 0) await notifyRunChanged(client, completedRunIds, "command");
  return completedRunIds;
}

/**
 * Nearly always that is one COPY of segments. Where PostgreSQL refuses something, which message it is has to be found, and
 * the segments' messages become rows of their own.
 */
async function copySorted(
  client: Client,
  type: StoredType,
  batch: Batch,
  sorted: Sorted,
): Promise<RefusedLine<Row>[]> {
  const { segments, rows } = sorted;
  if (segments.length === 0) return copyRows(client, type, rows);
  const copies: CopyData[] = [{ format: "binary", pieces: binaryPieces(batch, segments) }];
  if (rows.length > 0) copies.push({ format: "text", pieces: joinLines(rows) });
  if ((await copyAll(client, type, copies)) === null) return [];
  for (const { first, count, chunk } of segments.splice(0)) {
    for (let index = first; index < first + count; index++) {
      const message = batch.read(index);
      if (message.decoded.kind !== "row") assert.fail(`message ${index} was a row when it was read first`);
      rows.push(toRow(batch, message, message.decoded, chunk, null));
    }
  }
  return copyRows(client, type, rows);
}

function* binaryPieces({ rows }: Batch, segments: readonly SegmentRows[]): Generator<Buffer> {
  yield binaryHead;
  let first = 0;
  let count = 0;
  for (const segment of segments) {
    if (segment.first === first + count) {
      count += segment.count;
      continue;
    }
    if (count > 0) yield rows.slice(first, count);
    ({ first, count } = segment);
  }
  yield rows.slice(first, count);
}

function replayIds({ parts }: Batch): number[] {
  return parts.flatMap((part) =>
    part.kind === "message" && part.message.replayOf !== null ? [part.message.replayOf] : [],
  );
}

function claimedRanges({ parts }: Batch): Map<string, SequenceRange[]> {
  const ranges = new Map<string, SequenceRange[]>();
  const add = (runId: string, start: number, end: number): void => {
    const runRanges = ranges.get(runId);
    if (runRanges === undefined) ranges.set(runId, [{ start, end }]);
    else runRanges.push({ start, end });
  };
  for (const part of parts) {
    if (part.kind === "segment") add(part.runId, part.firstSeq, part.firstSeq + part.count);
    else if (part.message.identity.kind === "record") {
      add(part.message.identity.runId, part.message.identity.seq, part.message.identity.seq + 1);
    }
  }
  return ranges;
}

/** Decides for each message what it will be; adds the sequence numbers that get an outcome to their chunks. */
function sortMessages(
  batch: Batch,
  chunks: OpenChunks,
  replayed: ReadonlyMap<number, ReplayedLetter>,
): Sorted {
  const sorted: Sorted = { segments: [], rows: [], letters: [], duplicates: [], failedReplays: [] };
  for (const part of batch.parts) {
    if (part.kind === "segment") {
      sortSegment(sorted, batch, chunks, part);
      continue;
    }
    const { message } = part;
    if (message.replayOf !== null) sortReplay(sorted, batch, chunks, message, replayed.get(message.replayOf));
    else sortMessage(sorted, batch, chunks, message, null);
  }
  return sorted;
}

/** Takes what a segment has of each chunk as a whole, or looks at each message where some have an outcome already. */
function sortSegment(sorted: Sorted, batch: Batch, chunks: OpenChunks, segment: Segment): void {
  const end = segment.first + segment.count;
  for (let first = segment.first, count = 0; first < end; first += count) {
    const firstSeq = segment.firstSeq + first - segment.first;
    const found = chunks.find(segment.runId, firstSeq);
    const chunk = found.kind === "found" ? found.chunk : null;
    count = Math.min(end - first, (chunk?.endSeq ?? Number.POSITIVE_INFINITY) - firstSeq);
    if (chunk?.accounted.addRange(firstSeq, firstSeq + count)) {
      sorted.segments.push({ ...segment, firstSeq, first, count, chunk });
    } else {
      for (let index = first; index < first + count; index++) {
        sortMessage(sorted, batch, chunks, batch.read(index), null);
      }
    }
  }
}

function sortMessage(
  sorted: Sorted,
  batch: Batch,
  chunks: OpenChunks,
  message: BatchMessage,
  replaces: ReplayedLetter | null,
): void {
  const { identity, decoded, verdict } = message;
  const place = findPlace(chunks, identity, replaces);
  if (place.kind === "taken" && replaces === null) {
    // What is not read is not compared either.
    if (verdict === undefined) sorted.duplicates.push({ message, ...place.claim });
    else sorted.letters.push(letter(message, verdict.reason, verdict.detail, null));
  } else if (place.kind !== "free") {
    const { reason, detail } = place.kind === "taken" ? identityConflict : place;
    if (replaces !== null) sorted.failedReplays.push({ id: replaces.id, reason, detail });
    else sorted.letters.push(letter(message, reason, detail, null));
  } else if (decoded.kind === "dead" && replaces !== null) {
    sorted.failedReplays.push({ id: replaces.id, reason: decoded.reason, detail: decoded.detail });
  } else {
    if (place.chunk !== null && identity.kind === "record") place.chunk.accounted.add(identity.seq);
    if (decoded.kind === "dead") {
      sorted.letters.push(letter(message, decoded.reason, decoded.detail, place.chunk));
    } else {
      sorted.rows.push(toRow(batch, message, decoded, place.chunk, replaces));
    }
  }
}

function toRow(
  { partition }: Batch,
  message: BatchMessage,
  decoded: Extract<Decoded, { kind: "row" }>,
  chunk: OpenChunk | null,
  replaces: ReplayedLetter | null,
): Row {
  const line = copyLine(decoded, message.identity, partition, message.raw.offset);
  return { message, line, flagged: decoded.error !== null, chunk, replaces };
}

type Place =
  /** The message may have an outcome, counted in this chunk (null: another producer's message). */
  | { readonly kind: "free"; readonly chunk: OpenChunk | null }
  | { readonly kind: "taken"; readonly claim: { readonly runId: string; readonly seq: number } }
  | { readonly kind: "none"; readonly reason: DeadLetterReason; readonly detail: string };

function findPlace(chunks: OpenChunks, identity: Identity, replaces: ReplayedLetter | null): Place {
  if (identity.kind === "foreign") return { kind: "free", chunk: null };
  if (identity.kind === "invalid")
    return { kind: "none", reason: "invalid_headers", detail: identity.detail };
  const { runId, seq } = identity;
  const found = chunks.find(runId, seq);
  if (found.kind === "unknown_run") return { kind: "none", reason: "unknown_run", detail: found.detail };
  if (found.kind === "out_of_range")
    return { kind: "none", reason: "sequence_out_of_range", detail: found.detail };
  // A dead letter that is to be replaced has its sequence number accounted for, and keeps it so.
  const isReplaced = replaces?.accounted === true;
  if (!isReplaced && found.chunk.accounted.has(seq)) return { kind: "taken", claim: { runId, seq } };
  return { kind: "free", chunk: found.chunk };
}

/**
 * A replay of a letter that is resolved was delivered twice. One of a letter that is not there is a plain message, and
 * so is one that claims an outcome which is not its own: anybody may set the header.
 */
function sortReplay(
  sorted: Sorted,
  batch: Batch,
  chunks: OpenChunks,
  message: BatchMessage,
  original: ReplayedLetter | undefined,
): void {
  if (original?.resolved === true) return;
  const again = sorted.rows.some((row) => row.replaces !== null && row.replaces.id === original?.id);
  if (!again) sortMessage(sorted, batch, chunks, message, isOwn(message, original) ? original : null);
}

function isOwn({ identity }: BatchMessage, original: ReplayedLetter | undefined): original is ReplayedLetter {
  if (original === undefined) return false;
  if (!original.accounted) return true;
  return identity.kind === "record" && identity.runId === original.run_id && identity.seq === original.seq;
}

/** A row that PostgreSQL refused becomes a dead letter in its place: its sequence number is accounted for already. */
function reject(sorted: Sorted, row: Row, detail: string): void {
  const reason = "rejected_by_database";
  if (row.replaces !== null) sorted.failedReplays.push({ id: row.replaces.id, reason, detail });
  if (row.replaces === null || (row.chunk !== null && !row.replaces.accounted)) {
    sorted.letters.push(letter(row.message, reason, detail, row.chunk));
  }
}

const identityConflict = {
  reason: "identity_conflict",
  detail: "the sequence number has an outcome already, with another payload",
} as const;

function conflictLetter({ message }: Duplicate): Sorted["letters"][number] {
  return letter(message, identityConflict.reason, identityConflict.detail, null);
}

function letter(
  message: BatchMessage,
  reason: DeadLetterReason,
  detail: string,
  chunk: OpenChunk | null,
): Sorted["letters"][number] {
  const { identity } = message;
  const claim = identity.kind === "record" ? { runId: identity.runId, seq: identity.seq } : null;
  return { reason, detail, raw: message.raw, claim, accounted: chunk !== null, chunk };
}

function tally(segments: readonly SegmentRows[], rows: readonly Row[], letters: Sorted["letters"]): void {
  for (const { chunk, count } of segments) chunk.stored += count;
  for (const { chunk, flagged, replaces } of rows) {
    if (chunk === null) continue;
    chunk.stored += 1;
    if (flagged) chunk.flagged += 1;
    if (replaces?.accounted === true) chunk.deadLettered -= 1;
  }
  for (const { chunk } of letters) if (chunk !== null) chunk.deadLettered += 1;
}
