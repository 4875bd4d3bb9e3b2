import { createRequire } from "node:module";
import { prepareCodecs } from "./codecs/codec.ts";
import { newDecodeBudget } from "./decode-limits.ts";
import { decodeRecords } from "./decode-records.ts";
import { type FetchedPartition, hideAbortedMessages } from "./hide-aborted-messages.ts";

/** An answer to a Fetch request, of which kafkajs has decoded all but the records. */
interface Answer {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly (Omit<FetchedPartition, "messages"> & {
      readonly partition: number;
      readonly highWatermark: string;
      messages: Buffer | FetchedPartition["messages"];
    })[];
  }[];
}

/** What kafkajs asked for. */
interface Question {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

interface FetchModule {
  protocol(options: { readonly version: number }): (question: Question) => {
    readonly response: { decode(raw: Buffer): Promise<Answer> };
  };
}

interface Decoder {
  readBytes(): Buffer | null;
}

/** Of Fetch requests: those before had no record batches, and are spoken by brokers before Kafka 0.11 alone. */
const firstVersion = 4;
const require = createRequire(import.meta.url);
let installed = false;

/**
 * Has every kafkajs client of this process decode messages by `decodeRecords`; to be called before kafkajs has fetched anything.
 * Its own decoder knows one codec, reads everything into objects, looks at no checksum, bounds nothing, and throws at what it
 * cannot read: then the consumer ends, or asks for the same for ever.
 */
export function installRecordDecoder(): void {
  if (installed) return;
  installed = true;
  replaceModule(
    "kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js",
    (decoder: Decoder) => decoder.readBytes() ?? Buffer.alloc(0),
  );
  const fetch = require("kafkajs/src/protocol/requests/fetch/index.js") as FetchModule;
  const { protocol } = fetch;
  fetch.protocol = (options) => {
    const create = protocol(options);
    if (options.version < firstVersion) return create;
    return (question) => {
      const pair = create(question);
      const decode = async (raw: Buffer): Promise<Answer> => {
        await prepareCodecs();
        return withMessages(await pair.response.decode(raw), question);
      };
      return { ...pair, response: { ...pair.response, decode } };
    };
  };
}

function replaceModule(name: string, exports: unknown): void {
  const file = require.resolve(name);
  require(file);
  const module = require.cache[file];
  if (module === undefined) throw new Error(`${file} was loaded, and is not in the cache of modules`);
  module.exports = exports;
}

function withMessages(answer: Answer, { topics }: Question): Answer {
  const offsets = new Map(
    topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, fetchOffset }) => [`${topic}/${partition}`, Number(fetchOffset)] as const),
    ),
  );
  const budget = newDecodeBudget();
  for (const { topicName, partitions } of answer.responses) {
    for (const partition of partitions) {
      const from = offsets.get(`${topicName}/${partition.partition}`) ?? 0;
      const range = { from, highWatermark: Number(partition.highWatermark) };
      const messages = decodeRecords(partition.messages as Buffer, range, budget);
      partition.messages = messages;
      hideAbortedMessages(partition as FetchedPartition);
    }
  }
  return answer;
}
