/** A run as far as its planning needs it. */
export interface PlannedRun {
  readonly id: string;
  /** null: without an end. */
  readonly requested: number | null;
  /** At most so many records are one chunk. */
  readonly chunkSize: number;
  /** All chunks but the last one end at multiples of so many records. */
  readonly chunkMultiple: number;
  readonly plannedChunks: number;
  /** Records below it are in chunks. */
  readonly plannedRecords: number;
  /** Chunks of it that wait to come back into the queue, in their order. */
  readonly shelved: readonly ShelvedChunk[];
}

/** A chunk that was planned before its run was paused, and has no job. */
export interface ShelvedChunk {
  readonly index: number;
  readonly firstSeq: number;
  /** Exclusive. */
  readonly endSeq: number;
}

/** What may be planned, in records. */
export interface Room {
  /** Of all runs together: what may be pending, less what is. */
  readonly freeRecords: number;
  /** Of that, the most that runs of this kind may take: paced ones have one half altogether. */
  readonly freeOfKind: number;
  /** Of that, what is kept for paced runs. It is not taken from small runs and new ones. */
  readonly keptRecords: number;
  /** Kept free of that for small runs and new ones. */
  readonly reservedRecords: number;
  /** The least that a chunk counts for, so that there are never too many of them. */
  readonly leastRecords: number;
  /** The most that are one chunk, whatever a run's own chunk size. */
  readonly mostOfChunk: number;
  /** Of the run for which it was asked: what it may have pending, and what it has. */
  readonly shareRecords: number;
  readonly pendingRecords: number;
}

/** When there may be more to plan. */
export interface LookAgain {
  /** In milliseconds; null: not before something changes. */
  readonly inMs: number | null;
  /** Whether progress of the run can make room, too; a command always can change something. */
  readonly atProgress: boolean;
}

/** A chunk that is to be planned. */
export interface NewChunk {
  readonly index: number;
  readonly firstSeq: number;
  /** Exclusive. */
  readonly endSeq: number;
  /** When its first and its last record are due, in seconds of the run's clock; null: at once. */
  readonly due: { readonly first: number; readonly last: number } | null;
}

/** Where a chunk ends that is to be about so long: at a multiple, or with the run. */
export function chunkEnd(
  { chunkMultiple, requested }: Pick<PlannedRun, "chunkMultiple" | "requested">,
  firstSeq: number,
  length: number,
): number {
  const whole = Math.max(1, Math.floor(length / chunkMultiple)) * chunkMultiple;
  return Math.min(firstSeq + whole, requested ?? Number.MAX_SAFE_INTEGER);
}

/** What is to get a job: chunks that had one before, and further ones. */
export interface Planned {
  readonly returning: readonly ShelvedChunk[];
  readonly chunks: readonly NewChunk[];
}

/** PostgreSQL's greatest `integer`. */
export const maxChunkIndex = 2 ** 31 - 1;
