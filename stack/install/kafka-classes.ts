import { createHash } from "node:crypto";
import { existsSync, realpathSync, statSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { findFreePorts } from "../free-ports.ts";
import { kafkaServices } from "../kafka.ts";
import { end, launch } from "../launch.ts";
import { say } from "../say.ts";
import { waitUntil } from "../wait-until.ts";
import { kafkaJarsDirectory } from "./kafka-jars.ts";

/**
 * Where Kafka's classes are kept as this Java, and no other, has them in memory (class data sharing): a broker that begins
 * with them takes a second of processor time less, of nearly three.
 */
export function kafkaClassArchive(java: string): string {
  const program = realpathSync(java);
  const { size, mtimeMs } = statSync(program);
  const hash = createHash("sha256").update(`${program} ${size} ${mtimeMs}`).digest("hex").slice(0, 8);
  return `${kafkaJarsDirectory()}-classes-${hash}.jsa`;
}

/** Has a broker that is started for nothing else write the archive, unless it is there. */
export async function archiveKafkaClasses(java: string): Promise<void> {
  const archive = kafkaClassArchive(java);
  if (existsSync(archive)) return;
  say("Preparing Kafka for quick starts …");
  const directory = await mkdtemp(path.join(tmpdir(), "kafka-classes-"));
  const written = `${archive}.${process.pid}`;
  try {
    const [broker = 0, controller = 0] = await findFreePorts(2);
    const program = { java, jars: kafkaJarsDirectory(), options: [`-XX:ArchiveClassesAtExit=${written}`] };
    const [kafka] = kafkaServices(program, (name) => path.join(directory, name), [{ broker, controller }]);
    await kafka.prepare();
    const launched = await launch(kafka, path.join(directory, "log"), { diesWithParent: true });
    try {
      await waitUntil("Kafka to answer", kafka.probe, { timeoutMs: kafka.readyTimeoutMs });
    } finally {
      await end(launched, { signal: kafka.stopSignal, timeoutMs: kafka.stopTimeoutMs });
    }
    await rename(written, archive);
  } finally {
    await Promise.all([directory, written].map((each) => rm(each, { recursive: true, force: true })));
  }
}
