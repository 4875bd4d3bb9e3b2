import type { DeadLetterReason } from "../records/decode.ts";
import type { Identity } from "../records/identity.ts";
import type { RecordType } from "../records/record-type.ts";
import { type Batch, type BatchMessage, copyLine } from "./batch.ts";
import { advanceProgress, lockProgress } from "./consumer-progress.ts";
import { copyRows } from "./copy-rows.ts";
import { type Client, inTransaction, type Pool } from "./database.ts";
import { insertDeadLetters, type NewDeadLetter } from "./dead-letters.ts";
import { type Duplicate, findConflicts } from "./identity-conflicts.ts";
import { lockChunks, type OpenChunk, type OpenChunks, writeChunks, writeRuns } from "./open-chunks.ts";
import {
  lockReplayedLetters,
  type ReplayedLetter,
  recordFailedReplays,
  resolveDeadLetters,
} from "./replays.ts";
import { notifyRunChanged } from "./run-changes.ts";

export type StoredBatch =
  | {
      readonly kind: "stored";
      readonly stored: number;
      readonly flagged: number;
      readonly deadLettered: number;
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

interface Sorted {
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
export function storeBatch(pool: Pool, type: RecordType, batch: Batch): Promise<StoredBatch> {
  return inTransaction(pool, async (client) => {
    const progress = await lockProgress(client, batch);
    if (progress?.nextOffset !== batch.fromOffset || progress.topicId !== batch.topicId) {
      return { kind: "superseded", nextOffset: progress?.nextOffset ?? 0 };
    }

    const replayed = await lockReplayedLetters(client, replayIds(batch.messages));
    const chunks = await lockChunks(client, claimedSeqs(batch.messages));
    const sorted = sortMessages(batch, chunks, replayed);
    const refused = await copyRows(client, type, sorted.rows);
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
    const conflicts = await findConflicts(client, sorted.duplicates);
    await insertDeadLetters(client, batch, conflicts.map(conflictLetter));
    tally(storedRows, sorted.letters);
    const completedRunIds = await writeLedger(client, chunks.touched);
    await advanceProgress(client, batch, batch.endOffset);
    return {
      kind: "stored",
      stored: storedRows.length,
      flagged: storedRows.reduce((count, row) => count + (row.flagged ? 1 : 0), 0),
      deadLettered: sorted.letters.length + conflicts.length,
      duplicates: sorted.duplicates.length - conflicts.length,
      completedRunIds,
    };
  });
}

async function writeLedger(client: Client, touched: readonly OpenChunk[]): Promise<string[]> {
  if (touched.length === 0) return [];
  await writeChunks(client, touched);
  const completedRunIds = await writeRuns(client, touched);
  await notifyRunChanged(client, [...new Set(touched.map((chunk) => chunk.runId))]);
  return completedRunIds;
}

function replayIds(messages: readonly BatchMessage[]): number[] {
  return messages.flatMap((message) => (message.replayOf === null ? [] : [message.replayOf]));
}

function claimedSeqs(messages: readonly BatchMessage[]): Map<string, number[]> {
  const seqs = new Map<string, number[]>();
  for (const { identity } of messages) {
    if (identity.kind !== "record") continue;
    const runSeqs = seqs.get(identity.runId);
    if (runSeqs === undefined) seqs.set(identity.runId, [identity.seq]);
    else runSeqs.push(identity.seq);
  }
  return seqs;
}

/** Decides for each message what it will be; adds the sequence numbers that get an outcome to their chunks. */
function sortMessages(
  batch: Batch,
  chunks: OpenChunks,
  replayed: ReadonlyMap<number, ReplayedLetter>,
): Sorted {
  const sorted: Sorted = { rows: [], letters: [], duplicates: [], failedReplays: [] };
  for (const message of batch.messages) {
    if (message.replayOf !== null) sortReplay(sorted, batch, chunks, message, replayed.get(message.replayOf));
    else sortMessage(sorted, batch, chunks, message, null);
  }
  return sorted;
}

function sortMessage(
  sorted: Sorted,
  batch: Batch,
  chunks: OpenChunks,
  message: BatchMessage,
  replaces: ReplayedLetter | null,
): void {
  const { identity, decoded } = message;
  const place = findPlace(chunks, identity, replaces);
  if (place.kind === "taken" && replaces === null) {
    sorted.duplicates.push({ message, ...place.claim });
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
      sorted.rows.push({
        message,
        line: copyLine(decoded, identity, batch.partition, message.raw.offset),
        flagged: decoded.error !== null,
        chunk: place.chunk,
        replaces,
      });
    }
  }
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
  if (found.kind === "unknown_run") {
    return { kind: "none", reason: "unknown_run", detail: `there is no run ${runId}` };
  }
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

function tally(rows: readonly Row[], letters: Sorted["letters"]): void {
  for (const { chunk, flagged, replaces } of rows) {
    if (chunk === null) continue;
    chunk.stored += 1;
    if (flagged) chunk.flagged += 1;
    if (replaces?.accounted === true) chunk.deadLettered -= 1;
  }
  for (const { chunk } of letters) if (chunk !== null) chunk.deadLettered += 1;
}
