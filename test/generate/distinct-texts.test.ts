import { expect } from "chai";
import fc from "fast-check";
import { createDistinctTexts } from "../../generate/distinct-texts.ts";
import { createWords } from "../../generate/words.ts";
import { range } from "../setup/batches.ts";
import { writtenBy } from "../setup/draw-records.ts";

/** What is kept of texts that are added one after the other. */
function keep(texts: readonly string[]): string[] {
  const kept = createDistinctTexts();
  const words = createWords(texts);
  for (const index of texts.keys()) kept.add((out) => out.word(words, index));
  return range(0, kept.size()).map((index) => writtenBy((out) => kept.write(index, out)));
}

describe("distinct texts", () => {
  it("are each kept once, in the order in which they first came", () => {
    const few = fc.array(fc.constantFrom("", "a", "b", "ab", "ba", "é", "日本"), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(few.map((parts) => parts.join(""))), (texts) => {
        expect(keep(texts)).to.deep.equal([...new Set(texts)]);
      }),
    );
  });

  it("are told apart where their hashes are the same", () => {
    const same = ["costarring", "liquid", "declinate", "macallums", "altarage", "zinke"];
    expect(keep([...same, ...same.toReversed()])).to.deep.equal(same);
  });
});
