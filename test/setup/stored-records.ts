import { expect } from "chai";
import type { Pool } from "../../ledger/database/database.ts";
import { assembleBatch, createRecordReader, type ReceivedMessage } from "../../ledger/outcomes/batch.ts";
import { enterPartition } from "../../ledger/outcomes/consumer-progress.ts";
import { type StoredBatch, storeBatch } from "../../ledger/outcomes/store-batch.ts";
import { createRecordTypes } from "../../ledger/types/own-types.ts";
import type { StoredType } from "../../records/record-type.ts";
import { userType } from "../../types/user/user.ts";

/** A type that has been registered, with its table, in its first version; or the built-in one. */
export async function findStoredType(pool: Pool, name: string): Promise<StoredType> {
  const types = createRecordTypes(pool, { type: userType, topic: "synthetic_users" });
  const type = (await types.find(name, 1))?.type;
  if (!type?.table) throw new Error(`${name} is registered, with a table`);
  return { ...type, table: type.table };
}

/**
 * Stores values as the consumer does, the first of them as record 0 of the run.
 * @param isRecognised whether the decoder's short cut is expected to take all of them
 */
export async function storeValues(
  pool: Pool,
  type: StoredType,
  runId: string,
  values: readonly string[],
  isRecognised?: boolean,
): Promise<StoredBatch> {
  const reader = createRecordReader(type, 1);
  const topic = type.name;
  const { nextOffset } = await enterPartition(pool, { topic, partition: 0 }, null);
  const endOffset = nextOffset + values.length;
  const origin = { topic, partition: 0, topicId: null, fromOffset: nextOffset, endOffset };
  const receive = (index: number): ReceivedMessage => ({
    raw: {
      offset: nextOffset + index,
      key: null,
      value: Buffer.from(values[index] ?? ""),
      headers: () => new Map(),
    },
    identity: { kind: "record", runId, seq: index },
    replayOf: null,
  });
  const batch = assembleBatch(origin, values.length, receive, reader);
  if (isRecognised !== undefined)
    expect(batch.parts.every(({ kind }) => kind === "segment")).to.equal(isRecognised);
  return storeBatch(pool, type, batch);
}
