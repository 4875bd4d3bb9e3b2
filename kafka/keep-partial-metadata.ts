import { createRequire } from "node:module";

/** What a broker tells of topics. */
export interface Metadata {
  readonly topicMetadata: readonly { readonly topic: string; readonly topicErrorCode: number }[];
}

interface MetadataModule {
  protocol(options: { readonly version: number }): (question: { readonly topics: readonly string[] }) => {
    readonly response: { parse(answer: Metadata): Promise<Metadata> };
  };
}

let installed = false;

/**
 * Has every kafkajs client of this process take an answer about all topics for what it is where something is wrong with one of them: kafkajs
 * throws it away whole. So one partition without a leader, of whatever topic of the cluster, would have nobody look at any, nor a
 * client find its brokers. Where certain topics were asked for, what is wrong with them stays an error.
 */
export function installPartialMetadata(): void {
  if (installed) return;
  installed = true;
  const metadata: MetadataModule = createRequire(import.meta.url)(
    "kafkajs/src/protocol/requests/metadata/index.js",
  );
  const { protocol } = metadata;
  metadata.protocol = (options) => {
    const create = protocol(options);
    return (question) => {
      const pair = create(question);
      if (question.topics.length > 0) return pair;
      const parse = async (answer: Metadata): Promise<Metadata> => ({
        ...answer,
        topicMetadata: answer.topicMetadata.filter(({ topicErrorCode }) => topicErrorCode === 0),
      });
      return { ...pair, response: { ...pair.response, parse } };
    };
  };
}
