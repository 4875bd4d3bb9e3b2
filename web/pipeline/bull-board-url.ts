import type { Chunk } from "../../ledger/chunks/chunk.ts";
import {
  chunkJobId,
  chunkQueueName,
  pacedChunkQueueName,
  runJobId,
  runQueueName,
} from "../../queues/queues.ts";

/** Where Bull Board stands. */
export const bullBoardPath = "/queues";

/**
 * By what a queue is for, in the order in which Bull Board shows them, the alphabet's. It knows groups by its names of queues alone,
 * so there a queue is called GROUP.NAME; in Redis it is NAME.
 */
const groups: Readonly<Record<string, string>> = {
  [runQueueName]: "conducting",
  [chunkQueueName]: "generating",
  [pacedChunkQueueName]: "generating",
};
/** Between a queue's group and its name. */
export const groupDelimiter = ".";

/** What stands in front of a queue's name in Bull Board. */
export const groupPrefix = (queue: string): string =>
  groups[queue] === undefined ? "" : `${groups[queue]}${groupDelimiter}`;

/** Where it shows a queue. */
export const queuePath = (queue: string): string =>
  `${bullBoardPath}/queue/${encodeURIComponent(`${groupPrefix(queue)}${queue}`)}`;

/** Where it shows the job that conducts a run. */
export const runJobPath = (runId: string): string =>
  `${queuePath(runQueueName)}/${encodeURIComponent(runJobId(runId))}`;

/** Where it shows a chunk's job. */
export const chunkJobPath = (chunk: Chunk): string =>
  `${queuePath(chunk.paced ? pacedChunkQueueName : chunkQueueName)}/${encodeURIComponent(chunkJobId(chunk))}`;
