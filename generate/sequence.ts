import { countDigits } from "../records/utf8-writer.ts";
import { createWords } from "../records/words.ts";
import type { Operator } from "../types/definition/nodes.ts";
import { jsonOf } from "./json-text.ts";
import type { Space } from "./sampler.ts";

const zero = 0x30;

/** Numbered texts: `dev-0000042`. */
export function sequenceSpace({
  before,
  digits,
  after,
  start,
}: Extract<Operator, { kind: "sequence" }>): Space {
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
