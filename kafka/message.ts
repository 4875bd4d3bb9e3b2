import type { IHeaders, Message } from "kafkajs";
import type { Identity } from "../records/identity.ts";

/** Names of the headers; other producers may set them too. */
const runHeader = "run_id";
const seqHeader = "seq";
/** Id of the dead letter that a message sends again. */
const replayHeader = "replay_of";

/** The message of a run's record. */
export function recordMessage(partition: number, runId: string, seq: number, value: string): Message {
  return { partition, value, headers: { [runHeader]: runId, [seqHeader]: String(seq) } };
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
  const headers: IHeaders = {};
  for (const [name, values] of Object.entries(letter.headers)) {
    if (letter.withoutIdentity === true && (name === runHeader || name === seqHeader)) continue;
    headers[name] = values.map((value) => Buffer.from(value, "base64"));
  }
  headers[replayHeader] = String(letter.id);
  return { partition, key: letter.key, value: letter.payload, headers };
}

const runIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const integerPattern = /^(0|[1-9]\d{0,15})$/;

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
