import { createRequire } from "node:module";
import { expect } from "chai";
import { createKafkaInspector } from "../../kafka/inspect.ts";
import { createTopic, kafkaAdmin, testKafka } from "../setup/kafka.ts";
import { unique } from "../setup/unique.ts";

const { prototype: connection } = createRequire(import.meta.url)("kafkajs/src/network/connection.js") as {
  readonly prototype: { send: (...args: unknown[]) => unknown };
};

describe("looking at the topics of many types", () => {
  const admin = kafkaAdmin();
  const inspector = createKafkaInspector(testKafka());
  const { send } = connection;
  after(async () => {
    connection.send = send;
    await inspector.close();
  });

  it("takes no more requests than looking at one", async () => {
    const topics = Array.from({ length: 12 }, () => unique("many"));
    for (const topic of topics) await createTopic(admin(), topic, 2);
    await inspector.describeTopics([]);
    let requests = 0;
    connection.send = function countedSend(this: unknown, ...args) {
      requests += 1;
      return send.apply(this, args);
    };
    const look = async (some: readonly string[]): Promise<number> => {
      requests = 0;
      const described = await inspector.describeTopics(some);
      expect([...described.keys()]).to.deep.equal(some);
      for (const partitions of described.values()) expect(partitions).to.have.length(2);
      const faults = await inspector.findFaultsOfTopics(described, { pendingRecords: 1 });
      expect([...faults.keys()]).to.deep.equal(some);
      return requests;
    };
    const ofOne = await look(topics.slice(0, 1));
    expect(ofOne).to.be.within(3, 8);
    expect(await look(topics)).to.equal(ofOne);
  });
});
