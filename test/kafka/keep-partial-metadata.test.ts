import { createRequire } from "node:module";
import { expect } from "chai";
import { installPartialMetadata } from "../../kafka/keep-partial-metadata.ts";
import { rejection } from "../setup/rejection.ts";

interface Protocol {
  protocol(options: { version: number }): (question: { topics: readonly string[] }) => {
    response: { parse(answer: object): Promise<{ topicMetadata: { topic: string }[] }> };
  };
}

describe("an answer about topics in which something is wrong with one", () => {
  installPartialMetadata();
  const metadata: Protocol = createRequire(import.meta.url)(
    "kafkajs/src/protocol/requests/metadata/index.js",
  );
  const whole = { partitionErrorCode: 0, partitionId: 0, leader: 1, replicas: [1], isr: [1] };
  const leaderNotAvailable = 5;
  const answer = {
    brokers: [],
    topicMetadata: [
      { topicErrorCode: 0, topic: "whole", partitionMetadata: [whole] },
      {
        ...{ topicErrorCode: 0, topic: "leaderless" },
        partitionMetadata: [whole, { ...whole, partitionErrorCode: leaderNotAvailable, leader: -1 }],
      },
      { topicErrorCode: 29, topic: "refused", partitionMetadata: [] },
    ],
  };
  const parse = (topics: readonly string[]) =>
    metadata.protocol({ version: 6 })({ topics }).response.parse(structuredClone(answer));

  it("has all the others where all were asked for, and that one with what is known of it", async () => {
    const { topicMetadata } = await parse([]);
    expect(topicMetadata).to.deep.equal(answer.topicMetadata.slice(0, 2));
  });

  it("is an error where just these were asked for", async () => {
    expect(await rejection(parse(["whole", "leaderless"]))).to.be.an("error");
  });
});
