/** A message as kafkajs has decoded it, before it is filtered. */
export interface FilteredMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly batchContext?: { readonly producerId: string; readonly inTransaction: boolean };
  /** kafkajs hands such a message to nobody, and counts its offset as read. */
  isControlRecord?: boolean;
}

export interface FetchedPartition {
  abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
  readonly messages: readonly FilteredMessage[];
}

/**
 * Hides what belongs to an aborted transaction, as a reader of committed messages must. kafkajs's own filter is not
 * used, since it lets some through: it expects the aborted transactions in the order of their beginnings, where the
 * broker lists them in that of their ends; it takes in one of them a message, where several may have begun before the
 * first; and it ends one at any message whose key is that of an abort marker. After Kafka's own consumer:
 * https://github.com/apache/kafka/blob/4.3/clients/src/main/java/org/apache/kafka/clients/consumer/internals/CompletedFetch.java
 */
export function hideAbortedMessages(partition: FetchedPartition): void {
  const coming = [...(partition.abortedTransactions ?? [])].sort((a, b) =>
    compareOffsets(a.firstOffset, b.firstOffset),
  );
  if (coming.length === 0) return;
  partition.abortedTransactions = [];
  const aborted = new Set<string>();
  for (const message of partition.messages) {
    while (coming[0] !== undefined && compareOffsets(coming[0].firstOffset, message.offset) <= 0) {
      aborted.add(coming[0].producerId);
      coming.shift();
    }
    const { producerId, inTransaction } = message.batchContext ?? { producerId: "", inTransaction: false };
    if (message.isControlRecord === true) {
      if (isAbortMarker(message.key)) aborted.delete(producerId);
    } else if (inTransaction && aborted.has(producerId)) {
      message.isControlRecord = true;
    }
  }
}

function compareOffsets(a: string, b: string): number {
  return Number(a) - Number(b);
}

/** A control record's key is its version and its type, both of 16 bits; type 0 aborts, 1 commits. */
function isAbortMarker(key: Buffer | null): boolean {
  return key !== null && key.length >= 4 && key.readInt16BE(2) === 0;
}
