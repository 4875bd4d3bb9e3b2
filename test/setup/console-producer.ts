import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { findJava } from "../../stack/install/find-java.ts";
import { kafkaJarsDirectory } from "../../stack/install/kafka-jars.ts";

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

/** Kafka's own console producer has what kafkajs lacks. */
async function produceOnConsole(
  brokers: string,
  topic: string,
  options: readonly string[],
  lines: readonly string[],
): Promise<void> {
  const java = findJava();
  if (java === undefined) throw new Error("there is no Java, although Kafka runs");
  const child = spawn(
    java,
    [
      ...["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
      ...["-cp", path.join(kafkaJarsDirectory(), "*"), "org.apache.kafka.tools.ConsoleProducer"],
      ...["--bootstrap-server", brokers, "--topic", topic, ...options],
    ],
    { stdio: ["pipe", "ignore", "pipe"] },
  );
  const complaints = text(child.stderr);
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  const [code] = await once(child, "exit");
  // It ends with 0 where a message could not be sent.
  const said = await complaints;
  if (code !== 0 || said.includes("ERROR")) throw new Error(`the console producer failed:\n${said}`);
}
