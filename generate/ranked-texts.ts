import { createDistinctTexts } from "./distinct-texts.ts";
import { createDraws } from "./draws.ts";
import { type TextPattern, writePattern } from "./people/locale-words.ts";
import type { Utf8Writer } from "./utf8-writer.ts";
import type { Words } from "./words.ts";

/** Texts by their rank, the most frequent first. */
export interface RankedTexts {
  readonly size: number;
  /** @param rank 0 to `size - 1` */
  readonly write: (rank: number, out: Utf8Writer) => void;
}

export function listTexts(words: Words): RankedTexts {
  return { size: words.size, write: (rank, out) => out.word(words, rank) };
}

const attemptsPerText = 4;

/**
 * Different texts of the patterns: as many as asked for, or fewer where they are hard to find. They are invented as far as
 * one is drawn: most of a short run's countries need few, and to invent all took half the time of a run of 1,000 records.
 */
export function inventTexts(
  seed: number,
  name: string,
  patterns: readonly TextPattern[],
  size: number,
): RankedTexts {
  const draws = createDraws(seed, `user@2/universe/${name}`);
  const texts = createDistinctTexts();
  const invent = (out: Utf8Writer): void => writePattern(draws.pick(patterns), draws, out);
  const attempts = attemptsPerText * size;
  let attempt = 0;

  function inventUpTo(count: number): void {
    for (; attempt < attempts && texts.size() < count; attempt++) {
      draws.open(attempt);
      texts.add(invent);
    }
  }

  // Where it is not certain that so many will be found, they have to be counted.
  const isCertain = expectedTexts(patterns, attempts) >= 2 * size;
  if (!isCertain) inventUpTo(size);
  return {
    size: isCertain ? size : texts.size(),
    write(rank, out) {
      inventUpTo(rank + 1);
      if (rank >= texts.size()) throw new Error(`${name} has fewer texts than could be expected`);
      texts.write(rank, out);
    },
  };
}

/** How many different texts so many attempts give on average; the deviation is below the root of the attempts. */
function expectedTexts(patterns: readonly TextPattern[], attempts: number): number {
  const each = attempts / patterns.length;
  return patterns
    .map((pattern) => pattern.reduce((product, part) => product * ("text" in part ? 1 : part.oneOf.size), 1))
    .reduce((sum, texts) => sum + texts * (1 - (1 - 1 / texts) ** each), 0);
}
