import { expect } from "chai";
import { kafkaUiMessageUrl, kafkaUiTopicUrl } from "../../web/pipeline/kafka-ui-url.ts";

/**
 * The routes and parameters of Kafka UI, read from its source: `frontend/src/lib/paths.ts`, and for the list of messages
 * `frontend/src/lib/hooks/useMessagesFilters.ts` with `hooks/api/topicMessages.tsx`. https://github.com/kafbat/kafka-ui
 */
describe("Links into Kafka UI", () => {
  const topic = "synthetic_users";

  for (const url of ["http://127.0.0.1:8085", "http://127.0.0.1:8085/", "https://tools.test/kafka/"]) {
    const base = url.replace(/\/$/, "");

    it(`lead from ${url} to the topic`, () => {
      expect(kafkaUiTopicUrl(url, topic)).to.equal(
        `${base}/ui/clusters/synthetic-data/all-topics/synthetic_users`,
      );
    });

    it(`lead from ${url} to a message of a partition`, () => {
      const link = new URL(kafkaUiMessageUrl(url, { topic, partition: 2, offset: 41 }));
      expect(link.origin + link.pathname).to.equal(
        `${base}/ui/clusters/synthetic-data/all-topics/synthetic_users/messages`,
      );
      expect(Object.fromEntries(link.searchParams)).to.deep.equal({
        mode: "FROM_OFFSET",
        offset: "41",
        partitions: "2",
        limit: "100",
      });
    });
  }
});
