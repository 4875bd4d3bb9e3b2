import { createDraws } from "./draws.ts";
import { type TextPattern, writePattern } from "./locale-words.ts";
import type { Utf8Writer } from "./utf8-writer.ts";
import { createWords, type Words } from "./words.ts";

/** Texts by their rank, the most frequent first. */
export interface RankedTexts {
  readonly size: number;
  /** @param rank 0 to `size - 1` */
  readonly write: (rank: number, out: Utf8Writer) => void;
}

export function listTexts(words: Words): RankedTexts {
  return { size: words.size, write: (rank, out) => out.word(words, rank) };
}

/** Invented at a time. */
const blockSize = 50;
const attemptsPerText = 4;

/**
 * Different texts of the patterns: as many as asked for, or fewer where they are hard to find. They are invented block by
 * block, when one is drawn for the first time: most of a short run's countries get as far as their first block, and to
 * invent all took half the time of a run of 1,000 records.
 */
export function inventTexts(
  seed: number,
  name: string,
  patterns: readonly TextPattern[],
  size: number,
): RankedTexts {
  const draws = createDraws(seed, `user@2/universe/${name}`);
  const found = new Set<string>();
  const blocks: Words[] = [];
  let attempt = 0;

  function addBlock(): Words {
    const texts: string[] = [];
    const full = Math.min(blockSize, size - found.size);
    for (; attempt < attemptsPerText * size && texts.length < full; attempt++) {
      draws.open(attempt);
      const text = writePattern(draws.pick(patterns), draws);
      if (found.has(text)) continue;
      found.add(text);
      texts.push(text);
    }
    if (isCertain && texts.length < full) throw new Error(`${name} has fewer texts than could be expected`);
    const block = createWords(texts);
    blocks.push(block);
    return block;
  }

  // Where it is not certain that so many will be found, they have to be counted.
  const isCertain = expectedTexts(patterns, attemptsPerText * size) >= 2 * size;
  while (!isCertain && addBlock().size === blockSize) {}
  return { size: isCertain ? size : found.size, write: writeFrom };

  function writeFrom(rank: number, out: Utf8Writer): void {
    const index = Math.floor(rank / blockSize);
    while (blocks.length <= index) addBlock();
    out.word(blocks[index] as Words, rank - blockSize * index);
  }
}

/** How many different texts so many attempts give on average; the deviation is below the root of the attempts. */
function expectedTexts(patterns: readonly TextPattern[], attempts: number): number {
  const each = attempts / patterns.length;
  return patterns
    .map((pattern) =>
      pattern.reduce((product, part) => product * (typeof part === "string" ? 1 : part.length), 1),
    )
    .reduce((sum, texts) => sum + texts * (1 - (1 - 1 / texts) ** each), 0);
}
