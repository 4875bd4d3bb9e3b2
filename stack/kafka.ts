import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Kafka, logLevel } from "kafkajs";
import { runToEnd } from "./run-to-end.ts";
import type { Service } from "./service.ts";
import { type KafkaPorts, projectRoot, serverEnvironment } from "./settings.ts";

export type KafkaProgram = {
  /** Path of a `java` of version 17 or newer. */
  readonly java: string;
  /** Folder of the broker's jars. */
  readonly jars: string;
  /** Java's own, beside those that every broker here has. */
  readonly options: readonly string[];
};

export function kafkaBrokers(port: number): string {
  return `127.0.0.1:${port}`;
}

/** The nodes of one cluster; each is a broker and a KRaft controller in one process. */
export type KafkaNodes = readonly [KafkaPorts, ...KafkaPorts[]];

/** The services `kafka`, of a cluster also `kafka-2` and so on, each with its data in the folder of its name. */
export function kafkaServices(
  program: KafkaProgram,
  folderOf: (name: string) => string,
  nodes: KafkaNodes,
): readonly [Service, ...Service[]] {
  // 16 bytes in base64; one that begins with "-" would be taken for an option.
  const cluster = { id: `S${randomBytes(16).toString("base64url").slice(1)}`, nodes };
  const node = (ports: KafkaPorts, nodeId: number): Service => {
    const name = nodeId === 1 ? "kafka" : `kafka-${nodeId}`;
    return kafkaService(program, name, folderOf(name), { ...cluster, nodeId, ports });
  };
  const [first, ...further] = nodes;
  return [node(first, 1), ...further.map((ports, i) => node(ports, i + 2))];
}

type Membership = {
  /** Given to the data when it is made; data that is there has its own already. */
  readonly id: string;
  readonly nodes: KafkaNodes;
  /** Counted from 1. */
  readonly nodeId: number;
  readonly ports: KafkaPorts;
};

function kafkaService(
  program: KafkaProgram,
  name: string,
  directory: string,
  membership: Membership,
): Service {
  const { nodes, ports } = membership;
  // Several share a machine that is meant for one.
  const heap = nodes.length > 1 ? "-Xmx256m" : "-Xmx512m";
  const propertiesFile = path.join(directory, "server.properties");
  const runJava = (mainClass: string, ...args: string[]) => [
    // The second compiler's work costs more seconds of a small machine than it saves in 900,000 records.
    ...["-Xms64m", heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"],
    ...program.options,
    `-Dlog4j2.configurationFile=${path.join(projectRoot, "stack", "kafka", "log4j2.properties")}`,
    ...["-cp", path.join(program.jars, "*"), mainClass, ...args],
  ];
  return {
    name,
    command: program.java,
    args: runJava("kafka.Kafka", propertiesFile),
    environment: serverEnvironment(),
    prepare: async () => {
      const data = path.join(directory, "data");
      await mkdir(data, { recursive: true });
      await writeFile(propertiesFile, serverProperties(data, membership));
      if (existsSync(path.join(data, "meta.properties"))) return;
      const format = ["format", "--ignore-formatted", "-t", membership.id, "-c", propertiesFile];
      await formatStorage(program.java, runJava("kafka.tools.StorageTool", ...format));
    },
    probe: () => describeCluster(kafkaBrokers(ports.broker), nodes.length),
    readyTimeoutMs: 90_000,
    stopSignal: "SIGTERM",
    stopTimeoutMs: 30_000,
  };
}

function serverProperties(dataDirectory: string, { nodes, nodeId, ports }: Membership): string {
  const voters = nodes.map(({ controller }, i) => `${i + 1}@127.0.0.1:${controller}`);
  const replicas = Math.min(3, nodes.length);
  const minInsync = Math.max(1, replicas - 1);
  const settings = {
    "process.roles": "broker,controller",
    "node.id": nodeId,
    "controller.quorum.voters": voters.join(","),
    listeners: listeners(ports, { PROXIED: ports.proxied?.listener, CONTROLLER: ports.controller }),
    "advertised.listeners": listeners(ports, { PROXIED: ports.proxied?.advertised }),
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "log.dirs": dataDirectory,

    // A topic that nobody made is a mistake in a name, not a wish.
    "auto.create.topics.enable": false,
    "message.max.bytes": 4 * 1024 * 1024,

    // Kafka's defaults are made for large clusters: three replicas, a wait for more members of a group, 50
    // partitions for offsets, 128 MB of memory for compaction.
    "offsets.topic.replication.factor": replicas,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": replicas,
    "transaction.state.log.min.isr": minInsync,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.replication.factor": replicas,
    "share.coordinator.state.topic.min.isr": minInsync,
    "group.initial.rebalance.delay.ms": 0,
    // A broker that was killed may come back only after its old session ends, by default in 9 s.
    "broker.session.timeout.ms": 5_000,
    "broker.heartbeat.interval.ms": 1_000,
    // All nodes end together, and the last would ask in vain a quorum that is gone for leave to go.
    "controlled.shutdown.enable": nodes.length === 1,
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

/** The broker answers and takes part in its own cluster, as do the others. */
async function describeCluster(broker: string, nodes: number): Promise<void> {
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
    if (brokers.length < nodes) throw new Error(`Kafka has ${brokers.length} of ${nodes} brokers yet.`);
  } finally {
    await admin.disconnect();
  }
}
