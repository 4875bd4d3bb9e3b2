import type { IHeaders, KafkaMessage, Message } from "kafkajs";
import type { Identity } from "../records/identity.ts";
import { FetchedMessage, maxHeaders } from "./fetched-message.ts";
import { beforeTraceparent, startsWithTraceparent, tracedHeaderBytes } from "./trace-header.ts";

/** Names of the headers; other producers may set them too. */
const runHeader = "run_id";
const seqHeader = "seq";
/** Id of the dead letter that a message sends again. */
const replayHeader = "replay_of";
/** Kind of the fault that a message was given on purpose: its label, which no consumer of ours looks at. */
const faultHeader = "fault";

/**
 * The message of a run's record.
 * @param value null is Kafka's tombstone
 * @param labels the key, of types that have one, and the fault of a message that is faulty on purpose
 */
export function recordMessage(
  partition: number,
  runId: string,
  seq: number,
  value: string | Buffer | null,
  { key = null, fault }: { readonly key?: Buffer | null; readonly fault?: string | undefined } = {},
): Message {
  const headers: IHeaders = { [runHeader]: runId, [seqHeader]: String(seq) };
  if (fault !== undefined) headers[faultHeader] = fault;
  return { partition, key, value, headers };
}

/**
 * The bytes, all of them ASCII, with which the headers of a run's records begin: their number, a trace's where there is one,
 * `run_id`, and `seq` up to its value.
 */
export function recordHeaders(runId: string, traceparent: string | null): string {
  const start =
    traceparent === null
      ? String.fromCharCode(twoHeaders)
      : beforeTraceparent.toString("latin1") + traceparent;
  return start + beforeRunId + runId + beforeSeq;
}

/** What of a dead letter is sent again. */
export interface Resent {
  readonly id: number;
  readonly key: Buffer | null;
  readonly payload: Buffer | null;
  /** Header name -> values, each in base64. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Leaves out the headers that claim a place in a run: the message is another producer's. */
  readonly withoutIdentity?: boolean;
}

/** A dead letter's message again, with a mark. */
export function replayMessage(partition: number, letter: Resent): Message {
  // The mark comes first, where it is read however many follow.
  const headers: IHeaders = { [replayHeader]: "" };
  for (const [name, values] of Object.entries(letter.headers)) {
    if (letter.withoutIdentity === true && (name === runHeader || name === seqHeader)) continue;
    headers[name] = values.map((value) => Buffer.from(value, "base64"));
  }
  headers[replayHeader] = String(letter.id);
  return { partition, key: letter.key, value: letter.payload, headers };
}

/** Who the message that sends a dead letter again will be to the consumer that gets it. */
export function readResentIdentity(letter: Resent): Identity {
  const { headers = {} } = replayMessage(0, letter);
  // One value of a name comes alone, several come as a list.
  const received = Object.entries(headers).map(([name, values]) => [
    name,
    Array.isArray(values) && values.length === 1 ? values[0] : values,
  ]);
  return readIdentity(Object.fromEntries(received));
}

const runIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const integerPattern = /^(0|[1-9]\d{0,15})$/;

/** What the headers of a message say of it. */
export interface Claims {
  readonly identity: Identity;
  /** Id of the dead letter that the message replays. */
  readonly replayOf: number | null;
}

/**
 * Makes a reader of headers, which remembers the run of the message before: of messages of one run that have just the
 * headers of `recordMessage`, and perhaps a trace's, only the sequence number has to be looked at.
 */
export function createClaimsReader(): (message: KafkaMessage) => Claims {
  /** Headers as they begin, up to the sequence number's size. */
  let start = "";
  let runId = "";

  function readRecord(message: FetchedMessage): Claims | null {
    const { bytes, headersAt, end } = message;
    const isTraced = bytes[headersAt] === threeHeaders && startsWithTraceparent(message);
    const runIdAt = headersAt + (isTraced ? tracedHeaderBytes : 1);
    const seqAt = runIdAt + recordHeaderBytes;
    if (!isTraced && bytes[headersAt] !== twoHeaders) return null;
    const begins = bytes.toString("latin1", runIdAt, seqAt);
    if (begins !== start) {
      const claimed = begins.slice(beforeRunId.length, -beforeSeq.length);
      if (begins !== beforeRunId + claimed + beforeSeq || !runIdPattern.test(claimed)) return null;
      start = begins;
      runId = claimed;
    }
    const seq = readDigits(bytes, seqAt, end);
    return seq === null ? null : { identity: { kind: "record", runId, seq }, replayOf: null };
  }

  return (message) => {
    const record = message instanceof FetchedMessage ? readRecord(message) : null;
    if (record === null && message instanceof FetchedMessage && message.headerCount > maxHeaders) {
      const detail = `it has ${message.headerCount} headers, more than ${maxHeaders}`;
      return { identity: { kind: "invalid", detail }, replayOf: readReplayOf(message.headers) };
    }
    return record ?? { identity: readIdentity(message.headers), replayOf: readReplayOf(message.headers) };
  };
}

