import { setTimeout as pause } from "node:timers/promises";

/** What is due within so many milliseconds is sent at once. */
const stepMs = 25;

/** A chunk is planned a moment before its first record is due; longer than that nobody has to wait for it. */
const longestWaitMs = 1_000;

/** Sequence numbers of a chunk, `end` exclusive, which are sent together. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * The parts in which a chunk's records are sent, each when it is to be sent: at once, or when its records are due, spread
 * evenly between the first and the last of the chunk. What is late comes at once. The time is this process's own count
 * since the call, so that no two machines' clocks have to agree.
 * @param due when the first record is due from now on, and how long after it the last is; null: all of them at once
 */
export function sendParts(chunk: SequenceRange, due: Due | null, maxRecords: number): AsyncIterable<Part> {
  return partsFrom(performance.now(), chunk, due, maxRecords);
}

/** Sequence numbers of a chunk; `endSeq` is exclusive. */
interface SequenceRange {
  readonly firstSeq: number;
  readonly endSeq: number;
}

interface Due {
  readonly inMs: number;
  readonly lastingMs: number;
}

async function* partsFrom(
  beganMs: number,
  { firstSeq, endSeq }: SequenceRange,
  due: Due | null,
  maxRecords: number,
): AsyncGenerator<Part, void> {
  const firstMs = Math.min(due?.inMs ?? 0, longestWaitMs);
  const gapMs = (due?.lastingMs ?? 0) / Math.max(1, endSeq - 1 - firstSeq);
  let sentMs = Number.NEGATIVE_INFINITY;
  for (let start = firstSeq; start < endSeq; ) {
    const dueMs = firstMs + gapMs * (start - firstSeq);
    if (due !== null) await until(beganMs + Math.max(dueMs, sentMs + stepMs));
    // A part that is due in full is followed at once by what has become due meanwhile.
    const nowMs = performance.now() - beganMs;
    const dueBy = gapMs === 0 ? endSeq : firstSeq + 1 + Math.floor((nowMs - firstMs) / gapMs);
    const end = Math.min(Math.max(dueBy, start + 1), start + maxRecords, endSeq);
    yield { start, end };
    sentMs = end === start + maxRecords ? Number.NEGATIVE_INFINITY : nowMs;
    start = end;
  }
}

/** Never early: a timer of Node's drops fractions of a millisecond, and its clock is up to one behind. */
async function until(timeMs: number): Promise<void> {
  for (let leftMs = timeMs - performance.now(); leftMs > 0; leftMs = timeMs - performance.now()) {
    await pause(Math.ceil(leftMs));
  }
}
