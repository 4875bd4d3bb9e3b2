import { runKafkaTool } from "./kafka-tool.ts";

export const codecs = ["gzip", "snappy", "lz4", "zstd"] as const;

/** Sends one message a line, compressed. */
export function sendCompressed(
  brokers: string,
  topic: string,
  codec: (typeof codecs)[number],
  lines: readonly string[],
): Promise<void> {
  return produceOnConsole(brokers, topic, ["--compression-codec", codec], lines);
}

/** Sends a message with headers that have no value, which kafkajs cannot. */
export function sendNullHeaders(
  brokers: string,
  topic: string,
  names: readonly string[],
  value: string,
): Promise<void> {
  const properties = ["parse.headers=true", "null.marker=NULL"].flatMap((property) => [
    "--property",
    property,
  ]);
  const headers = names.map((name) => `${name}:NULL`).join(",");
  return produceOnConsole(brokers, topic, properties, [`${headers}\t${value}`]);
}

async function produceOnConsole(
  brokers: string,
  topic: string,
  options: readonly string[],
  lines: readonly string[],
): Promise<void> {
  await runKafkaTool(
    "org.apache.kafka.tools.ConsoleProducer",
    ["--bootstrap-server", brokers, "--topic", topic, ...options],
    lines.map((line) => `${line}\n`).join(""),
  );
}
