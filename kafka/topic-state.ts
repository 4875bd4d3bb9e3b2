import { once } from "node:events";
import { connect, type Socket } from "node:net";
import {
  type DescribedTopic,
  decodeMetadataResponse,
  encodeMetadataRequest,
  type TopicState,
  unknownTopic,
} from "./metadata-protocol.ts";

export type { TopicState };

/** Asks a broker what topics are now. */
export interface TopicStateReader {
  /** Null where there is none. */
  read(topic: string): Promise<TopicState | null>;
  /** Topic -> its id, by one request however many there are; of those alone that the broker describes. */
  readIds(topics: readonly string[]): Promise<ReadonlyMap<string, string>>;
  close(): void;
}

const timeoutMs = 5_000;
const maxResponseBytes = 16 * 1024 * 1024;

/**
 * Reads topics' ids and numbers of partitions over a connection of its own, which is kept; kafkajs shows no id.
 * A broker that fails is given up for the next one at the next read. Reads take turns.
 */
export function createTopicStateReader(brokers: readonly string[]): TopicStateReader {
  let socket: Socket | null = null;
  let broker = 0;
  let correlationId = 0;
  let closed = false;
  let turn: Promise<unknown> = Promise.resolve();

  async function ask<T>(
    topics: readonly string[],
    take: (described: readonly DescribedTopic[]) => T,
  ): Promise<T> {
    if (closed) throw new Error("the reader of the topic's state is closed");
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      if (socket === null || socket.destroyed) socket = await openSocket(brokers[broker] ?? "", signal);
      correlationId = (correlationId + 1) % 0x7fffffff;
      socket.write(encodeMetadataRequest(correlationId, topics));
      return take(decodeMetadataResponse(correlationId, await readFrame(socket, signal)));
    } catch (error) {
      socket?.destroy();
      socket = null;
      broker = (broker + 1) % brokers.length;
      throw new Error(`the state of ${topics.join(", ")} could not be read`, { cause: error });
    }
  }

  function askInTurn<T>(
    topics: readonly string[],
    take: (described: readonly DescribedTopic[]) => T,
  ): Promise<T> {
    const answer = turn.then(() => ask(topics, take));
    turn = answer.catch(() => undefined);
    return answer;
  }

  return {
    read: (topic) => askInTurn([topic], stateOfOne),
    readIds: (topics) =>
      askInTurn(topics, (described) => {
        const found = described.filter(({ errorCode }) => errorCode === 0);
        return new Map(found.map(({ name, id }) => [name, id]));
      }),
    close() {
      closed = true;
      socket?.destroy();
    },
  };
}

/** @throws where the broker refuses */
function stateOfOne([topic]: readonly DescribedTopic[]): TopicState | null {
  if (topic === undefined || topic.errorCode === unknownTopic) return null;
  if (topic.errorCode !== 0) throw new Error(`Kafka does not describe the topic: error ${topic.errorCode}`);
  return { id: topic.id, partitions: topic.partitions };
}

async function openSocket(address: string, signal: AbortSignal): Promise<Socket> {
  const at = address.lastIndexOf(":");
  const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), noDelay: true });
  // Between two reads nobody listens, and a broker that goes away is no mistake; `destroyed` tells.
  socket.on("error", () => undefined);
  try {
    await once(socket, "connect", { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  // A connection on which nothing is asked must not keep the process.
  socket.unref();
  return socket;
}

/** One answer, without its length; rejects where the connection ends or the signal comes first. */
function readFrame(socket: Socket, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const settle = (finish: () => void): void => {
      socket.off("data", onData).off("close", onClose).unref();
      signal.removeEventListener("abort", onAbort);
      finish();
    };
    const onData = (piece: Buffer): void => {
      received = Buffer.concat([received, piece]);
      if (received.length < 4) return;
      const end = 4 + received.readInt32BE(0);
      if (end > maxResponseBytes) settle(() => reject(new Error(`Kafka's answer is ${end} bytes long`)));
      else if (received.length >= end) settle(() => resolve(received.subarray(4, end)));
    };
    const onClose = (): void => settle(() => reject(new Error("Kafka ended the connection")));
    const onAbort = (): void => settle(() => reject(signal.reason));
    socket.on("data", onData).on("close", onClose).ref();
    signal.addEventListener("abort", onAbort);
  });
}
