import type { Kafka } from "kafkajs";
import { type ConsumerOptions, startConsumer } from "../../kafka/consume.ts";

/** Consumes as the pipeline does: whoever has lost its membership, as by a coordinator that is only just loading the group, joins anew. */
export async function keepConsuming(
  kafka: Kafka,
  options: Omit<ConsumerOptions, "onLost">,
): Promise<() => Promise<void>> {
  let isEnding = false;
  let joining = join();
  function join(): Promise<() => Promise<void>> {
    return startConsumer(kafka, {
      ...options,
      onLost() {
        joining = joining.then(async (leave) => {
          await leave();
          return isEnding ? leave : join();
        });
      },
    });
  }
  await joining;
  return async () => {
    isEnding = true;
    await (await joining)();
  };
}
