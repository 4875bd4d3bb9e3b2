/** A contiguous slice of a run's sequence numbers: what one chunk job makes. */
export interface Chunk {
  readonly runId: string;
  readonly index: number;
  readonly firstSeq: number;
  /** Exclusive. */
  readonly endSeq: number;
  /** Raised whenever the chunk must be queued anew, so that it gets a job of another id. */
  readonly generation: number;
  /** Whether each of its records is due at a time of its own, and not all of them at once. */
  readonly paced: boolean;
}

/** Chunks of a run that are to get their jobs. */
export interface PlannedChunks {
  readonly runId: string;
  /** Records of the run; null where there is no end. */
  readonly requested: number | null;
  readonly chunks: readonly Chunk[];
}

export interface ChunkRow {
  readonly run_id: string;
  readonly index: number;
  readonly first_seq: number;
  readonly end_seq: number;
  readonly generation: number;
  readonly due_seconds: number | null;
}

export function toChunk(row: ChunkRow): Chunk {
  return {
    runId: row.run_id,
    index: row.index,
    firstSeq: row.first_seq,
    endSeq: row.end_seq,
    generation: row.generation,
    paced: row.due_seconds !== null,
  };
}
