import { characterWords, chooseCharacters, escapedCharacter } from "./characters.ts";
import type { Draws } from "./draws.ts";
import {
  hasLength,
  type Lengths,
  maxPatternLength,
  measurePattern,
  mostOf,
  type PatternLengths,
} from "./pattern-lengths.ts";
import type { ScalarNode } from "./shapes/nodes.ts";
import type { PatternPart } from "./shapes/pattern.ts";
import type { Utf8Writer } from "./utf8-writer.ts";
import { fixedText, type Words } from "./words.ts";

/** Draws a text that matches, and writes it as it stands between JSON's quotes. */
export type DrawPattern = (draws: Draws, out: Utf8Writer) => void;

/** Draws a part as long as is asked for. */
type DrawLength = (draws: Draws, out: Utf8Writer, length: number) => void;

type Length = ScalarNode["length"];

export interface PreparedPattern {
  readonly draw: DrawPattern;
  /** The most bytes of a text. */
  readonly bytes: number;
}

/**
 * Prepares a pattern. Where the node bounds the length more narrowly than the pattern, a length that the pattern has is drawn
 * first and then handed down to its parts: no text is thrown away.
 * @returns null where no text of the pattern has such a length
 */
export function preparePattern(body: PatternPart, length: Length): PreparedPattern | null {
  const extra = Math.min(length?.min ?? 0, maxPatternLength);
  const lengths = measurePattern(extra);
  const all = lengths.of(body);
  const fitting = length === null ? all : all.filter((each) => each >= length.min && each <= length.max);
  const longest = fitting.at(-1);
  if (longest === undefined) return null;
  const bytes = widestCharacter(body) * longest;
  if (fitting.length === all.length && longestOf(body) <= longest) return { draw: drawFreely(body), bytes };
  const draw = drawExactly(body, lengths, extra);
  return { draw: (draws, out) => draw(draws, out, draws.pick(fitting)), bytes };
}

/** The most bytes of a character, escaped as JSON has it. */
function widestCharacter(part: PatternPart): number {
  switch (part.kind) {
    case "set":
      return chooseCharacters(part.ranges).reduce(
        (most, point) => Math.max(most, Buffer.byteLength(escapedCharacter(point))),
        0,
      );
    case "sequence":
      return part.parts.reduce((most, each) => Math.max(most, widestCharacter(each)), 1);
    case "either":
      return part.branches.reduce((most, branch) => Math.max(most, widestCharacter(branch)), 1);
    case "repeat":
      return widestCharacter(part.part);
  }
}

/** The greatest length that is drawn freely. */
function longestOf(part: PatternPart): number {
  switch (part.kind) {
    case "set":
      return 1;
    case "sequence":
      return part.parts.reduce((sum, each) => sum + longestOf(each), 0);
    case "either":
      return part.branches.reduce((most, branch) => Math.max(most, longestOf(branch)), 0);
    case "repeat":
      return mostOf(part, 0) * longestOf(part.part);
  }
}

/** Every choice by itself, as likely as every other. */
function drawFreely(part: PatternPart): DrawPattern {
  switch (part.kind) {
    case "set": {
      const words = characterWords(chooseCharacters(part.ranges));
      if (words.size === 1) return writeFixed(words);
      return (draws, out) => out.word(words, draws.below(words.size));
    }
    case "sequence":
      return inOrder(joinFixed(part.parts));
    case "either": {
      const branches = part.branches.map(drawFreely);
      return (draws, out) => (branches[draws.below(branches.length)] as DrawPattern)(draws, out);
    }
    case "repeat":
      return (
        repeatAscii(part.part, part.min, mostOf(part, 0)) ??
        repeat(drawFreely(part.part), part.min, mostOf(part, 0))
      );
  }
}

const writeFixed =
  (words: Words): DrawPattern =>
  (_draws, out) =>
    out.word(words, 0);

