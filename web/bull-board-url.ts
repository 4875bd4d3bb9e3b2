import type { Chunk } from "../ledger/plan-window.ts";
import { chunkJobId, chunkQueueName, pacedChunkQueueName, runJobId, runQueueName } from "../queues/queues.ts";

/** Where Bull Board stands. */
export const bullBoardPath = "/queues";

/** Where it shows the job that conducts a run. */
export const runJobPath = (runId: string): string =>
  `${bullBoardPath}/queue/${runQueueName}/${encodeURIComponent(runJobId(runId))}`;

/** Where it shows a chunk's job. */
export const chunkJobPath = (chunk: Chunk): string =>
  `${bullBoardPath}/queue/${chunk.paced ? pacedChunkQueueName : chunkQueueName}/${encodeURIComponent(chunkJobId(chunk))}`;
