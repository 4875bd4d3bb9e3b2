import { copyPlainValue, copyValue, isPlainJson } from "../records/copy-line.ts";
import type { Decoded } from "../records/decode.ts";
import type { Identity } from "../records/identity.ts";
import type { RecordType } from "../records/record-type.ts";
import { CopyLines } from "./copy-lines.ts";

/** A message as Kafka has it: what a dead letter keeps. */
export interface RawMessage {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Header name -> values, in order; asked for dead letters only. */
  readonly headers: () => ReadonlyMap<string, readonly Buffer[]>;
}

/** A message and what its headers say of it. */
export interface ReceivedMessage {
  readonly raw: RawMessage;
  readonly identity: Identity;
  /** Id of the dead letter that this message sends again. */
  readonly replayOf: number | null;
}

/** A message that has been read, but not yet given an outcome. */
export interface BatchMessage extends ReceivedMessage {
  readonly decoded: Decoded;
}

/**
 * Clean records of one run with consecutive sequence numbers, as a worker sends them: nearly every message is in one.
 * They are accounted for as a whole, without an object a message.
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
  /** The lines of the segments' messages, by the messages' indexes. */
  readonly lines: CopyLines;
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

/**
 * Decodes the messages of a batch and writes their lines, so that nothing but bytes waits for PostgreSQL.
 * @param receive the message at an index from 0; called again for those that turn out to be special cases
 */
export function assembleBatch(
  origin: BatchOrigin,
  count: number,
  receive: (index: number) => ReceivedMessage,
  decode: (value: Buffer | null, identity: Identity) => Decoded,
): Batch {
  const read = (index: number): BatchMessage => {
    const { raw, identity, replayOf } = receive(index);
    return { raw, identity, replayOf, decoded: decode(raw.value, identity) };
  };
  const parts: Batch["parts"][number][] = [];
  const lines = new CopyLines(count);
  let segment: { -readonly [Key in keyof Segment]: Segment[Key] } | null = null;
  for (let index = 0; index < count; index++) {
    const message = read(index);
    const { identity, decoded, raw, replayOf } = message;
    const isClean = decoded.kind === "row" && decoded.error === null && replayOf === null;
    if (!isClean || identity.kind !== "record" || raw.value === null) {
      parts.push({ kind: "message", message });
      segment = null;
      continue;
    }
    const { runId, seq } = identity;
    if (segment === null || segment.runId !== runId || segment.firstSeq + segment.count !== seq) {
      segment = { kind: "segment", runId, firstSeq: seq, first: index, count: 0 };
      parts.push(segment);
    }
    segment.count += 1;
    const end = `\t\\N\t${runId}\t${seq}\t${origin.partition}\t${raw.offset}\n`;
    if (isPlainJson(decoded.payload)) lines.write(index, joinPlain(decoded.values), raw.value, end);
    else lines.write(index, joinEscaped(decoded.values), copyValue(decoded.payload), end);
  }
  return { ...origin, parts, lines, read };
}

/** Each value with a tab behind it. */
function joinPlain(values: readonly (string | null)[]): string {
  let text = "";
  for (const value of values) text += `${copyPlainValue(value)}\t`;
  return text;
}

function joinEscaped(values: readonly (string | null)[]): string {
  return values.map((value) => `${copyValue(value)}\t`).join("");
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
  const origin = identity.kind === "record" ? `${identity.runId}\t${identity.seq}` : "\\N\t\\N";
  const values = joinEscaped(row.values);
  return `${values}${copyValue(row.payload)}\t${copyValue(row.error)}\t${origin}\t${partition}\t${offset}\n`;
}
