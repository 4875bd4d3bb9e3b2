import { expect } from "chai";
import { createKafkaInspector, type KafkaInspector } from "../../kafka/inspect.ts";
import { ensureTopic } from "../../kafka/topic.ts";
import { findTopicFaults, type TopicFacts } from "../../kafka/topic-settings.ts";
import { createTopic, kafkaAdmin, testKafka } from "../setup/kafka.ts";
import { unique } from "../setup/unique.ts";

const needs = { pendingRecords: 100_000 };

describe("a topic's settings", () => {
  const admin = kafkaAdmin();
  let inspector: KafkaInspector;
  before(() => {
    inspector = createKafkaInspector(testKafka());
  });
  after(() => inspector.close());

  async function findFaults(settings: Readonly<Record<string, string>>): Promise<string[] | null> {
    const topic = unique("topic");
    await createTopic(admin(), topic, 2, settings);
    const findings = await inspector.findTopicFaults(topic, needs);
    return findings?.map(({ kind, message }) => `${kind}: ${message.replaceAll(topic, "T")}`) ?? null;
  }

  it("are all right in a topic that is made here", async () => {
    const topic = unique("topic");
    await ensureTopic(testKafka(), { topic, partitions: 2, replicationFactor: 1, minInsyncReplicas: 1 });
    expect(await inspector.findTopicFaults(topic, needs)).to.deep.equal([]);
  });

  it("are unknown where there is no such topic", async () => {
    expect(await inspector.findTopicFaults(unique("topic"), needs)).to.equal(null);
  });

  it("are all right with longer times and larger sizes", async () => {
    const settings = {
      "retention.ms": "86400000",
      "retention.bytes": "1000000000",
      "max.message.bytes": "1048588",
      "compression.type": "zstd",
    };
    expect(await findFaults(settings)).to.deep.equal([]);
    expect(await findFaults({ "retention.ms": "-1", "retention.bytes": "-1" })).to.deep.equal([]);
  });

  const faults: readonly (readonly [
    settings: Readonly<Record<string, string>>,
    kind: string,
    better: string,
  ])[] = [
    [{ "cleanup.policy": "compact" }, "loss", "cleanup.policy=delete"],
    [{ "cleanup.policy": "compact,delete" }, "loss", "cleanup.policy=delete"],
    [{ "retention.ms": "60000" }, "loss", "retention.ms=604800000"],
    [{ "retention.ms": "7200000" }, "risk", "retention.ms=604800000"],
    [{ "retention.bytes": "1000000" }, "loss", "retention.bytes=-1"],
    [{ "max.message.bytes": "100000" }, "risk", "max.message.bytes=1048588"],
    [{ "min.insync.replicas": "2" }, "loss", "min.insync.replicas=1"],
    [{ "unclean.leader.election.enable": "true" }, "risk", "unclean.leader.election.enable=false"],
  ];
  for (const [settings, kind, better] of faults) {
    const [[name, value] = []] = Object.entries(settings);
    it(`are a ${kind} with ${name}=${value}, and what is found says what would be right`, async () => {
      const found = await findFaults(settings);
      expect(found).to.have.length(1);
      expect(found?.[0])
        .to.match(new RegExp(`^${kind}: The topic T has ${name}=${value}, `))
        .and.to.contain(`--alter --entity-type topics --entity-name T --add-config ${better}`);
    });
  }

  it("are all found that are wrong", async () => {
    expect(await findFaults({ "cleanup.policy": "compact", "retention.ms": "1000" })).to.have.length(2);
  });

  it("weigh more where there are several replicas", () => {
    const facts = (replicas: number, settings: Record<string, string>): TopicFacts => ({
      ...{ topic: "T", replicas },
      settings: new Map(Object.entries(settings)),
    });
    const kinds = (found: TopicFacts): string[] => findTopicFaults(found, needs).map(({ kind }) => kind);
    expect(kinds(facts(3, { "unclean.leader.election.enable": "true" }))).to.deep.equal(["loss"]);
    expect(kinds(facts(3, { "min.insync.replicas": "1" }))).to.deep.equal(["risk"]);
    expect(kinds(facts(3, { "min.insync.replicas": "2" }))).to.deep.equal([]);
    expect(kinds(facts(3, { "min.insync.replicas": "4" }))).to.deep.equal(["loss"]);
  });
});
