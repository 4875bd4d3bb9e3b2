import { expect } from "chai";
import fc from "fast-check";
import { eventually } from "../setup/eventually.ts";
import { jsonText } from "../setup/json-texts.ts";
import { readTopic } from "./topic-reader.ts";
import { badFields, expectProblem, startWeb, webForSuite } from "./web-server.ts";

describe("POST /produce", () => {
  const web = webForSuite();

  it("makes one message of each record's own text, byte for byte, without a run's headers", async () => {
    const records = [
      '{"name":"Thea","id":738529527931269425,"name":"Ann","score":1.0,"__proto__":{"a":1}}',
      "1e400",
      "-0",
      "[ 1.50,\t1E+2 ]",
      '{ "nested" : {"deep":["\u00fc", "\\u00fc"]}\n}',
      String.raw`"half \ud800, } ] , \" \\"`,
      "null",
      "true",
      ...fc.sample(jsonText, 50),
    ];
    const body = `{"records" : [ ${records.join(" ,\r\n")}\n]\t}`;
    const response = await web().post("/produce", body);
    expect(response.status).to.equal(202);
    expect(await response.json()).to.deep.equal({ accepted: records.length });
    const topic = await readTopic(web().config.kafka.topic);
    try {
      await eventually(() => expect(topic.messages).to.have.length(records.length));
      expect(topic.messages.map(({ message }) => String(message.value))).to.deep.equal(records);
      for (const { message } of topic.messages) expect(message.headers).to.deep.equal({});
    } finally {
      await topic.close();
    }
  });

  it("refuses two lists of records, of which it would have to leave one out", async () => {
    for (const body of ['{"records":[1],"records":[2]}', String.raw`{"records":[1],"\u0072ecords":[1]}`]) {
      const problem = await expectProblem(await web().post("/produce", body), "invalid-request");
      expect(badFields(problem)).to.deep.equal(["records"]);
    }
  });

  it("takes ten thousand at once and spreads them over the partitions", async () => {
    const own = await startWeb({ DATABASE_URL: web().config.databaseUrl });
    try {
      const records = Array.from({ length: 10_000 }, (_, n) => ({ n }));
      const response = await own.post("/produce", { records });
      expect(await response.json()).to.deep.equal({ accepted: 10_000 });
      const topic = await readTopic(own.config.kafka.topic);
      await eventually(() => expect(topic.messages).to.have.length(10_000));
      await topic.close();
      expect(new Set(topic.messages.map(({ message }) => String(message.value))).size).to.equal(10_000);
      expect(new Set(topic.messages.map(({ partition }) => partition)).size).to.equal(3);
    } finally {
      await own.close();
    }
  });

  it("takes records that together are larger than what one call to Kafka may carry", async () => {
    const records = Array.from({ length: 9 }, () => "x".repeat(800_000));
    const response = await web().post("/produce", { records });
    expect(await response.json()).to.deep.equal({ accepted: 9 });
  });

  const refused: readonly (readonly [what: string, body: unknown, fields: readonly string[]])[] = [
    ["no records", {}, ["records"]],
    ["an empty list", { records: [] }, ["records"]],
    ["records as object", { records: {} }, ["records"]],
    ["more than ten thousand", { records: Array.from({ length: 10_001 }, () => 1) }, ["records"]],
    ["an unknown property", { records: [1], topic: "other" }, ["topic"]],
    ["a record larger than a message", { records: [1, "x".repeat(1_000_000)] }, ["records[1]"]],
  ];
  for (const [what, body, fields] of refused) {
    it(`refuses ${what}`, async () => {
      const problem = await expectProblem(await web().post("/produce", body), "invalid-request");
      expect(badFields(problem)).to.deep.equal([...fields]);
    });
  }

  it("refuses a body above ten megabytes", async () => {
    const records = Array.from({ length: 20 }, () => "x".repeat(600_000));
    await expectProblem(await web().post("/produce", { records }), "too-large");
  });

  it("answers 503 quickly, with Retry-After, where Kafka cannot be reached", async () => {
    const cut = await startWeb({ DATABASE_URL: web().config.databaseUrl, KAFKA_BROKERS: "127.0.0.1:9" });
    try {
      const startedMs = Date.now();
      const response = await cut.post("/produce", { records: [1] });
      const problem = await expectProblem(response, "unavailable");
      expect(Date.now() - startedMs).to.be.below(6_000);
      expect(problem.dependency).to.equal("Kafka");
      expect(Number(response.headers.get("retry-after"))).to.be.within(1, 60);
      expect(problem.detail).to.include("0 of 1");
    } finally {
      await cut.close();
    }
  });
});
