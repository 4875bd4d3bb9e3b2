import {
  chunkEnd,
  type LookAgain,
  maxChunkIndex,
  type NewChunk,
  type Planned,
  type PlannedRun,
  type Room,
  type ShelvedChunk,
} from "./plan.ts";

/** The room that there is, as it is taken. */
export interface Allotment {
  /** Takes room for a chunk. @returns false where there is none: nothing was taken */
  take(chunk: { readonly firstSeq: number; readonly endSeq: number }): boolean;
}

/** What a chunk counts for; one that was planned when more might be pending, no more than the largest that is planned now. */
export const weightOf = (chunk: { readonly firstSeq: number; readonly endSeq: number }, room: Room): number =>
  Math.min(Math.max(chunk.endSeq - chunk.firstSeq, room.leastRecords), room.mostOfChunk);

/**
 * The last tenth is for chunks near the beginning of their runs: of the first records of a run all but those themselves may be
 * taken, so that one that is small or new finds room beside whatever others have filled the rest with.
 */
export function openAllotment(room: Room): Allotment {
  let free = room.freeRecords;
  let freeOfKind = room.freeOfKind;
  return {
    take(chunk) {
      const weight = weightOf(chunk, room);
      const { reservedRecords, keptRecords } = room;
      const left = chunk.endSeq <= reservedRecords ? chunk.endSeq : reservedRecords + keptRecords;
      if (weight > free - left || weight > freeOfKind) return false;
      free -= weight;
      freeOfKind -= weight;
      return true;
    },
  };
}

/** What is planned of runs without a rate, by their ids, and when the first of them is to be planned again. */
export interface Allotted {
  readonly planned: ReadonlyMap<string, Planned>;
  readonly lookAgain: LookAgain;
}

/**
 * Hands out the room among runs without a rate: first a chunk to each that has nothing pending, the one that has had least
 * before the others; then whole chunks to `own`, up to its share. Where not even all of the first get one nobody passes
 * them, however small his chunk: else they would wait for ever.
 * @param own the run whose turn it is; null where it is not one of them
 * @param hungry other runs that have nothing pending
 * @param heldUpMs how soon one that got nothing looks again
 */
export function allot(
  { own, hungry }: { readonly own: PlannedRun | null; readonly hungry: readonly PlannedRun[] },
  room: Room,
  heldUpMs: number,
): Allotted {
  const { take } = openAllotment(room);
  const applicants = hungry.map((run) => openApplication(run, room, 0));
  const mine = own === null ? null : openApplication(own, room, room.pendingRecords);
  if (mine !== null && mine.pending() === 0) applicants.push(mine);
  applicants.sort((a, b) => a.attained - b.attained || (a.run.id < b.run.id ? -1 : 1));

  const areServed = applicants.every((applicant) => applicant.next() === undefined || applicant.serve(take));
  if (areServed && mine !== null) {
    while (mine.fitsShare(room.shareRecords) && mine.serve(take));
  }
  return {
    planned: new Map([...new Set([...applicants, ...(mine === null ? [] : [mine])])].flatMap(planOf)),
    lookAgain: lookAgainOf(mine, areServed && room.freeRecords > 0, heldUpMs),
  };
}

type Application = ReturnType<typeof openApplication>;

/** A run's wish for further chunks. */
function openApplication(run: PlannedRun, room: Room, pendingRecords: number) {
  const chunks = chunksOf(run, room.mostOfChunk);
  const planned: { readonly returning: ShelvedChunk[]; readonly chunks: NewChunk[] } = {
    returning: [],
    chunks: [],
  };
  let pending = pendingRecords;
  let next = chunks.next().value;
  return {
    run,
    planned,
    /** How far in its run the next chunk ends. */
    attained: next?.chunk.endSeq ?? 0,
    next: () => next,
    pending: () => pending,
    fitsShare: (shareRecords: number): boolean =>
      next !== undefined && pending + weightOf(next.chunk, room) <= shareRecords,
    serve(take: Allotment["take"]): boolean {
      if (next === undefined || !take(next.chunk)) return false;
      pending += weightOf(next.chunk, room);
      if (next.isNew) planned.chunks.push({ ...next.chunk, due: null });
      else planned.returning.push(next.chunk);
      next = chunks.next().value;
      return true;
    },
  };
}

interface NextChunk {
  readonly chunk: ShelvedChunk;
  readonly isNew: boolean;
}

/** First those that are planned already; then whole chunks, but the run's last. */
function* chunksOf(run: PlannedRun, mostOfChunk: number): Generator<NextChunk, undefined> {
  for (const chunk of run.shelved) yield { chunk, isNew: false };
  const end = run.requested ?? Number.MAX_SAFE_INTEGER;
  const length = Math.min(run.chunkSize, mostOfChunk);
  let firstSeq = run.plannedRecords;
  for (let index = run.plannedChunks; firstSeq < end && index <= maxChunkIndex; index++) {
    const endSeq = chunkEnd(run, firstSeq, length);
    yield { chunk: { index, firstSeq, endSeq }, isNew: true };
    firstSeq = endSeq;
  }
}

function planOf({ run, planned }: Application): [string, Planned][] {
  return planned.returning.length + planned.chunks.length === 0 ? [] : [[run.id, planned]];
}

/**
 * A run that has something pending hears of its progress, which makes room, for others as well where it is scarce; one that has
 * nothing must look for itself.
 */
function lookAgainOf(mine: Application | null, isThereRoom: boolean, heldUpMs: number): LookAgain {
  const wantsMore = mine?.next() !== undefined;
  const isHeldUp = wantsMore && mine?.pending() === 0;
  return { inMs: isHeldUp ? heldUpMs : null, atProgress: wantsMore || !isThereRoom };
}
