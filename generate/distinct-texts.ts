import { Utf8Writer } from "./utf8-writer.ts";

/** Different texts in the order in which they were added, one behind the other as they will be written. */
export interface DistinctTexts {
  readonly size: () => number;
  /** Takes the text that `write` writes, unless it is there already. */
  readonly add: (write: (out: Utf8Writer) => void) => void;
  /** Writes the text that was added as the first, second … from 0. */
  readonly write: (index: number, out: Utf8Writer) => void;
}

/** Of a text that may be added: 255 characters. */
const longestTextBytes = 1_024;

/** Kept as bytes: as strings in a set they took twice as long to make, and then had to be encoded. */
export function createDistinctTexts(): DistinctTexts {
  const all = new Utf8Writer();
  const starts = [0];
  /** Which text has this hash, or is the next of the one that had it first. */
  const indexOf = new Map<number, number>();

  /** Whether the bytes from here to the end are a text that is there; takes a note of them if not. */
  function isKnown(from: number): boolean {
    for (let hash = all.hash(from); ; hash = (hash + 1) | 0) {
      const index = indexOf.get(hash);
      if (index === undefined) {
        indexOf.set(hash, starts.length - 1);
        return false;
      }
      if (all.endsAsFrom(from, starts[index] as number, starts[index + 1] as number)) return true;
    }
  }

  return {
    size: () => starts.length - 1,
    add(write) {
      const from = all.size;
      all.reserve(longestTextBytes);
      write(all);
      if (isKnown(from)) all.size = from;
      else starts.push(all.size);
    },
    write: (index, out) => out.append(all, starts[index], starts[index + 1]),
  };
}
