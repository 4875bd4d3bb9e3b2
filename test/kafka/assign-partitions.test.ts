import { expect } from "chai";
import { ensureTopic } from "../../kafka/topic.ts";
import { keepConsuming } from "../setup/consumer.ts";
import { eventually } from "../setup/eventually.ts";
import { testKafka } from "../setup/kafka.ts";
import { unique } from "../setup/unique.ts";

const deadlineMs = 40_000;

describe("members of a group that subscribe to different topics", () => {
  const kafka = testKafka();
  let stops: (() => Promise<void>)[];
  beforeEach(() => {
    stops = [];
  });
  afterEach(() => Promise.all(stops.map((stop) => stop())));

  async function consume(group: string, topics: readonly string[]): Promise<Map<string, readonly number[]>> {
    const assigned = new Map<string, readonly number[]>();
    const stop = await keepConsuming(kafka, {
      ...{ topics, group, concurrency: 1 },
      handle: async () => ({ kind: "done" }),
      onAssigned: (topic, partitions) => assigned.set(topic, partitions),
      onCrash: (error) => {
        throw error;
      },
    });
    stops.push(stop);
    return assigned;
  }

  for (const later of ["later", "sooner"] as const) {
    it(`each get partitions of their own topics alone, and all are given out, where the one with fewer comes ${later}`, async () => {
      const [common, own, group] = [unique("common"), unique("own"), unique("group")];
      for (const topic of [common, own])
        await ensureTopic(kafka, { topic, partitions: 4, replicationFactor: 1 });
      const subscriptions = [[common, own], [common]];
      if (later === "sooner") subscriptions.reverse();
      const [first, second] = [
        await consume(group, subscriptions[0] ?? []),
        await consume(group, subscriptions[1] ?? []),
      ];
      const [more, fewer] = later === "later" ? [first, second] : [second, first];
      await eventually(() => {
        expect(more.get(own)).to.have.members([0, 1, 2, 3]);
        expect(more.get(common)).to.have.length(2);
        expect([...(more.get(common) ?? []), ...(fewer.get(common) ?? [])]).to.have.members([0, 1, 2, 3]);
      }, deadlineMs);
    });
  }
});