/** Neighbours that are always the same character are written at once. */
function joinFixed(parts: readonly PatternPart[]): readonly DrawPattern[] {
  const drawn: DrawPattern[] = [];
  let fixed = "";
  const finish = (): void => {
    if (fixed !== "") drawn.push(writeFixed(fixedText(fixed)));
    fixed = "";
  };
  for (const part of parts) {
    const points = part.kind === "set" ? chooseCharacters(part.ranges) : [];
    if (points.length === 1) fixed += escapedCharacter(points[0] as number);
    else {
      finish();
      drawn.push(drawFreely(part));
    }
  }
  finish();
  return drawn;
}

function inOrder(parts: readonly DrawPattern[]): DrawPattern {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return (draws, out) => {
    for (let at = 0; at < parts.length; at++) (parts[at] as DrawPattern)(draws, out);
  };
}

function repeat(draw: DrawPattern, min: number, max: number): DrawPattern {
  return (draws, out) => {
    const count = max === min ? min : min + draws.below(max - min + 1);
    for (let done = 0; done < count; done++) draw(draws, out);
  };
}

/** Characters of one draw differ in likelihood by less than this part of 2^32 to the number of their combinations. */
const maxCombinations = 2 ** 20;

/**
 * Repetitions of a set of plain ASCII characters, of which each draw gives several and each is one byte: twice as fast as a draw and a word
 * for each.
 * @returns null where it is no such set
 */
function repeatAscii(part: PatternPart, min: number, max: number): DrawPattern | null {
  const points = part.kind === "set" ? chooseCharacters(part.ranges) : [];
  const size = points.length;
  if (size < 2 || points.some((point) => point >= 0x80 || escapedCharacter(point).length > 1)) return null;
  const table = Uint8Array.from(points);
  const perDraw = Math.floor(Math.log(maxCombinations) / Math.log(size));
  const combinations = size ** perDraw;
  return (draws, out) => {
    let left = max === min ? min : min + draws.below(max - min + 1);
    while (left > 0) {
      let combination = draws.below(combinations);
      for (let each = Math.min(left, perDraw); each > 0; each--) {
        const rest = Math.floor(combination / size);
        out.byte(table[combination - rest * size] as number);
        combination = rest;
      }
      left -= perDraw;
    }
  };
}

function drawExactly(part: PatternPart, lengths: PatternLengths, extra: number): DrawLength {
  switch (part.kind) {
    case "set":
      return drawFreely(part);
    case "either": {
      const branches = part.branches.map((branch) => ({
        lengths: lengths.of(branch),
        draw: drawExactly(branch, lengths, extra),
      }));
      return (draws, out, length) =>
        draws.pick(branches.filter((branch) => hasLength(branch.lengths, length))).draw(draws, out, length);
    }
    case "sequence": {
      const parts = part.parts.map((each) => drawExactly(each, lengths, extra));
      return (draws, out, length) => {
        let rest = length;
        for (let at = 0; at < parts.length; at++) {
          const own = lengths.of(part.parts[at] as PatternPart);
          const size = pickLength(draws, own, lengths.from(part.parts, at + 1), rest);
          (parts[at] as DrawLength)(draws, out, size);
          rest -= size;
        }
      };
    }
    case "repeat": {
      const draw = drawExactly(part.part, lengths, extra);
      const own = lengths.of(part.part);
      return (draws, out, length) => {
        const counts: number[] = [];
        for (let count = part.min; count <= mostOf(part, extra); count++) {
          if (hasLength(lengths.times(part.part, count), length)) counts.push(count);
        }
        let rest = length;
        for (let left = draws.pick(counts) - 1; left >= 0; left--) {
          const size = pickLength(draws, own, lengths.times(part.part, left), rest);
          draw(draws, out, size);
          rest -= size;
        }
      };
    }
  }
}

/** A length of a part with which what follows can have the rest. */
function pickLength(draws: Draws, own: Lengths, others: Lengths, rest: number): number {
  const fitting = own.filter((size) => hasLength(others, rest - size));
  return fitting.length === 1 ? (fitting[0] as number) : draws.pick(fitting);
}
