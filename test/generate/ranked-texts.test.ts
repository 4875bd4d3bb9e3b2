import { expect } from "chai";
import type { TextPart } from "../../generate/people/locale-words.ts";
import { inventTexts, type RankedTexts } from "../../generate/ranked-texts.ts";
import { createWords, fixedText } from "../../generate/words.ts";
import { range } from "../setup/batches.ts";
import { writtenBy } from "../setup/draw-records.ts";

const list = range(0, 60).map((index) => `s${index}`);
const syllables: TextPart = { oneOf: createWords(list) };
const text = (fixed: string): TextPart => ({ text: fixedText(fixed) });
const writeAll = (texts: RankedTexts, ranks: readonly number[]): string[] =>
  ranks.map((rank) => writtenBy((out) => texts.write(rank, out)));

describe("invented texts", () => {
  const invent = (): RankedTexts =>
    inventTexts(
      42,
      "test",
      [
        [syllables, text("-"), syllables],
        [text("the "), syllables],
      ],
      500,
    );

  it("are different, and the same in whichever order they are asked for", () => {
    const ranks = range(0, 500);
    const texts = writeAll(invent(), ranks);
    expect(new Set(texts).size).to.equal(500);
    expect(writeAll(invent(), [...ranks].reverse())).to.deep.equal([...texts].reverse());
    expect(writeAll(invent(), [499, 0, 250])).to.deep.equal([texts[499], texts[0], texts[250]]);
  });

  it("are another seed's others", () => {
    const [one] = writeAll(invent(), [0]);
    expect(
      writeAll(inventTexts(43, "test", [[syllables, text("-"), syllables]], 500), [0]),
    ).not.to.deep.equal([one]);
  });

  it("are counted where there are fewer than asked for", () => {
    const few = inventTexts(42, "test", [[syllables]], 500);
    expect(few.size).to.equal(60);
    expect(writeAll(few, range(0, 60)).sort()).to.deep.equal([...list].sort());
  });
});
