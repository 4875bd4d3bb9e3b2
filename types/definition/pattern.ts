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
