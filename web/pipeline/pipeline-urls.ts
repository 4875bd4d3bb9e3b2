/** The page of the pipeline, with this topic's partitions. */
export const topicUrl = (topic: string): string => `/pipeline?${new URLSearchParams({ topic })}#topics`;

/** The page of a partition's messages, from this offset on; the newest without one. */
export function messagesUrl({
  topic,
  partition,
  from,
}: {
  readonly topic: string;
  readonly partition: number;
  readonly from?: number;
}): string {
  const parameters = new URLSearchParams({ topic, partition: String(partition) });
  if (from !== undefined) parameters.set("from", String(from));
  return `/pipeline/messages?${parameters}`;
}
