import { Kafka, type LogEntry, logLevel } from "kafkajs";
import type { Logger } from "../service/log.ts";
import { installBatchCarrier } from "./carry-record-batches.ts";
import { installRecordDecoder } from "./decode-answers.ts";
import { installAnswerReset } from "./forget-cut-answers.ts";
import { installPartialMetadata } from "./keep-partial-metadata.ts";
import { installIdleRest } from "./rest-idle-connections.ts";
import { installFetchEnd } from "./stop-fetching.ts";

/** kafkajs says a good deal at "info" that is its own business, and logs as an error what it then retries. */
function writeLog(log: Logger, { level, log: entry }: LogEntry): void {
  const { message, timestamp: _timestamp, logger: _logger, ...fields } = entry;
  if (level <= logLevel.WARN) log.warn({ kafkajs: fields }, message);
  else log.debug({ kafkajs: fields }, message);
}

/** The one place where kafkajs's client is made. Connects lazily; opening needs no broker. */
export function createKafka(options: {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: Logger;
  /** How often to try again, at most 2 seconds apart, where no broker can be reached: about 8 seconds by default. */
  readonly connectRetries?: number;
}): Kafka {
  installRecordDecoder();
  installBatchCarrier();
  installAnswerReset();
  installIdleRest();
  installPartialMetadata();
  installFetchEnd();
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    // kafkajs would pause up to 30 seconds, and find a broker that is back as much later.
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: options.connectRetries ?? 6 },
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => writeLog(options.log, entry),
  });
}
