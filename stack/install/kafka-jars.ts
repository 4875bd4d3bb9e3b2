import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { ExplainedError } from "../explained-error.ts";
import { runToEnd } from "../run-to-end.ts";
import { say } from "../say.ts";
import { cacheDirectory, projectRoot } from "../settings.ts";

const pom = path.join(projectRoot, "stack", "kafka", "pom.xml");

/** The folder of the broker's jars, which holds exactly what pom.xml asks for. */
export function kafkaJarsDirectory(): string {
  const contents = readFileSync(pom, "utf8");
  const version = /<kafka\.version>(.*?)</.exec(contents)?.[1] ?? "unknown";
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 8);
  return path.join(cacheDirectory(), `kafka-${version}-${hash}`);
}

export function hasKafkaJars(): boolean {
  return existsSync(kafkaJarsDirectory());
}

/** Downloads the jars with Maven, beside their place; whoever comes second in a race finds them there. */
export async function downloadKafkaJars(maven: string): Promise<void> {
  const directory = kafkaJarsDirectory();
  const partial = `${directory}.${process.pid}`;
  say("Downloading Kafka's jars (about 60 MB) …");
  const startedAt = Date.now();
  await mkdir(partial, { recursive: true });
  try {
    const { code, output } = await runToEnd(maven, [
      ...["--batch-mode", "--no-transfer-progress", "--file", pom],
      ...["dependency:copy-dependencies", `-DoutputDirectory=${partial}`],
    ]);
    if (code !== 0) {
      const errors = output.split("\n").filter((line) => line.startsWith("[ERROR]"));
      throw new ExplainedError(`Maven could not download Kafka:\n${errors.slice(0, 10).join("\n")}`);
    }
    const count = readdirSync(partial).length;
    await rename(partial, directory).catch((error: unknown) => {
      if (!hasKafkaJars()) throw error;
    });
    say(`Kafka is here: ${count} jars in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
