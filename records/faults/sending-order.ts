import type { SpoiledRecord, SpoilRecord } from "./spoil-records.ts";

/** A message of a chunk, when it is its turn. */
export interface Sending extends Pick<SpoiledRecord, "value" | "fault"> {
  readonly seq: number;
}

/**
 * A chunk's messages in the order in which they are sent: by sequence number, and at the end, by sequence number again,
 * those that come late and the second ones of duplicates. Of the latter only the numbers are kept meanwhile.
 * @param endSeq exclusive
 */
export function* sendingOrder(firstSeq: number, endSeq: number, spoil: SpoilRecord): Generator<Sending> {
  const atEnd: number[] = [];
  for (let seq = firstSeq; seq < endSeq; seq++) {
    const { value, fault, sent } = spoil(seq);
    for (let copy = 0; copy < sent.inPlace; copy++) yield { seq, value, fault };
    if (sent.atEnd > 0) atEnd.push(seq);
  }
  for (const seq of atEnd) {
    const { value, fault } = spoil(seq);
    yield { seq, value, fault };
  }
}
