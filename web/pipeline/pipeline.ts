import type { Kafka } from "kafkajs";
import { readMessages, type SeenMessages } from "../../kafka/read-messages.ts";
import { withDeadline } from "../http/deadline.ts";
import { Problem } from "../http/problem.ts";
import { unavailable } from "../http/unavailable.ts";
import { createPipelineLook, type Looked } from "./look-at-pipeline.ts";
import type { PipelineState } from "./pipeline-state.ts";

const lookTimeoutMs = 2_000;
const readTimeoutMs = 5_000;

/** What the pages of the pipeline look at. */
export interface Pipeline {
  look(): Promise<PipelineState>;
  /**
   * Reads messages of a partition of a type's topic without taking part.
   * @param wanted `topic`: the built-in type's by default; `from`: offset of the first, below 0 counted from the end
   * @throws Problem where no type has the topic, there is no such partition, or Kafka does not answer in time
   */
  readMessages(wanted: {
    readonly topic: string | null;
    readonly partition: number;
    readonly from: number;
    readonly limit: number;
  }): Promise<SeenMessages & { readonly topic: string; readonly partitions: readonly number[] }>;
}

export function createPipeline(kafka: Kafka, looked: Looked): Pipeline {
  return {
    look: createPipelineLook(looked, { timeoutMs: lookTimeoutMs, cacheMs: 1_000 }),
    async readMessages({ topic: asked, partition, ...wanted }) {
      const types = await looked.listTopics();
      const topic = asked ?? types[0].topic;
      if (!types.some((type) => type.topic === topic))
        throw new Problem(
          "not-found",
          `No type of records has the topic ${topic}; /types names those that there are.`,
        );
      const read = async () => {
        const partitions = (await looked.kafka.describeTopics([topic])).get(topic) ?? [];
        const bounds = partitions.find((one) => one.partition === partition);
        if (bounds === undefined) return null;
        const { first, end } = bounds;
        const seen = await readMessages(kafka, { topic, partition }, { first, end }, wanted);
        return { ...seen, topic, partitions: partitions.map((one) => one.partition) };
      };
      const seen = await withDeadline(read(), readTimeoutMs, "Kafka's answer").catch((error: unknown) => {
        throw unavailable("Kafka", error, "Kafka does not answer, so its messages cannot be shown now.");
      });
      if (seen === null) throw new Problem("not-found", `The topic ${topic} has no partition ${partition}.`);
      return seen;
    },
  };
}
