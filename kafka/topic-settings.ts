import type { Finding } from "../service/unsafe-settings.ts";

/** What decides whether a topic keeps what it is given. */
export interface TopicFacts {
  readonly topic: string;
  /** Each setting's value as it holds for the topic, its own or the broker's default. */
  readonly settings: ReadonlyMap<string, string>;
  /** Of the partition that has the fewest. */
  readonly replicas: number;
}

/** What this system asks of a topic. */
export interface TopicNeeds {
  /** Records that may be in the topic and not yet be read. */
  readonly pendingRecords: number;
}

export const judgedSettings: readonly string[] = [
  "cleanup.policy",
  "max.message.bytes",
  "min.insync.replicas",
  "retention.bytes",
  "retention.ms",
  "unclean.leader.election.enable",
];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A record with its headers in the log, and some room. */
const bytesOfRecord = 1_024;

/** A message of `POST /produce` may have 900,000 bytes; the rest is its headers and the batch around it. */
const leastMaxMessageBytes = 1_000_000;

/** What of a topic's settings would lose or stop records. */
export function findTopicFaults(facts: TopicFacts, needs: TopicNeeds): readonly Finding[] {
  const { topic, settings, replicas } = facts;
  const findings: Finding[] = [];
  const report = (
    kind: Finding["kind"],
    name: string,
    consequence: string,
    better: string | number,
  ): void => {
    findings.push({
      kind,
      message: `The topic ${topic} has ${name}=${settings.get(name)}, ${consequence}. ${
        kind === "loss" ? "It must be" : "Better"
      }: ${setCommand(topic, name, better)}`,
    });
  };
  const number = (name: string): number => Number(settings.get(name) ?? Number.NaN);

  if (settings.get("cleanup.policy")?.split(",").includes("compact")) {
    report(
      "loss",
      "cleanup.policy",
      "so Kafka removes messages of which there is a newer one with their key",
      "delete",
    );
  }
  const retentionMs = number("retention.ms");
  if (retentionMs >= 0 && retentionMs < dayMs) {
    const consequence = "so Kafka removes messages that consumers have not read within that time";
    report(retentionMs < hourMs ? "loss" : "risk", "retention.ms", consequence, 7 * dayMs);
  }
  const neededBytes = needs.pendingRecords * bytesOfRecord;
  const retentionBytes = number("retention.bytes");
  if (retentionBytes >= 0 && retentionBytes < neededBytes) {
    const consequence = `so Kafka removes unread messages: one partition may have to hold ${neededBytes} bytes (MAX_PENDING_RECORDS of ${bytesOfRecord})`;
    report("loss", "retention.bytes", consequence, -1);
  }
  if (number("max.message.bytes") < leastMaxMessageBytes) {
    report(
      "risk",
      "max.message.bytes",
      "so Kafka refuses larger messages, and the chunks and requests with them",
      1_048_588,
    );
  }
  const minInsync = number("min.insync.replicas");
  if (minInsync > replicas) {
    const consequence = `but ${replicas} replica${replicas === 1 ? "" : "s"}, so Kafka takes no message`;
    report("loss", "min.insync.replicas", consequence, Math.max(1, replicas - 1));
  } else if (replicas > 2 && minInsync < 2) {
    report(
      "risk",
      "min.insync.replicas",
      "so a message that was acknowledged can be on one broker's disk alone",
      replicas - 1,
    );
  }
  if (settings.get("unclean.leader.election.enable") === "true") {
    // With one replica there is no other that could be elected.
    const consequence = "so a broker that missed messages can become the leader, and they are gone";
    report(replicas > 1 ? "loss" : "risk", "unclean.leader.election.enable", consequence, "false");
  }
  return findings;
}

const setCommand = (topic: string, name: string, value: string | number): string =>
  `kafka-configs.sh --bootstrap-server HOST:PORT --alter --entity-type topics --entity-name ${topic} --add-config ${name}=${value}`;

/** Where Kafka does not let this client read the settings. */
export const unreadableTopic = (topic: string): Finding => ({
  kind: "risk",
  message: `Kafka does not tell the settings of the topic ${topic} (DescribeConfigs). Make sure that its cleanup.policy is delete and that its retention is longer than consumers may be away.`,
});
