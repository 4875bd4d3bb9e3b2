import { expect } from "chai";
import { ensureTopic } from "../../kafka/topic.ts";
import { databaseForSuite } from "../setup/database.ts";
import { testKafka } from "../setup/kafka.ts";
import { unique } from "../setup/unique.ts";
import { watchProgress } from "./progress.ts";

describe("the watch on progress", () => {
  const database = databaseForSuite();
  const topicIds = ["00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"];

  async function watchOver(...progress: readonly (readonly [topicId: string, nextOffset: number])[]) {
    const topic = unique("topic");
    await ensureTopic(testKafka(), { topic, partitions: 1, replicationFactor: 1 });
    const watch = watchProgress(database().pool);
    for (const [topicId, nextOffset] of progress) {
      await database().pool.query(
        `INSERT INTO consumer_progress (topic, kafka_partition, topic_id, next_offset) VALUES ($1, 0, $2, $3)
             ON CONFLICT (topic, kafka_partition) DO UPDATE SET topic_id = $2, next_offset = $3`,
        [topic, topicId, nextOffset],
      );
      await watch.look();
    }
    const violations = await watch.finish(testKafka(), topic, 1_000);
    return violations.map((violation) => violation.replaceAll(topic, "T"));
  }

  const [first = "", second = ""] = topicIds;

  it("has nothing to say of progress that is made, or begins anew in another log", async () => {
    expect(await watchOver([first, 3], [first, 9], [second, 0])).to.deep.equal([]);
  });

  it("tells of progress that moved back", async () => {
    const [found = "", ...more] = await watchOver([first, 9], [first, 0]);
    expect(found).to.equal(`progress of T (${first}), partition 0 moved back from 9 to 0`);
    expect(more).to.deep.equal([]);
  });

  it("tells of progress that is not at its log's end", async () => {
    expect(await watchOver([first, 2])).to.deep.equal(["progress of partition 0 is 2, its log ends at 0"]);
  });
});
