import type { Dead, Decoded, DecodedRow, DecodeMessage } from "../../records/decoded.ts";
import type { Identity } from "../../records/identity.ts";
import type { Recogniser } from "../../records/recogniser.ts";
import type { StoredType } from "../../records/record-type.ts";
import { anyFields, type RunFields } from "../../records/run-fields.ts";
import { namesIn, quoted } from "../database/table-names.ts";
import type { RawMessage } from "../dead-letters/raw-message.ts";
import { BinaryRows, createRowBuffers, type RowBuffers } from "./copy-binary.ts";
import { copyValue } from "./copy-line.ts";

/** A message and what its headers say of it. */
export interface ReceivedMessage {
  readonly raw: RawMessage;
  readonly identity: Identity;
  /** Id of the dead letter that this message sends again. */
  readonly replayOf: number | null;
  /** Of one whose value is not to be read: what becomes of it. */
  readonly verdict?: Dead;
}

/** A message that has been read, but not yet given an outcome. */
export interface BatchMessage extends ReceivedMessage {
  readonly decoded: Decoded;
}

/**
 * Clean records of one run with consecutive sequence numbers, written as a worker writes them: nearly every message is in
 * one. They are accounted for as a whole, without an object a message.
 */
export interface Segment {
  readonly kind: "segment";
  readonly runId: string;
  readonly firstSeq: number;
  /** Index of its first message in the batch. */
  readonly first: number;
  readonly count: number;
}

/** Messages of one partition from one fetch. */
export interface Batch extends BatchOrigin {
  /** The messages in their order. */
  readonly parts: readonly (Segment | { readonly kind: "message"; readonly message: BatchMessage })[];
  /** The rows of the segments' messages, by the messages' indexes. */
  readonly rows: BinaryRows;
  /** Reads a message of a segment again, where it turns out to be a special case after all. */
  readonly read: (index: number) => BatchMessage;
}

export interface BatchOrigin {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's id of the topic from which they were read; null where it is not known. */
  readonly topicId: string | null;
  /** Where the ledger said that reading goes on: what makes a batch that comes too late recognisable. */
  readonly fromOffset: number;
  /** Where reading goes on after this batch; exclusive. */
  readonly endOffset: number;
}

/** How a batch's values are read. */
export interface RecordReader {
  readonly type: StoredType;
  /** Null where every message is decoded. */
  readonly recogniser: Recogniser | null;
  readonly decode: DecodeMessage;
  readonly buffers: RowBuffers;
}

/** What a message of this identity must have. */
export type FieldsOf = (identity: Identity) => RunFields;

/**
 * Compiles what reads the values of a record type's messages.
 * @param batches how many batches are in hand at a time
 */
export function createRecordReader(type: StoredType, batches: number): RecordReader {
  return {
    type,
    recogniser: type.createRecogniser(),
    decode: type.createDecoder(),
    buffers: createRowBuffers(batches),
  };
}

/**
 * Reads the messages of a batch and writes the rows of those that are recognised, so that nothing but bytes waits for
 * PostgreSQL.
 * @param receive the message at an index from 0; called again for those that turn out to be special cases
 */
export function assembleBatch(
  origin: BatchOrigin,
  count: number,
  receive: (index: number) => ReceivedMessage,
  { type, recogniser, decode, buffers }: RecordReader,
  fieldsOf: FieldsOf = () => anyFields,
): Batch {
  const toMessage = (message: ReceivedMessage): BatchMessage => {
    const { raw, identity, verdict } = message;
    return { ...message, decoded: verdict ?? fieldsOf(identity).flagMissing(decode(raw.value, raw.key)) };
  };
  const rows = new BinaryRows(type, count, buffers);
  try {
    return { ...origin, parts: readParts(), rows, read: (index) => toMessage(receive(index)) };
  } catch (error) {
    rows.release();
    throw error;
  }

  function readParts(): Batch["parts"] {
    const parts: Batch["parts"][number][] = [];
    let segment: { -readonly [Key in keyof Segment]: Segment[Key] } | null = null;
    let run = { id: "", bytes: Buffer.alloc(0) };
    for (let index = 0; index < count; index++) {
      const message = receive(index);
      const { identity, raw, replayOf, verdict } = message;
      const { value, offset } = raw;
      const isPlain =
        identity.kind === "record" &&
        replayOf === null &&
        verdict === undefined &&
        recogniser !== null &&
        value !== null &&
        recogniser.recognise(value) &&
        fieldsOf(identity).isComplete(recogniser.spans);
      if (!isPlain) {
        parts.push({ kind: "message", message: toMessage(message) });
        segment = null;
        continue;
      }
      const { runId, seq } = identity;
      if (segment === null || segment.runId !== runId || segment.firstSeq + segment.count !== seq) {
        if (run.id !== runId) run = { id: runId, bytes: Buffer.from(runId.replaceAll("-", ""), "hex") };
        segment = { kind: "segment", runId, firstSeq: seq, first: index, count: 0 };
        parts.push(segment);
      }
      segment.count += 1;
      rows.write(index, value, recogniser.spans, {
        runId: run.bytes,
        seq,
        partition: origin.partition,
        offset,
      });
    }
    return parts;
  }
}

function joinEscaped(values: readonly (string | null)[]): string {
  return values.map((value) => `${copyValue(value)}\t`).join("");
}

/** The columns of a COPY into the type's table, in the order of `copyLine` and of `BinaryRows`. */
export function copyColumns({ fields, table }: StoredType): string {
  const { payload, error, runId, seq, partition, offset } = namesIn(table);
  const columns = fields.map((field) => quoted(field.column.name));
  return [payload, ...columns, error, runId, seq, partition, offset].join(", ");
}

/** One line of that COPY, its newline included. */
export function copyLine(row: DecodedRow, identity: Identity, partition: number, offset: number): string {
  const origin = identity.kind === "record" ? `${identity.runId}\t${identity.seq}` : "\\N\t\\N";
  const values = joinEscaped([row.payload, ...row.values, row.error]);
  return `${values}${origin}\t${partition}\t${offset}\n`;
}

/** A line of a clean record. */
export const sampleLine = (type: StoredType): string =>
  copyLine(type.exampleRow(), { kind: "foreign" }, 0, 0);
