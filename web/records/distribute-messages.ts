import type { Message } from "kafkajs";
import { cutBatches } from "../../kafka/cut-batches.ts";
import { isRefusal } from "../../kafka/errors.ts";
import type { MessageProducer } from "../../kafka/produce.ts";
import { withDeadline } from "../http/deadline.ts";
import { Problem } from "../http/problem.ts";
import { unavailable } from "../http/unavailable.ts";

/** Below the broker's limit of 1 MB for what arrives in one call (`message.max.bytes`), headers and all. */
export const maxMessageBytes = 900_000;

const sendTimeoutMs = 10_000;

/** Sends one message an item to a topic, in calls of one partition each, the partitions taking turns. */
export type SpreadMessages = <Item>(
  topic: string,
  items: readonly Item[],
  toMessage: (partition: number, item: Item) => Message,
) => Promise<void>;

/** @throws Problem where Kafka does not take them in time; what it had taken by then stays there */
export function createSpreadMessages(producer: MessageProducer): SpreadMessages {
  let turn = Math.floor(Math.random() * 1_000_000);
  return async (topic, items, toMessage) => {
    let sent = 0;
    try {
      const { partitions } = await withDeadline(
        producer.describeTopic(topic),
        sendTimeoutMs,
        "Kafka's answer",
      );
      while (sent < items.length) {
        const partition = turn++ % partitions;
        const messages = takeMessages(items, sent, (item) => toMessage(partition, item));
        await withDeadline(
          producer.send(topic, partition, messages),
          sendTimeoutMs,
          "Kafka's acknowledgement",
        );
        sent += messages.length;
      }
    } catch (error) {
      if (isRefusal(error)) {
        throw new Problem("too-large", `Kafka refuses a message: ${error.message}`, { cause: error });
      }
      const detail = `Kafka does not take messages now; it acknowledged ${sent} of ${items.length}.`;
      throw unavailable("Kafka", error, detail);
    }
  };
}

/** As many messages as one call may carry. */
function takeMessages<Item>(
  items: readonly Item[],
  start: number,
  toMessage: (item: Item) => Message,
): readonly Message[] {
  function* rest(): Generator<Message> {
    for (let index = start; index < items.length; index++) yield toMessage(items[index] as Item);
  }
  const [messages = []] = cutBatches(rest());
  return messages;
}
