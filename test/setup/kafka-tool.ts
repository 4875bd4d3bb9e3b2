import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { findJava } from "../../stack/install/find-java.ts";
import { kafkaJarsDirectory } from "../../stack/install/kafka-jars.ts";

/**
 * Runs one of Kafka's own command-line programs, which have what kafkajs lacks.
 * @returns what it has written
 */
export async function runKafkaTool(
  mainClass: string,
  options: readonly string[],
  input: string,
): Promise<string> {
  const java = findJava();
  if (java === undefined) throw new Error("there is no Java, although Kafka runs");
  const child = spawn(
    java,
    [
      ...["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
      ...["-cp", path.join(kafkaJarsDirectory(), "*"), mainClass, ...options],
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  const written = text(child.stdout);
  const complaints = text(child.stderr);
  child.stdin.end(input);
  const [code] = await once(child, "exit");
  // The producer ends with 0 where a message could not be sent.
  const said = await complaints;
  if (code !== 0 || said.includes("ERROR")) throw new Error(`${mainClass} failed:\n${said}`);
  return written;
}
