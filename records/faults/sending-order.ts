import type { SpoiledRecord, SpoilRecord } from "./spoiled-record.ts";

/** A message of a chunk, when it is its turn. */
export interface Sending extends Pick<SpoiledRecord, "value" | "clean" | "fault"> {
  readonly seq: number;
}

/**
 * A chunk's messages in the order in which they are sent: by sequence number, and at the end, by sequence number again,
 * those that come late and the second ones of duplicates.
 */
export interface ChunkSendings {
  /** Those that are sent in the place of these records; perhaps none. To be called from part to part. */
  inPlace(startSeq: number, endSeq: number): Iterable<Sending>;
  /** Those that follow at the end. Until then nothing but their numbers is kept. */
  atEnd(): Iterable<Sending>;
}

/** Begins a chunk. */
export function beginSendings(spoil: SpoilRecord): ChunkSendings {
  const heldBack: number[] = [];
  return {
    *inPlace(startSeq, endSeq) {
      for (let seq = startSeq; seq < endSeq; seq++) {
        const { sent, ...spoiled } = spoil(seq);
        for (let copy = 0; copy < sent.inPlace; copy++) yield { seq, ...spoiled };
        if (sent.atEnd > 0) heldBack.push(seq);
      }
    },
    *atEnd() {
      for (const seq of heldBack) {
        const { value, clean, fault } = spoil(seq);
        yield { seq, value, clean, fault };
      }
    },
  };
}

/**
 * All messages of a chunk, in order.
 * @param endSeq exclusive
 */
export function* sendingOrder(firstSeq: number, endSeq: number, spoil: SpoilRecord): Generator<Sending> {
  const sendings = beginSendings(spoil);
  yield* sendings.inPlace(firstSeq, endSeq);
  yield* sendings.atEnd();
}
