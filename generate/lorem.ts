import { createRequire } from "node:module";
import type { Draws } from "./draws.ts";
import type { ScalarNode } from "./shapes/nodes.ts";
import type { Utf8Writer } from "./utf8-writer.ts";
import { createWords } from "./words.ts";

const require = createRequire(import.meta.url);
const { faker } = require("@faker-js/faker/locale/en") as {
  faker: { definitions: { lorem: { word: readonly string[] } } };
};
const words = createWords(faker.definitions.lorem.word);
const lengthOf = (index: number): number =>
  (words.starts[index + 1] as number) - (words.starts[index] as number);
const longestWord = Array.from({ length: words.size }, (_, index) => lengthOf(index)).reduce((a, b) =>
  Math.max(a, b),
);

/** Text of unbounded length has two to four words. */
const fewest = 2;
const most = 4;
const space = 0x20;

/** The most bytes of a text. */
export const loremBytes = ({ length }: Pick<ScalarNode, "length">): number =>
  Math.max(length?.min ?? 0, Math.min(length?.max ?? Number.POSITIVE_INFINITY, most * (longestWord + 1))) +
  longestWord +
  1;

/** Words as long as the node's length says: two to four where it lets them, or as many as it needs. */
export function createLorem({ length }: Pick<ScalarNode, "length">): (draws: Draws, out: Utf8Writer) => void {
  const min = length?.min ?? 0;
  const max = length?.max ?? Number.POSITIVE_INFINITY;
  return (draws, out) => {
    const start = out.size;
    const count = fewest + draws.below(most - fewest + 1);
    for (let done = 0; done < count || out.size - start < min; done++) {
      const word = draws.below(words.size);
      const written = out.size - start;
      const separator = done === 0 ? 0 : 1;
      if (written + separator + lengthOf(word) <= max) {
        if (separator === 1) out.byte(space);
        out.word(words, word);
      } else if (written < min || done === 0) {
        // No room for the whole word, and the text is too short without it: its beginning fills the room.
        const end = start + max;
        if (separator === 1 && written + 1 < max) out.byte(space);
        for (let at = 0; out.size < end; at++)
          out.byte(words.view.getUint8((words.starts[word] as number) + at));
      } else return;
    }
  };
}
