import type { Pool } from "../../ledger/database/database.ts";
import { assembleBatch, createRecordReader, type ReceivedMessage } from "../../ledger/outcomes/batch.ts";
import { enterPartition } from "../../ledger/outcomes/consumer-progress.ts";
import { storeBatch } from "../../ledger/outcomes/store-batch.ts";
import type { Run } from "../../ledger/runs/run.ts";
import type { FaultRates } from "../../records/faults/fault-kinds.ts";
import { offeredFaults } from "../../records/faults/field-faults.ts";
import { type Sending, sendingOrder } from "../../records/faults/sending-order.ts";
import { createRunFields } from "../../types/user/missing-fields.ts";
import { type DataOptions, settleOptions } from "../../types/user/options.ts";
import { userType } from "../../types/user/user.ts";
import { makerOf } from "./generator-of.ts";

const reader = createRecordReader(userType, 1);

const faultNames = offeredFaults(userType.fieldFaults());

/** A share of each kind of fault, and as many clean records. */
export const everyFault: FaultRates = Object.fromEntries(
  faultNames.map((name) => [name, 1 / (faultNames.length + 1)]),
);

export const withFaults = (faults: FaultRates): DataOptions => settleOptions(userType, { faults });

/** The messages of a run with faults, in the order in which they are sent where it is one chunk. */
export function sendingsOf(run: Run, firstSeq = 0, endSeq = run.requested ?? run.planned): Sending[] {
  const { spoil } = makerOf(run);
  if (spoil === null) throw new Error("the run has no faults");
  return [...sendingOrder(firstSeq, endSeq, spoil)];
}

/** Stores messages behind what the partition has had so far, as a consumer would. */
export async function storeSendings(pool: Pool, run: Run, sendings: readonly Sending[]): Promise<void> {
  const topic = "topic";
  const partition = 0;
  const { nextOffset } = await enterPartition(pool, { topic, partition }, null);
  const fields = createRunFields(userType, run.fields);
  const receive = (index: number): ReceivedMessage => {
    const { seq, value } = sendings[index] as Sending;
    return {
      raw: {
        offset: nextOffset + index,
        key: null,
        value: typeof value === "string" ? Buffer.from(value) : value,
        headers: () => new Map(),
      },
      identity: { kind: "record", runId: run.id, seq },
      replayOf: null,
    };
  };
  const endOffset = nextOffset + sendings.length;
  const origin = { topic, partition, topicId: null, fromOffset: nextOffset, endOffset };
  const batch = assembleBatch(origin, sendings.length, receive, reader, () => fields);
  const stored = await storeBatch(pool, userType, batch);
  if (stored.kind !== "stored") throw new Error("another consumer has been here");
}
