import { createRequire } from "node:module";
import type { Message } from "kafkajs";

/** Room in front of a batch for the rest of its request: more than the longest names of topic and client take. */
export const headroom = 512;

/** A whole record batch, which kafkajs carries to its partition as if it were one message. */
export class CarriedBatch implements Message {
  readonly partition: number;
  /** The batch as Kafka stores it, behind `headroom` bytes. */
  readonly value: Buffer;
  #attempts = 0;

  /** @param value becomes a request where it is, and must stay as it is until Kafka has acknowledged the batch */
  constructor(partition: number, value: Buffer) {
    this.partition = partition;
    this.value = value;
  }

  /** Whether no socket holds the bytes once the batch is acknowledged: one that was sent before may. */
  get wasSentOnce(): boolean {
    return this.#attempts === 1;
  }

  /** The bytes to make a request of: further attempts get their own. */
  open(): Buffer {
    this.#attempts += 1;
    return this.#attempts === 1 ? this.value : Buffer.from(this.value);
  }
}

/** A request that grows towards its front: kafkajs would copy what is in it for each part that it sets before. */
class CarriedRequest {
  readonly buf: Buffer;
  #start = headroom;

  constructor(bytes: Buffer) {
    this.buf = bytes;
  }

  get buffer(): Buffer {
    return this.buf.subarray(this.#start);
  }

  prepend(bytes: Buffer): void {
    if (bytes.length > this.#start) throw new RangeError(`a request's head has more than ${headroom} bytes`);
    this.#start -= bytes.length;
    bytes.copy(this.buf, this.#start);
  }
}

interface ProduceOptions {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly messages: readonly Message[] }[];
  }[];
}

/** What kafkajs takes from its own encoder. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

interface Encoder extends Encoded {
  buf: Buffer;
  offset: number;
  writeEncoder(value: Encoded): Encoder;
}

interface ProduceRequest {
  encode(): Promise<Encoded>;
}

const require = createRequire(import.meta.url);
let installed = false;

/**
 * Lets every kafkajs client of this process send record batches that are encoded already: kafkajs groups a call's messages
 * in quadratic time and encodes each with several buffers of its own, and has no option for either. Requests with plain
 * messages stay kafkajs's.
 */
export function installBatchCarrier(): void {
  if (installed) return;
  installed = true;
  // Newer versions of the request are made by this one; kafkajs loads them when it first needs them.
  const file = require.resolve("kafkajs/src/protocol/requests/produce/v3/request.js");
  const createRequest = require(file) as (options: ProduceOptions) => ProduceRequest;
  const module = require.cache[file];
  if (module === undefined) throw new Error(`${file} was loaded, and is not in the cache of modules`);
  module.exports = (options: ProduceOptions): ProduceRequest => {
    const request = createRequest(options);
    const encoded = encodeRequest(options);
    return encoded === null ? request : { ...request, encode: async () => encoded };
  };
  installFrontWriter(require("kafkajs/src/protocol/encoder.js") as { readonly prototype: Encoder });
}

/** kafkajs sets a request's header, and then its size, before it, each in an encoder of its own. */
function installFrontWriter({ prototype }: { readonly prototype: Encoder }): void {
  const { writeEncoder } = prototype;
  const carriers = new WeakMap<Encoded, CarriedRequest>();
  prototype.writeEncoder = function (value) {
    const request = value instanceof CarriedRequest ? value : carriers.get(value);
    if (request === undefined) return writeEncoder.call(this, value);
    request.prepend(this.buffer);
    this.buf = request.buffer;
    this.offset = this.buf.length;
    carriers.set(this, request);
    return this;
  };
}

/**
 * Produce request of versions 3 to 7. https://kafka.apache.org/43/design/protocol/#The_Messages_Produce
 * @returns null where it is not one record batch for one partition
 */
function encodeRequest({
  acks,
  timeout,
  transactionalId = null,
  topicData,
}: ProduceOptions): CarriedRequest | null {
  const [data] = topicData;
  const [target] = data?.partitions ?? [];
  const [batch] = target?.messages ?? [];
  if (!(batch instanceof CarriedBatch) || data === undefined || transactionalId !== null) return null;
  if (topicData.length !== 1 || data.partitions.length !== 1 || target?.messages.length !== 1) return null;

  const topicSize = Buffer.byteLength(data.topic);
  const head = Buffer.allocUnsafe(26 + topicSize);
  head.writeInt16BE(-1, 0);
  head.writeInt16BE(acks, 2);
  head.writeInt32BE(timeout, 4);
  head.writeInt32BE(1, 8);
  head.writeInt16BE(topicSize, 12);
  head.write(data.topic, 14);
  head.writeInt32BE(1, 14 + topicSize);
  head.writeInt32BE(batch.partition, 18 + topicSize);
  head.writeInt32BE(batch.value.length - headroom, 22 + topicSize);
  const request = new CarriedRequest(batch.open());
  request.prepend(head);
  return request;
}
