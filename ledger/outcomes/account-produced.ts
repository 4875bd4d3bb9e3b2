import type { Chunk } from "../chunks/chunk.ts";
import { type ChunkPosition, markChunkProduced } from "../chunks/chunks.ts";
import { lockChunks } from "../chunks/open-chunks.ts";
import { inTransaction, type Pool } from "../database/database.ts";
import { writeLedger } from "./store-batch.ts";

/**
 * Records, once, that Kafka has acknowledged every record of a chunk whose type has no table: nobody reads them here, so that they
 * have their outcome with that, whatever was spoiled in them on purpose.
 */
export function accountProducedChunk(
  pool: Pool,
  type: string,
  chunk: Chunk,
  position: ChunkPosition,
): Promise<void> {
  return inTransaction(pool, async (client) => {
    await markChunkProduced(client, chunk, position);
    const { runId, firstSeq, endSeq } = chunk;
    const { touched } = await lockChunks(
      client,
      type,
      new Map([[runId, [{ start: firstSeq, end: endSeq }]]]),
    );
    for (const open of touched) {
      // Another worker that had the same job may have been here.
      if (open.accounted.addRange(firstSeq, endSeq)) open.stored = endSeq - firstSeq;
    }
    await writeLedger(client, touched);
  });
}
