import { setTimeout as pause } from "node:timers/promises";
import type { RecordTypes } from "../../records/record-types.ts";

/** Kafka takes no two topics that differ in nothing but these. */
export const topicKey = (topic: string): string => topic.replaceAll(".", "_");

/** The built-in type was given the topic of a registered one: messages of either would be taken for the other's. */
export class TopicTaken extends Error {
  override readonly name = "TopicTaken";

  constructor(topic: string, type: string) {
    super(
      `KAFKA_TOPIC=${topic} is the topic of the registered type ${type}, whose messages would be taken for the built-in type's. ` +
        "Set KAFKA_TOPIC to a topic that no type has, for the web service, workers and consumers alike " +
        "(synthetic_users where it is not set). A registered type keeps its topic, also when it is deleted.",
    );
  }
}

/** @throws TopicTaken where a registered type has the built-in one's topic */
export function refuseTakenTopic(
  builtInTopic: string,
  registered: readonly { readonly name: string; readonly topic: string }[],
): void {
  const taken = registered.find(({ topic }) => topicKey(topic) === topicKey(builtInTopic));
  if (taken !== undefined) throw new TopicTaken(builtInTopic, taken.name);
}

const retryMs = 1_000;

/**
 * Looks whether the built-in type's topic is its own once the registry can be read: services start in any order.
 * @throws TopicTaken where it is not
 */
export async function checkBuiltInTopic(types: RecordTypes, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await types.list();
      return;
    } catch (error) {
      if (error instanceof TopicTaken) throw error;
      await pause(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
