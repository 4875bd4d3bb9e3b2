import { createRequire } from "node:module";
import { expect } from "chai";
import { createKafkaInspector } from "../../kafka/inspect.ts";
import { createTopicStateReader } from "../../kafka/topic-state.ts";
import { type AlignedTopic, alignPositions } from "../../workers/align-positions.ts";
import { createPositions } from "../../workers/positions.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { createTopic, kafkaAdmin, testKafka } from "../setup/kafka.ts";
import { silentLog } from "../setup/log.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";

const { prototype: connection } = createRequire(import.meta.url)("kafkajs/src/network/connection.js") as {
  readonly prototype: { send: (...args: unknown[]) => unknown };
};

describe("looking where the reading of many topics goes on", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;
  const admin = kafkaAdmin();
  const inspector = createKafkaInspector(testKafka());
  const states = createTopicStateReader(servers.kafkaBrokers);
  const { send } = connection;
  after(async () => {
    connection.send = send;
    states.close();
    await inspector.close();
  });

  it("takes no more statements and requests than looking at one", async () => {
    const topics = Array.from({ length: 12 }, () => unique("many"));
    for (const topic of topics) await createTopic(admin(), topic, 2);
    let asked = 0;
    const counted = <Args extends unknown[], Result>(ask: (...args: Args) => Result) =>
      function countedAsk(this: unknown, ...args: Args): Result {
        asked += 1;
        return ask.apply(this, args);
      };
    const own = pool();
    Object.assign(own, { query: counted(own.query) });
    connection.send = counted(send);
    const kafka = { readTopicIds: counted(states.readIds), readLogBounds: inspector.readLogBounds };
    const aligned = topics.map((topic): AlignedTopic => {
      const unasked = () => Promise.reject(new Error("a topic is not looked at by itself"));
      const positions = createPositions({
        ...{ pool: own, topic, log: silentLog, readTopicId: unasked, readLogBounds: unasked },
      });
      return { topic, positions, partitions: [0, 1], all: true };
    });
    const look = async (some: readonly AlignedTopic[]): Promise<number> => {
      asked = 0;
      const seeks = await alignPositions({ pool: own, ...kafka }, some);
      const start = new Map([0, 1].map((partition) => [partition, 0]));
      expect(seeks).to.deep.equal(new Map(some.map(({ topic }) => [topic, start])));
      return asked;
    };
    // Partitions that were never read are entered, each by itself.
    await look(aligned);
    const ofOne = await look(aligned.slice(0, 1));
    expect(ofOne).to.be.within(5, 8);
    expect(await look(aligned)).to.equal(ofOne);
    Reflect.deleteProperty(own, "query");
  });
});
