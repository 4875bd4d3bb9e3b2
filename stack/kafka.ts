import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Kafka, logLevel } from "kafkajs";
import { runToEnd } from "./run-to-end.ts";
import type { Service } from "./service.ts";
import { projectRoot, serverEnvironment } from "./settings.ts";

export type KafkaProgram = {
  /** Path of a `java` of version 17 or newer. */
  readonly java: string;
  /** Folder of the broker's jars. */
  readonly jars: string;
};

export type KafkaPorts = {
  readonly broker: number;
  readonly controller: number;
  /** A second listener; who comes by it is told to come back to another port, where a proxy stands before it. */
  readonly proxied?: { readonly listener: number; readonly advertised: number };
};

export function kafkaBrokers(port: number): string {
  return `127.0.0.1:${port}`;
}

/** One Kafka node, broker and KRaft controller in one process, with its data in `directory`. */
export function kafkaService(program: KafkaProgram, directory: string, ports: KafkaPorts): Service {
  const propertiesFile = path.join(directory, "server.properties");
  const runJava = (mainClass: string, ...args: string[]) => [
    // The second compiler's work costs more seconds of a small machine than it saves in 900,000 records.
    ...["-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"],
    `-Dlog4j2.configurationFile=${path.join(projectRoot, "stack", "kafka", "log4j2.properties")}`,
    ...["-cp", path.join(program.jars, "*"), mainClass, ...args],
  ];
  return {
    name: "kafka",
    command: program.java,
    args: runJava("kafka.Kafka", propertiesFile),
    environment: serverEnvironment(),
    prepare: async () => {
      const data = path.join(directory, "data");
      await mkdir(data, { recursive: true });
      await writeFile(propertiesFile, serverProperties(data, ports));
      if (existsSync(path.join(data, "meta.properties"))) return;
      // 16 bytes in base64; one that begins with "-" would be taken for an option.
      const clusterId = `S${randomBytes(16).toString("base64url").slice(1)}`;
      const format = ["format", "--ignore-formatted", "-t", clusterId, "-c", propertiesFile];
      await formatStorage(program.java, runJava("kafka.tools.StorageTool", ...format));
    },
    probe: () => describeCluster(kafkaBrokers(ports.broker)),
    readyTimeoutMs: 90_000,
    stopSignal: "SIGTERM",
    stopTimeoutMs: 30_000,
  };
}

function serverProperties(dataDirectory: string, ports: KafkaPorts): string {
  const settings = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@127.0.0.1:${ports.controller}`,
    listeners: listeners(ports, { PROXIED: ports.proxied?.listener, CONTROLLER: ports.controller }),
    "advertised.listeners": listeners(ports, { PROXIED: ports.proxied?.advertised }),
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "log.dirs": dataDirectory,

    // A topic that nobody made is a mistake in a name, not a wish.
    "auto.create.topics.enable": false,
    "message.max.bytes": 4 * 1024 * 1024,

    // Kafka's defaults are made for clusters: three replicas, a wait for more members of a group, 50
    // partitions for offsets, 128 MB of memory for compaction.
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    // A broker that was killed may come back only after its old session ends, by default in 9 s.
    "broker.session.timeout.ms": 5_000,
    "broker.heartbeat.interval.ms": 1_000,
    "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
    "num.network.threads": 2,
    "num.io.threads": 4,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

function listeners({ broker }: KafkaPorts, further: Readonly<Record<string, number | undefined>>): string {
  return Object.entries({ PLAINTEXT: broker, ...further })
    .flatMap(([name, port]) => (port === undefined ? [] : [`${name}://127.0.0.1:${port}`]))
    .join(",");
}

async function formatStorage(java: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runToEnd(java, args, { environment: serverEnvironment() });
  if (code !== 0) throw new Error(`Kafka's storage could not be formatted:\n${output.trim()}`);
}

/** The broker answers and takes part in its own cluster. */
async function describeCluster(broker: string): Promise<void> {
  const admin = new Kafka({
    clientId: "readiness",
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error("Kafka has no broker yet.");
  } finally {
    await admin.disconnect();
  }
}
