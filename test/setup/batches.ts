import type { Pool } from "../../ledger/database/database.ts";
import {
  assembleBatch,
  type Batch,
  createRecordReader,
  type ReceivedMessage,
} from "../../ledger/outcomes/batch.ts";
import { enterPartition } from "../../ledger/outcomes/consumer-progress.ts";
import { type StoredBatch, storeBatch } from "../../ledger/outcomes/store-batch.ts";
import type { Run } from "../../ledger/runs/run.ts";
import type { Identity } from "../../records/identity.ts";
import { userType } from "../../types/user/user.ts";
import { generatorOf } from "./generator-of.ts";

const reader = createRecordReader(userType, 1);

/** A message before it has an offset. */
export interface Draft {
  readonly identity: Identity;
  readonly value: string | Buffer | null;
  readonly replayOf?: number;
  readonly key?: Buffer;
  readonly headers?: ReadonlyMap<string, readonly Buffer[]>;
}

/** The messages that a run's records make. */
export function recordsOf(run: Run, seqs: Iterable<number>): Draft[] {
  const generate = generatorOf(run);
  return Array.from(seqs, (seq) => draftOf(run.id, seq, generate(seq)));
}

export function draftOf(runId: string, seq: number, value: Draft["value"]): Draft {
  return { identity: { kind: "record", runId, seq }, value };
}

export function foreign(value: Draft["value"]): Draft {
  return { identity: { kind: "foreign" }, value };
}

/** Whole numbers from `start` to below `end`. */
export function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, n) => start + n);
}

export function toBatch(
  topic: string,
  partition: number,
  fromOffset: number,
  drafts: readonly Draft[],
): Batch {
  const origin = { topic, partition, topicId: null, fromOffset, endOffset: fromOffset + drafts.length };
  const receive = (index: number) => toMessage(drafts[index] as Draft, fromOffset + index);
  return assembleBatch(origin, drafts.length, receive, reader);
}

function toMessage(draft: Draft, offset: number): ReceivedMessage {
  const value = typeof draft.value === "string" ? Buffer.from(draft.value) : draft.value;
  return {
    raw: { offset, key: draft.key ?? null, value, headers: () => draft.headers ?? new Map() },
    identity: draft.identity,
    replayOf: draft.replayOf ?? null,
  };
}

/** Stores messages behind what the partition has had so far, as a consumer would. */
export async function storeNext(
  pool: Pool,
  drafts: readonly Draft[],
  { topic = "topic", partition = 0 }: { readonly topic?: string; readonly partition?: number } = {},
): Promise<Extract<StoredBatch, { kind: "stored" }>> {
  const { nextOffset } = await enterPartition(pool, { topic, partition }, null);
  const stored = await storeBatch(pool, userType, toBatch(topic, partition, nextOffset, drafts));
  if (stored.kind !== "stored") throw new Error("another consumer has been here");
  return stored;
}
