import { copyPlainValue, copyValue, isPlainJson } from "../records/copy-line.ts";
import type { Decoded } from "../records/decode.ts";
import type { Identity } from "../records/identity.ts";
import type { RecordType } from "../records/record-type.ts";

/** A message as Kafka has it: what a dead letter keeps. */
export interface RawMessage {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Header name -> values, in order; asked for dead letters only. */
  readonly headers: () => ReadonlyMap<string, readonly Buffer[]>;
}

/** A message that has been read, but not yet given an outcome. */
export interface BatchMessage {
  readonly raw: RawMessage;
  readonly identity: Identity;
  /** Id of the dead letter that this message sends again. */
  readonly replayOf: number | null;
  readonly decoded: Decoded;
}

/** Messages of one partition from one fetch. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's id of the topic from which they were read; null where it is not known. */
  readonly topicId: string | null;
  /** Where the ledger said that reading goes on: what makes a batch that comes too late recognisable. */
  readonly fromOffset: number;
  /** Where reading goes on after this batch; exclusive. */
  readonly endOffset: number;
  readonly messages: readonly BatchMessage[];
}

/** The columns of a COPY into users_raw, in the order of `copyLine`. */
export function copyColumns(type: RecordType): string {
  const columns = type.fields.map((field) => field.column.name);
  return [...columns, "raw_payload", "error", "run_id", "seq", "kafka_partition", "kafka_offset"].join(", ");
}

/** One line of that COPY, its newline included. */
export function copyLine(
  row: Extract<Decoded, { kind: "row" }>,
  identity: Identity,
  partition: number,
  offset: number,
): string {
  const copyText = isPlainJson(row.payload) ? copyPlainValue : copyValue;
  let line = "";
  for (const value of row.values) line += `${copyText(value)}\t`;
  const origin = identity.kind === "record" ? `${identity.runId}\t${identity.seq}` : "\\N\t\\N";
  return `${line}${copyText(row.payload)}\t${copyValue(row.error)}\t${origin}\t${partition}\t${offset}\n`;
}
