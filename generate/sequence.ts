import { gridSpace } from "./grid-space.ts";
import { jsonOf } from "./json-text.ts";
import type { Space } from "./sampler.ts";
import type { Operator, ScalarType } from "./shapes/nodes.ts";
import { countDigits } from "./utf8-writer.ts";
import { createWords } from "./words.ts";

const zero = 0x30;

type Sequence = Extract<Operator, { kind: "sequence" }>;

export const sequenceSpace = (operator: Sequence, type: ScalarType): Space =>
  type === "string" ? numberedTexts(operator) : numbersFrom(operator);

function numbersFrom({ start }: Sequence): Space {
  const highest = Math.min(Number.MAX_SAFE_INTEGER, start + 2 ** 53 - 1);
  return gridSpace({ decimals: 0, step: 1n, lowest: BigInt(start), highest: BigInt(highest) });
}

/** Numbered texts: `dev-0000042`. */
function numberedTexts({ before, digits, after, start }: Sequence): Space {
  const around = createWords([jsonOf(before).slice(0, -1), jsonOf(after).slice(1)]);
  return {
    size: 2 ** 53 - start,
    room: (around.starts[2] as number) + Math.max(digits, 16),
    write(index, out) {
      const number = start + index;
      out.word(around, 0);
      for (let missing = digits - countDigits(number); missing > 0; missing--) out.byte(zero);
      out.number(number);
      out.word(around, 1);
    },
    value: (index) => `${before}${String(start + index).padStart(digits, "0")}${after}`,
  };
}
