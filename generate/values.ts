import { jsonOf } from "./json-text.ts";
import type { Space } from "./sampler.ts";
import type { Json, Operator } from "./shapes/nodes.ts";
import { createWords } from "./words.ts";

/** A list of values, ready as bytes. */
export function listSpace(values: readonly Json[]): Space {
  const words = createWords(values.map(jsonOf));
  const sizes = values.map(
    (_, index) => (words.starts[index + 1] as number) - (words.starts[index] as number),
  );
  return {
    size: values.length,
    room: sizes.reduce((most, size) => Math.max(most, size), 0),
    write: (index, out) => out.word(words, index),
    value: (index) => values[index] as Json,
  };
}

export const valuesSpace = (operator: Extract<Operator, { kind: "const" | "values" }>): Space =>
  listSpace(operator.kind === "const" ? [operator.value] : operator.values);
