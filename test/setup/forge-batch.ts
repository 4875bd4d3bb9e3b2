import { crc32c } from "../../kafka/crc32c.ts";
import { encodeRecordBatch } from "../../kafka/record-batch.ts";

/** Bytes of a batch before its records. */
export const batchHeadSize = 61;

/** A batch whose checksum is right, whatever else is not. */
export function forgeBatch(
  base: number,
  records: Uint8Array,
  {
    count = 1,
    lastDelta = count - 1,
    attributes = 0,
  }: { readonly count?: number; readonly lastDelta?: number; readonly attributes?: number } = {},
): Buffer {
  const head = encodeRecordBatch([{ value: "" }], Date.now()).subarray(0, batchHeadSize);
  const batch = Buffer.concat([head, records]);
  batch.writeBigInt64BE(BigInt(base), 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt16BE(attributes, 21);
  batch.writeInt32BE(lastDelta, 23);
  batch.writeInt32BE(count, 57);
  sealBatch(batch);
  return batch;
}

/** Gives a batch the checksum of what is in it. */
export function sealBatch(batch: Buffer): void {
  batch.writeUInt32BE(crc32c(batch, 21), 17);
}
