import { runKafkaTool } from "./kafka-tool.ts";

/** What Kafka's own consumer reads from the beginning, a line a message: headers, key and value behind tabs. */
export async function readOnConsole(brokers: string, topic: string, count: number): Promise<string[]> {
  const properties = ["print.headers=true", "print.key=true"].flatMap((property) => [
    "--formatter-property",
    property,
  ]);
  const written = await runKafkaTool(
    "org.apache.kafka.tools.consumer.ConsoleConsumer",
    [
      ...["--bootstrap-server", brokers, "--topic", topic, "--from-beginning"],
      ...["--max-messages", String(count), "--timeout-ms", "30000", ...properties],
    ],
    "",
  );
  return written.trimEnd().split("\n");
}