/**
 * `run_id` of 36 bytes and `seq`, before which there may be the context of a trace; numbers and sizes are in zigzag
 * encoding, twice what they are.
 */
const twoHeaders = 4;
const threeHeaders = 6;
const beforeRunId = `\x0c${runHeader}\x48`;
const beforeSeq = `\x06${seqHeader}`;
const recordHeaderBytes = beforeRunId.length + 36 + beforeSeq.length;

/** A whole number of up to 15 digits, the last thing before `end`, behind its size; null where it is anything else. */
function readDigits(bytes: Buffer, at: number, end: number): number | null {
  const size = (bytes[at] as number) >> 1;
  if (size < 1 || size > 15 || at + 1 + size !== end) return null;
  if (bytes[at + 1] === zero && size > 1) return null;
  let value = 0;
  for (let digitAt = at + 1; digitAt < end; digitAt++) {
    const digit = (bytes[digitAt] as number) - zero;
    if (digit < 0 || digit > 9) return null;
    value = value * 10 + digit;
  }
  return value;
}

const zero = 0x30;

/** Who a message is. Both headers make it a run's record, neither makes it another producer's. */
export function readIdentity(headers: IHeaders | undefined): Identity {
  const runId = readHeader(headers, runHeader);
  const seq = readHeader(headers, seqHeader);
  if (runId === undefined && seq === undefined) return { kind: "foreign" };
  if (runId === undefined) return { kind: "invalid", detail: `header ${seqHeader} without ${runHeader}` };
  if (seq === undefined) return { kind: "invalid", detail: `header ${runHeader} without ${seqHeader}` };
  if (runId === null || !runIdPattern.test(runId)) {
    return { kind: "invalid", detail: `header ${runHeader} is not one UUID in lower case` };
  }
  if (seq === null || !integerPattern.test(seq) || Number(seq) > Number.MAX_SAFE_INTEGER) {
    return { kind: "invalid", detail: `header ${seqHeader} is not one whole number from 0 to 2^53 - 1` };
  }
  return { kind: "record", runId, seq: Number(seq) };
}

/** Id of the dead letter that the message replays, or null. */
export function readReplayOf(headers: IHeaders | undefined): number | null {
  const id = readHeader(headers, replayHeader);
  return id !== null && id !== undefined && integerPattern.test(id) && Number(id) <= Number.MAX_SAFE_INTEGER
    ? Number(id)
    : null;
}

/** Header name -> values, as a dead letter keeps them; a value that is null is kept as an empty one. */
export function readHeaders(headers: IHeaders | undefined): Map<string, Buffer[]> {
  return new Map(Object.entries(headers ?? {}).map(([name, values]) => [name, readValues(values)]));
}

/**
 * kafkajs takes what every object inherits for an earlier value of a header of that name (`constructor`, `__proto__`):
 * only bytes and text are values. One without bytes is null, which kafkajs's types do not say.
 */
function readValues(values: unknown): Buffer[] {
  return (Array.isArray(values) ? values : [values]).flatMap((value: unknown) => {
    if (Buffer.isBuffer(value)) return [value];
    if (typeof value === "string") return [Buffer.from(value)];
    return value === null || value === undefined ? [Buffer.alloc(0)] : [];
  });
}

/** A header's text; undefined where it is missing, null where it has no bytes or stands more than once. */
function readHeader(headers: IHeaders | undefined, name: string): string | null | undefined {
  const value: unknown = headers?.[name];
  if (value === undefined) return undefined;
  if (Buffer.isBuffer(value)) return value.toString("latin1");
  return typeof value === "string" ? value : null;
}
