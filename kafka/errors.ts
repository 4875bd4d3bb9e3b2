// kafkajs is CommonJS, and Node finds only some of its names as named exports.
import kafkajs from "kafkajs";

/** kafkajs wraps Kafka's answer in an error that says whether it was retried; the answer is its cause. */
function protocolErrorType(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof kafkajs.KafkaJSProtocolError) return cause.type;
  }
  return null;
}

const refusals = new Set<string | null>([
  "MESSAGE_TOO_LARGE",
  "RECORD_LIST_TOO_LARGE",
  "INVALID_RECORD",
  "TOPIC_AUTHORIZATION_FAILED",
]);

/** Whether Kafka's answer to these messages would be the same at every attempt. */
export function isRefusal(error: unknown): error is Error {
  return refusals.has(protocolErrorType(error));
}

const denials = new Set<string | null>(["TOPIC_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED"]);

/** Whether Kafka does not let this client do what it asked for. */
export function isDenied(error: unknown): boolean {
  return denials.has(protocolErrorType(error));
}

const notYetKnown = new Set<string | null>(["UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE"]);

/** Whether the broker that was asked does not know of the topic or its leaders, as it is just after one was made. */
export function isNotYetKnown(error: unknown): boolean {
  return notYetKnown.has(protocolErrorType(error));
}

/** Whether kafkajs itself threw this (e.g. "a rebalance is in progress"), which it knows to deal with. */
export function isKafkaError(error: unknown): boolean {
  return error instanceof kafkajs.KafkaJSError;
}
