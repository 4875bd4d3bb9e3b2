/** Where the planning of a run goes on. */
export interface Plan {
  readonly runId: string;
  readonly firstIndex: number;
  readonly firstSeq: number;
  /** Where the run ends; exclusive. */
  readonly endSeq: number;
  /** Of one chunk. */
  readonly maxRecords: number;
  readonly room: Room;
}

/** What a run may have pending, and what it has. */
export interface Room {
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

export interface Planned {
  readonly chunks: readonly NewChunk[];
  readonly lookAgain: LookAgain;
}

/** PostgreSQL's greatest `integer`. */
export const maxChunkIndex = 2 ** 31 - 1;
