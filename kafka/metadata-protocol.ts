/**
 * The one request of Kafka's protocol that kafkajs cannot make: Metadata in a version that names a topic's id, which
 * changes when a topic is deleted and made again. Version 12 is understood by brokers from Kafka 3.1 on.
 * https://kafka.apache.org/protocol.html#The_Messages_Metadata
 */
const metadataApi = 3;
const metadataVersion = 12;
const clientId = "topic-state";
const noTags = Buffer.from([0]);

/** What a topic is at one moment. */
export interface TopicState {
  /** A UUID; another one once the topic has been deleted and made again. */
  readonly id: string;
  readonly partitions: number;
}

/** A topic as a broker describes it. */
export interface DescribedTopic extends TopicState {
  readonly name: string;
  /** Other than 0: the rest says nothing. */
  readonly errorCode: number;
}

/** There is no such topic. */
export const unknownTopic = 3;

/** A request for the metadata of topics, its length in front. */
export function encodeMetadataRequest(correlationId: number, topics: readonly string[]): Buffer {
  const body = Buffer.concat([
    int16(metadataApi),
    int16(metadataVersion),
    int32(correlationId),
    int16(clientId.length),
    Buffer.from(clientId),
    noTags,
    compactLength(topics.length),
    ...topics.flatMap((topic) => [
      Buffer.alloc(16),
      compactLength(Buffer.byteLength(topic)),
      Buffer.from(topic),
      noTags,
    ]),
    // Neither make the topic where it is missing, nor say what may be done with it.
    Buffer.from([0, 0]),
    noTags,
  ]);
  return Buffer.concat([int32(body.length), body]);
}

/** Reads an answer without its length. @throws where it is no answer to the request */
export function decodeMetadataResponse(correlationId: number, response: Buffer): DescribedTopic[] {
  const cursor = createCursor(response);
  const answered = cursor.int32();
  if (answered !== correlationId) throw new Error(`Kafka answers request ${answered}, not ${correlationId}`);
  cursor.tags();
  cursor.skip(4); // throttle time
  cursor.array(() => {
    cursor.skip(4); // broker id
    cursor.text();
    cursor.skip(4); // port
    cursor.text(); // rack
    cursor.tags();
  });
  cursor.text(); // cluster id
  cursor.skip(4); // controller id
  return cursor.array(() => readTopic(cursor));
}

function readTopic(cursor: Cursor): DescribedTopic {
  const errorCode = cursor.int16();
  const name = cursor.text();
  const id = cursor.uuid();
  cursor.skip(1); // whether it is Kafka's own
  const partitions = cursor.array(() => {
    cursor.skip(2 + 4 + 4 + 4); // error, index, leader and its epoch
    for (let list = 0; list < 3; list++) cursor.array(() => cursor.skip(4)); // replicas, in sync, offline
    cursor.tags();
  });
  cursor.skip(4); // authorised operations
  cursor.tags();
  return { name, errorCode, id, partitions: partitions.length };
}

type Cursor = ReturnType<typeof createCursor>;

/** Reads the protocol's primitive types one after the other; RangeError behind the end. */
function createCursor(bytes: Buffer) {
  let at = 0;
  const take = (length: number): number => {
    const start = at;
    at += length;
    if (at > bytes.length) throw new RangeError("Kafka's answer breaks off");
    return start;
  };
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes.readUInt8(take(1));
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("Kafka's answer has a number without an end");
  };
  return {
    skip: (length: number): void => void take(length),
    int16: (): number => bytes.readInt16BE(take(2)),
    int32: (): number => bytes.readInt32BE(take(4)),
    /** Compact lengths are one more than the length; 0 is null. */
    text: (): string => {
      const length = Math.max(0, varint() - 1);
      const start = take(length);
      return bytes.toString("utf8", start, start + length);
    },
    uuid: (): string => {
      const start = take(16);
      const hex = bytes.toString("hex", start, start + 16);
      return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    },
    array: <T>(item: () => T): T[] => {
      const items: T[] = [];
      for (let left = varint() - 1; left > 0; left--) items.push(item());
      return items;
    },
    tags: (): void => {
      for (let left = varint(); left > 0; left--) {
        varint();
        take(varint());
      }
    },
  };
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** An unsigned varint of one more than the length. */
function compactLength(length: number): Buffer {
  const bytes: number[] = [];
  let left = length + 1;
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return Buffer.from([...bytes, left]);
}
