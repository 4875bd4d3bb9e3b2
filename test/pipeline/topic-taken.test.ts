import { expect } from "chai";
import { createRecordTypes } from "../../ledger/types/own-types.ts";
import { checkBuiltInTopic, TopicTaken } from "../../ledger/types/topic-taken.ts";
import { userType } from "../../types/user/user.ts";
import { createTestDatabase, databaseForSuite, type TestDatabase } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { registerText } from "../setup/register.ts";
import { servers } from "../setup/servers.ts";
import { unique } from "../setup/unique.ts";
import { type MainName, startMain } from "../web/main-process.ts";
import { expectProblem, webForSuite } from "../web/web-server.ts";

const parcels = (topic: string): string =>
  `$id: parcel\nx-record: { topic: ${topic} }\nproperties: { a: {} }\n`;

describe("a start with KAFKA_TOPIC set to a registered type's topic", () => {
  const topic = `${unique("parcels")}.eu`;
  let database: TestDatabase;
  const start = (name: MainName) =>
    startMain(name, {
      DATABASE_URL: database.url,
      REDIS_URL: servers.redisUrl,
      KAFKA_BROKERS: servers.kafkaBrokers.join(","),
      // Kafka takes the two for one.
      KAFKA_TOPIC: topic.replace(".", "_"),
    });
  before(async () => {
    database = await createTestDatabase();
    await registerText(database.pool, parcels(topic));
  });
  after(() => database.drop());

  for (const name of ["web/main", "workers/worker-main", "workers/consumer-main"] as const) {
    it(`is refused, with what to do: ${name}`, async function () {
      this.timeout(120_000);
      const { exited, output } = await start(name);
      expect(await exited).to.equal(1);
      expect(output())
        .to.include(`KAFKA_TOPIC=${topic.replace(".", "_")} is the topic of the registered type parcel`)
        .and.include("Set KAFKA_TOPIC to a topic that no type has");
    });
  }
});

describe("a type that takes the topic in KAFKA_TOPIC", () => {
  const web = webForSuite();

  it("is refused by the web service, with what to do", async () => {
    const { topic } = web().config.kafka;
    const answer = await web().post("/api/types", {
      $id: "parcel",
      "x-record": { topic },
      properties: { a: {} },
    });
    const problem = await expectProblem(answer, "type-conflict");
    expect(JSON.stringify(problem)).to.include(
      `the topic ${topic} is that of the type user; write x-record: {topic: …} with another`,
    );
  });
});

describe("a type that was registered with the topic in KAFKA_TOPIC of another process", () => {
  const database = databaseForSuite();

  it("is neither listed nor found there: its messages would be taken for users", async () => {
    const { pool } = database();
    const types = createRecordTypes(pool, { type: userType, topic: "parcels" });
    const { signal } = new AbortController();
    await checkBuiltInTopic(types, signal);
    await registerText(pool, parcels("parcels"));
    const refusals = [
      checkBuiltInTopic(types, signal),
      types.list(),
      types.find("parcel", 1),
      types.findNewest("parcel"),
    ];
    for (const refusal of await Promise.allSettled(refusals)) {
      expect(refusal.status === "rejected" ? refusal.reason : null).to.be.instanceOf(TopicTaken);
    }
    expect((await types.find("user", userType.version))?.topic).to.equal("parcels");
  });

  it("is still known to those that have another topic", async () => {
    const types = createRecordTypes(database().pool, { type: userType, topic: "users" });
    await eventually(async () => expect(await types.list()).to.have.length(2));
  });
});
