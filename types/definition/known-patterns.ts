import { createMatcher, type Matcher } from "../../generate/shapes/match-pattern.ts";
import { parsePattern } from "../../generate/shapes/parse-pattern.ts";
import { type Pattern, partsOf } from "../../generate/shapes/pattern.ts";

export interface KnownPattern {
  readonly source: string;
  readonly pattern: Pattern;
  readonly matches: Matcher;
  /** About how many microseconds a text takes to be matched, at the worst. */
  readonly costOf: (text: string) => number;
}

/** Each of a definition's regular expressions is parsed once. */
export function createPatternOf(): (source: string) => KnownPattern {
  const known = new Map<string, KnownPattern>();
  return (source) => {
    let found = known.get(source);
    if (found === undefined) {
      const pattern = parsePattern(source);
      const parts = partsOf(pattern);
      found = {
        source,
        pattern,
        matches: createMatcher(pattern),
        costOf: (text) => 1 + Math.ceil((parts * (text.length + 1)) / 50),
      };
      known.set(source, found);
    }
    return found;
  };
}
