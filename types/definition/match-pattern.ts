import type { Pattern, PatternPart } from "./pattern.ts";

/** A state that reads one character of the ranges and goes on, or goes on at once to each of `next`. */
interface State {
  readonly ranges: readonly (readonly [number, number])[] | null;
  next: State[];
}

export type Matcher = (text: string) => boolean;

/**
 * Matches by following all paths of the automaton at once (Thompson's construction, https://swtch.com/~rsc/regexp/regexp1.html), so that the
 * time is bounded by the text's length times the pattern's whatever they are. V8's RegExp takes exponential time for some patterns, and a
 * definition's come from anywhere.
 */
export function createMatcher(pattern: Pattern): Matcher {
  const { body, fromStart, toEnd } = pattern;
  const accept: State = { ranges: null, next: [] };
  const start = build(body, accept);
  const lookaheads = pattern.lookaheads.map(({ isNegative, pattern: inner }) => ({
    isNegative,
    matches: createMatcher(inner),
  }));

  function runs(text: string): boolean {
    let states = new Set<State>();
    enter(start, states);
    if (states.has(accept) && (!toEnd || text === "")) return true;
    for (const sign of text) {
      const point = sign.codePointAt(0) as number;
      const following = new Set<State>();
      for (const { ranges, next } of states) {
        if (ranges?.some(([low, high]) => low <= point && point <= high))
          for (const state of next) enter(state, following);
      }
      if (!fromStart) enter(start, following);
      if (following.size === 0) return false;
      if (!toEnd && following.has(accept)) return true;
      states = following;
    }
    return states.has(accept);
  }

  return (text) => lookaheads.every(({ isNegative, matches }) => matches(text) !== isNegative) && runs(text);
}

/** Adds a state and all that can be reached from it without reading. */
function enter(state: State, states: Set<State>): void {
  const waiting = [state];
  for (let each = waiting.pop(); each; each = waiting.pop()) {
    if (states.has(each)) continue;
    states.add(each);
    if (each.ranges === null) waiting.push(...each.next);
  }
}

/** @returns the state in which a part begins, from which it goes on to `then` */
function build(part: PatternPart, then: State): State {
  switch (part.kind) {
    case "set":
      return { ranges: part.ranges, next: [then] };
    case "sequence":
      return part.parts.reduceRight((next, each) => build(each, next), then);
    case "either":
      return { ranges: null, next: part.branches.map((branch) => build(branch, then)) };
    case "repeat":
      return buildRepeat(part.part, part.min, part.max, then);
  }
}

function buildRepeat(part: PatternPart, min: number, max: number | null, then: State): State {
  let start = then;
  if (max === null) {
    const loop: State = { ranges: null, next: [then] };
    loop.next.push(build(part, loop));
    start = loop;
  } else {
    for (let copy = min; copy < max; copy++) start = { ranges: null, next: [then, build(part, start)] };
  }
  for (let copy = 0; copy < min; copy++) start = build(part, start);
  return start;
}

/** How many characters what is generated has. */
export function lengthsOf(part: PatternPart): { readonly min: number; readonly max: number } {
  switch (part.kind) {
    case "set":
      return { min: 1, max: 1 };
    case "sequence":
      return part.parts
        .map(lengthsOf)
        .reduce((sum, each) => ({ min: sum.min + each.min, max: sum.max + each.max }), { min: 0, max: 0 });
    case "either": {
      const lengths = part.branches.map(lengthsOf);
      return {
        min: Math.min(...lengths.map(({ min }) => min)),
        max: Math.max(...lengths.map(({ max }) => max)),
      };
    }
    case "repeat": {
      const { min, max } = lengthsOf(part.part);
      // 0 times without end is 0.
      return { min: min * part.min, max: max === 0 ? 0 : max * (part.max ?? Number.POSITIVE_INFINITY) };
    }
  }
}
