import { UnrecoverableError } from "bullmq";
import { isRefusal } from "../kafka/errors.ts";
import { type MessageProducer, messagesPerSend } from "../kafka/produce.ts";
import type { Messages } from "../kafka/run-records.ts";
import { type BegunChunk, beginChunk, markChunkProduced, supersedeChunk } from "../ledger/chunks.ts";
import { failRun } from "../ledger/control-run.ts";
import type { Pool } from "../ledger/database.ts";
import { shelveChunks } from "../ledger/due-chunks.ts";
import type { Chunk } from "../ledger/plan-window.ts";
import { chunkOfJobId, parseChunkJob, type UntrustedJob, WrongJobError } from "../queues/parse-job.ts";
import { keepGenerators } from "../records/keep-generators.ts";
import type { RecordType } from "../records/record-type.ts";
import type { Logger } from "../service/log.ts";
import { type ComposeChunk, createComposer } from "./compose-messages.ts";
import { sendParts } from "./send-parts.ts";

export interface ChunkDependencies {
  readonly pool: Pool;
  readonly producer: MessageProducer;
  /** To which the producer sends. */
  readonly topic: string;
  readonly type: RecordType;
  readonly log: Logger;
}

/** What Bull Board shows as a chunk job's return value. */
export type ChunkOutcome =
  | { readonly produced: number; readonly partition: number }
  | { readonly passedOver: string };

/**
 * The processor of chunk jobs: makes the chunk's records and produces one message each (none but a duplicate has two),
 * all to one partition, so that at one time only one consumer accounts for the chunk. Repeated after any failure it
 * sends the same messages.
 */
export function createChunkProducer(deps: ChunkDependencies): (job: UntrustedJob) => Promise<ChunkOutcome> {
  const { pool, producer, topic, log } = deps;
  const openGenerator = keepGenerators();

  return async function produceChunk(job) {
    try {
      return await produce(parseChunkJob(job));
    } catch (error) {
      // The chunk whose job it was gets another one, with the right data.
      const spoilt = error instanceof WrongJobError ? chunkOfJobId(job.id) : null;
      if (spoilt !== null) await supersedeChunk(pool, spoilt);
      throw error;
    }
  };

  async function produce(chunk: Chunk): Promise<ChunkOutcome> {
    const begun = await beginChunk(pool, chunk);
    if (begun.kind !== "produce") return passOver(pool, chunk, begun);
    const parts = sendParts(chunk, begun.due, messagesPerSend);
    const compose = await prepareComposer(deps, openGenerator, chunk, begun);
    const { id: topicId, partitions } = await producer.describeTopic();
    const partition = choosePartition(chunk, partitions);
    const messages = compose(chunk, partition);
    let endOffset = 0;
    const send = async (part: Messages): Promise<void> => {
      // All of its records may be late.
      if (part.length === 0) return;
      endOffset = await producer
        .send(partition, part)
        .catch((error: unknown) => refuseForGood(deps, chunk, error));
    };
    for await (const { start, end } of parts) await send(messages.inPlace(start, end));
    for (const part of messages.atEnd()) await send(part);
    await markChunkProduced(pool, chunk, { topic, partition, endOffset, topicId });
    log.debug({ runId: chunk.runId, chunk: chunk.index, partition, endOffset }, "produced a chunk");
    return { produced: chunk.endSeq - chunk.firstSeq, partition };
  }
}

async function passOver(
  pool: Pool,
  chunk: Chunk,
  begun: Exclude<BegunChunk, { kind: "produce" }>,
): Promise<ChunkOutcome> {
  const { runId, index } = chunk;
  switch (begun.kind) {
    case "unknown":
      throw new WrongJobError(`The ledger has no chunk ${index} of a run ${runId}.`);
    case "differs":
      throw new WrongJobError(
        `The ledger has ${describeChunk(begun.planned)} as chunk ${index} of this run, and the job's data say ${describeChunk(chunk)}.`,
      );
    case "run_not_running":
      // This job is used up; if the run is resumed the chunk needs another one.
      await supersedeChunk(pool, chunk);
      await shelveChunks(pool, runId, [index]);
      return { passedOver: `the run is ${begun.status}` };
    default:
      return { passedOver: begun.kind };
  }
}

const describeChunk = ({ firstSeq, endSeq, paced }: Chunk): string =>
  `records ${firstSeq} to ${endSeq - 1}${paced ? ", each at its time" : ""}`;

async function prepareComposer(
  { pool, type }: ChunkDependencies,
  openGenerator: ReturnType<typeof keepGenerators>,
  chunk: Chunk,
  run: Extract<BegunChunk, { kind: "produce" }>,
): Promise<ComposeChunk> {
  const maker = openGenerator(type, run);
  if (maker !== null) return createComposer(maker);
  const wanted = `${run.recordType.name}@${run.recordType.version}`;
  const known = `${type.name}@${type.version}`;
  const reason = `the run asks for records of ${wanted}, this worker makes ${known}`;
  await failRun(pool, chunk.runId, reason);
  throw new UnrecoverableError(reason);
}

/** Runs start at different partitions, so that many small ones do not all meet in the first. */
function choosePartition(chunk: Chunk, partitions: number): number {
  return (Number.parseInt(chunk.runId.slice(-8), 16) + chunk.index) % partitions;
}

/** An answer that would be the same at every attempt fails the run, with its reason; the rest is tried again. */
async function refuseForGood({ pool }: ChunkDependencies, chunk: Chunk, error: unknown): Promise<never> {
  if (!isRefusal(error)) throw error;
  await failRun(pool, chunk.runId, `Kafka refuses the run's messages: ${error.message}`);
  throw new UnrecoverableError(error.message);
}
