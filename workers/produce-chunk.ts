import { UnrecoverableError } from "bullmq";
import { CannotSample } from "../generate/sampler.ts";
import { messagesPerSend } from "../kafka/cut-batches.ts";
import { isRefusal } from "../kafka/errors.ts";
import type { MessageProducer } from "../kafka/produce.ts";
import type { Messages } from "../kafka/run-records.ts";
import type { Chunk } from "../ledger/chunks/chunk.ts";
import { type BegunChunk, beginChunk, markChunkProduced, supersedeChunk } from "../ledger/chunks/chunks.ts";
import type { Pool } from "../ledger/database/database.ts";
import { accountProducedChunk } from "../ledger/outcomes/account-produced.ts";
import { shelveChunks } from "../ledger/planning/due-chunks.ts";
import { failRun } from "../ledger/runs/control-run.ts";
import { chunkOfJobId, parseChunkJob, type UntrustedJob, WrongJobError } from "../queues/parse-job.ts";
import { keepGenerators } from "../records/keep-generators.ts";
import type { RecordTypes, ServedType } from "../records/record-types.ts";
import { openRelated } from "../records/related-records.ts";
import type { Logger } from "../service/log.ts";
import { type ComposeChunk, createComposer } from "./compose-messages.ts";
import { sendParts } from "./send-parts.ts";

export interface ChunkDependencies {
  readonly pool: Pool;
  readonly producer: MessageProducer;
  readonly types: RecordTypes;
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
  const { pool, producer, log } = deps;
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
    const { type, topic, compose } = await prepareComposer(deps, openGenerator, chunk, begun);
    const { id: topicId, partitions } = await producer.describeTopic(topic);
    const partition = choosePartition(chunk, partitions);
    const messages = compose(chunk, partition);
    let endOffset = 0;
    const send = async (batches: Iterable<Messages>): Promise<void> => {
      for (const batch of batches) endOffset = await producer.send(topic, partition, batch);
    };
    try {
      for await (const { start, end } of parts) await send(messages.inPlace(start, end));
      await send(messages.atEnd());
    } catch (error) {
      return await refuseForGood(deps, chunk, error);
    }
    const position = { topic, partition, endOffset, topicId };
    if (type.table === null) await accountProducedChunk(pool, type.name, chunk, position);
    else await markChunkProduced(pool, chunk, position);
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
  { pool, types }: ChunkDependencies,
  openGenerator: ReturnType<typeof keepGenerators>,
  chunk: Chunk,
  run: Extract<BegunChunk, { kind: "produce" }>,
): Promise<ServedType & { readonly compose: ComposeChunk }> {
  const { name, version } = run.recordType;
  const found = await types.find(name, version);
  const maker = found === null ? null : openGenerator(found.type, await openRelated(types, run));
  if (found !== null && maker !== null) return { ...found, compose: createComposer(maker) };
  const known = found === null ? "knows no such type" : `makes ${name}@${found.type.version}`;
  const reason = `the run asks for records of ${name}@${version}, this worker ${known}`;
  await failRun(pool, chunk.runId, reason);
  throw new UnrecoverableError(reason);
}

/** Runs start at different partitions, so that many small ones do not all meet in the first. */
function choosePartition(chunk: Chunk, partitions: number): number {
  return (Number.parseInt(chunk.runId.slice(-8), 16) + chunk.index) % partitions;
}

/** What would be the same at every attempt fails the run, with its reason; the rest is tried again. */
async function refuseForGood({ pool }: ChunkDependencies, chunk: Chunk, error: unknown): Promise<never> {
  const reason = isRefusal(error)
    ? `Kafka refuses the run's messages: ${error.message}`
    : error instanceof CannotSample
      ? `a record of the run cannot be made, by ${error.pointer} of its definition: ${error.message}`
      : null;
  if (reason === null) throw error;
  await failRun(pool, chunk.runId, reason);
  throw new UnrecoverableError(reason);
}
