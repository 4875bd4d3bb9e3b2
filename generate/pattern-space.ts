import { characterWords, chooseCharacters } from "./characters.ts";
import { mix } from "./draws.ts";
import type { Space } from "./sampler.ts";
import type { ScalarNode } from "./shapes/nodes.ts";
import type { PatternPart } from "./shapes/pattern.ts";
import { Utf8Writer } from "./utf8-writer.ts";
import type { Words } from "./words.ts";

/** More places than a text has that is to be unique. */
const maxPlaces = 1_000;

/**
 * The texts of a pattern that has the same number of characters in all of them, each from a set of its own: there every choice gives
 * another text, so that they can be numbered.
 * @returns null for all other patterns, and where the length is none that the node allows; of more texts than 2^53, so many
 */
export function patternSpace(body: PatternPart, length: ScalarNode["length"]): Space | null {
  const sets = listSets(body);
  if (sets === null || sets.length > maxPlaces) return null;
  if (length !== null && (sets.length < length.min || sets.length > length.max)) return null;
  const places: Place[] = [];
  let size = 1;
  // The last places turn fastest. Those in front of what 2^53 needs follow from the index by a hash: they tell no two apart.
  for (const words of sets.toReversed()) {
    const canTurn = size * words.size <= 2 ** 53;
    places.unshift({ words, weight: canTurn ? size : 0 });
    if (canTurn) size *= words.size;
  }
  const room = sets.length * 8 + 2;
  const scratch = new Utf8Writer();
  const write = (index: number, out: Utf8Writer): void => {
    out.byte(0x22);
    for (let at = 0; at < places.length; at++) {
      const { words, weight } = places[at] as Place;
      const choice =
        weight === 0 ? mix((index % 2 ** 32) + at * 0x9e3779b9) >>> 0 : Math.floor(index / weight);
      out.word(words, choice % words.size);
    }
    out.byte(0x22);
  };
  return {
    size,
    room,
    write,
    value(index) {
      scratch.clear();
      scratch.reserve(room);
      write(index, scratch);
      return JSON.parse(scratch.toString()) as string;
    },
  };
}

interface Place {
  readonly words: Words;
  /** By how much the index grows from one character to the next; 0: the index does not choose it. */
  readonly weight: number;
}

function listSets(part: PatternPart): readonly Words[] | null {
  switch (part.kind) {
    case "set": {
      const points = [...new Set(chooseCharacters(part.ranges))];
      return [characterWords(points)];
    }
    case "sequence": {
      const each = part.parts.map(listSets);
      return each.some((sets) => sets === null) ? null : each.flatMap((sets) => sets ?? []);
    }
    case "repeat": {
      const sets = part.max === part.min && part.min <= maxPlaces ? listSets(part.part) : null;
      return sets === null ? null : Array.from({ length: part.min }, () => sets).flat();
    }
    case "either":
      return part.branches.length === 1 ? listSets(part.branches[0] as PatternPart) : null;
  }
}
