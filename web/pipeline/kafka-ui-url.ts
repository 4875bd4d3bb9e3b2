/** As docker-compose.yml calls the cluster; a Kafka UI of another make shows its own list instead. */
const cluster = "synthetic-data";

const topicUrl = (kafkaUiUrl: string, topic: string): string =>
  `${kafkaUiUrl.replace(/\/$/, "")}/ui/clusters/${cluster}/all-topics/${encodeURIComponent(topic)}`;

/** Kafka UI's page of the topic. https://github.com/kafbat/kafka-ui */
export const kafkaUiTopicUrl = topicUrl;

/** Kafka UI's list of a partition's messages, beginning with this one. */
export function kafkaUiMessageUrl(
  kafkaUiUrl: string,
  {
    topic,
    partition,
    offset,
  }: { readonly topic: string; readonly partition: number; readonly offset: number },
): string {
  return `${topicUrl(kafkaUiUrl, topic)}/messages?mode=FROM_OFFSET&offset=${offset}&partitions=${partition}&limit=100`;
}
