/**
 * A regular expression's syntax tree: what is generated and, by an automaton, matched. There are no back references; look-ahead stands
 * only at the beginning.
 */
export interface Pattern {
  readonly source: string;
  readonly body: PatternPart;
  /** Whether the match begins where the text begins, and ends where it ends. */
  readonly fromStart: boolean;
  readonly toEnd: boolean;
  /** What stands at the beginning of a match must (must not) match these too; what was drawn from `body` is drawn again. */
  readonly lookaheads: readonly { readonly isNegative: boolean; readonly pattern: Pattern }[];
}

export type PatternPart =
  /** One character of these ranges of code points, both ends included. */
  | { readonly kind: "set"; readonly ranges: readonly (readonly [number, number])[] }
  | { readonly kind: "sequence"; readonly parts: readonly PatternPart[] }
  | { readonly kind: "either"; readonly branches: readonly PatternPart[] }
  | {
      readonly kind: "repeat";
      readonly part: PatternPart;
      readonly min: number;
      readonly max: number | null;
    };

/** States of the automaton that matches it, about. */
export const partsOf = ({ body, lookaheads }: Pattern): number =>
  lookaheads.reduce((sum, { pattern }) => sum + partsOf(pattern), sizeOfPart(body));

/** A repetition counts as often as it may be. */
export function sizeOfPart(part: PatternPart): number {
  switch (part.kind) {
    case "set":
      return 1;
    case "sequence":
      return part.parts.reduce((sum, each) => sum + sizeOfPart(each), 1);
    case "either":
      return part.branches.reduce((sum, each) => sum + sizeOfPart(each), 1);
    case "repeat":
      return sizeOfPart(part.part) * Math.max(part.max ?? part.min + 1, 1) + 1;
  }
}
