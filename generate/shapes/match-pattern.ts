import type { Pattern, PatternPart } from "./pattern.ts";

export type Matcher = (text: string) => boolean;
/** Matches what the bytes from `start` to below `end` are in UTF-8. */
export type ByteMatcher = (bytes: Buffer, start: number, end: number) => boolean;

/**
 * Matches by following all paths of the automaton at once (Thompson's construction, https://swtch.com/~rsc/regexp/regexp1.html), so that the
 * time is bounded by the text's length times the pattern's whatever they are. V8's RegExp takes exponential time for some patterns, and a
 * definition's come from anywhere. Sets of states that come again are remembered with what each character makes of them, so that most texts
 * cost a look-up a character.
 */
export function createMatcher(pattern: Pattern): Matcher {
  const lookaheads = pattern.lookaheads.map(({ isNegative, pattern: inner }) => ({
    isNegative,
    matches: createMatcher(inner),
  }));
  // Most of the patterns of a definition are never matched: those are not worth an automaton.
  let runs: Matcher | undefined;
  return (text) => {
    if (!lookaheads.every(({ isNegative, matches }) => matches(text) !== isNegative)) return false;
    runs ??= createRun(pattern).matchesText;
    return runs(text);
  };
}

/** The same of bytes: where they are ASCII no text is made of them. */
export function createByteMatcher(pattern: Pattern): ByteMatcher {
  const matchesText = createMatcher(pattern);
  let run: Run | undefined;
  return (bytes, start, end) => {
    run ??= createRun(pattern);
    return pattern.lookaheads.length === 0 && isAscii(bytes, start, end)
      ? run.matchesAscii(bytes, start, end)
      : matchesText(bytes.toString("utf8", start, end));
  };
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  let all = 0;
  for (let at = start; at < end; at++) all |= bytes[at] as number;
  return all < 0x80;
}

/** All states in which the automaton may be behind the characters read so far. */
interface Front {
  /** Those that read a character. */
  readonly states: readonly number[];
  readonly isAccepted: boolean;
  /** What each character leads to, as far as it was asked for. */
  readonly next: Map<number, Front>;
}

/** Sets of more states are not likely to come again. */
const mostRememberedStates = 64;
const mostRememberedFronts = 1_000;

interface Run {
  readonly matchesText: Matcher;
  readonly matchesAscii: ByteMatcher;
}

function createRun({ body, fromStart, toEnd }: Pattern): Run {
  const automaton = buildAutomaton(body);
  const { start, ranges, target } = automaton;
  const { enter, leave } = createGathering(automaton);
  enter(start);
  const first = leave();
  let known = new Map<string, Front>();

  function step({ states }: Front, point: number): Front {
    for (let at = 0; at < states.length; at++) {
      const state = states[at] as number;
      if (contains(ranges[state] as Ranges, point)) enter(target[state] as number);
    }
    if (!fromStart) enter(start);
    return leave();
  }

  function remember(front: Front): Front {
    const key = `${front.isAccepted}${front.states}`;
    const same = known.get(key);
    if (same !== undefined) return same;
    if (known.size === mostRememberedFronts) known = new Map();
    known.set(key, front);
    return front;
  }

  function follow(front: Front, point: number): Front {
    const found = front.next.get(point);
    if (found !== undefined) return found;
    const next = step(front, point);
    const isLarge = front.states.length > mostRememberedStates || next.states.length > mostRememberedStates;
    // Large ones grow until nothing more is to be had, and stay so.
    const kept = isSame(front, next) ? front : isLarge ? next : remember(next);
    if ((kept === front || !isLarge) && front.next.size < mostRememberedFronts) front.next.set(point, kept);
    return kept;
  }

  const isDecided = ({ isAccepted, states }: Front): boolean => (isAccepted ? !toEnd : states.length === 0);

  return {
    matchesText(text) {
      let front = first;
      for (let at = 0; at < text.length && !isDecided(front); at++) {
        const point = text.codePointAt(at) as number;
        if (point > 0xffff) at++;
        front = follow(front, point);
      }
      return front.isAccepted;
    },
    matchesAscii(bytes, start, end) {
      let front = first;
      for (let at = start; at < end && !isDecided(front); at++) front = follow(front, bytes[at] as number);
      return front.isAccepted;
    },
  };
}

const isSame = (one: Front, other: Front): boolean =>
  one.isAccepted === other.isAccepted &&
  one.states.length === other.states.length &&
  one.states.every((state, index) => state === other.states[index]);

/** The first and the last of each range, one behind the other. */
type Ranges = Int32Array;

function contains(ranges: Ranges, point: number): boolean {
  for (let at = 0; at < ranges.length; at += 2)
    if ((ranges[at] as number) <= point && point <= (ranges[at + 1] as number)) return true;
  return false;
}

/** States by their numbers: one reads a character of its ranges and goes on to its target, or goes on at once to each of its `jumps`. */
interface Automaton {
  readonly start: number;
  readonly accept: number;
  readonly ranges: readonly (Ranges | null)[];
  readonly target: readonly number[];
  readonly jumps: readonly (readonly number[])[];
}

/** Gathers the states that can be reached without reading from those that are entered. */
function createGathering({ accept, ranges, jumps }: Automaton): {
  readonly enter: (state: number) => void;
  readonly leave: () => Front;
} {
  const reads = Uint8Array.from(ranges, (each) => (each === null ? 0 : 1));
  const gathered = new Int32Array(ranges.length);
  const isGathered = new Uint8Array(ranges.length);
  const waiting: number[] = [];
  let size = 0;
  return {
    enter(first) {
      let state: number | undefined = first;
      while (state !== undefined) {
        if (isGathered[state] === 0) {
          isGathered[state] = 1;
          gathered[size++] = state;
          if (reads[state] === 0) for (const next of jumps[state] as readonly number[]) waiting.push(next);
        }
        state = waiting.length > 0 ? waiting.pop() : undefined;
      }
    },
    leave() {
      const isAccepted = isGathered[accept] === 1;
      const states: number[] = [];
      for (let at = 0; at < size; at++) {
        const state = gathered[at] as number;
        isGathered[state] = 0;
        if (reads[state] === 1) states.push(state);
      }
      size = 0;
      if (states.length <= mostRememberedStates) states.sort((a, b) => a - b);
      return { states, isAccepted, next: new Map() };
    },
  };
}

const none: readonly number[] = [];

function buildAutomaton(body: PatternPart): Automaton {
  const ranges: (Ranges | null)[] = [];
  const target: number[] = [];
  const jumps: (readonly number[])[] = [];
  const add = (reads: Ranges | null, to: number, at: readonly number[]): number => {
    ranges.push(reads);
    target.push(to);
    jumps.push(at);
    return ranges.length - 1;
  };

  const sets = new Map<PatternPart, Ranges>();
  /** One for all copies of a part. */
  function flat(set: Extract<PatternPart, { kind: "set" }>): Ranges {
    const known = sets.get(set) ?? Int32Array.from(set.ranges.flat());
    sets.set(set, known);
    return known;
  }

  /** @returns the state in which a part begins, from which it goes on to `then` */
  function build(part: PatternPart, then: number): number {
    switch (part.kind) {
      case "set":
        return add(flat(part), then, none);
      case "sequence":
        return part.parts.reduceRight((next, each) => build(each, next), then);
      case "either":
        return add(
          null,
          0,
          part.branches.map((branch) => build(branch, then)),
        );
      case "repeat":
        return buildRepeat(part.part, part.min, part.max, then);
    }
  }

  function buildRepeat(part: PatternPart, min: number, max: number | null, then: number): number {
    let start = then;
    if (max === null) {
      start = add(null, 0, [then]);
      jumps[start] = [then, build(part, start)];
    } else {
      for (let copy = min; copy < max; copy++) start = add(null, 0, [then, build(part, start)]);
    }
    for (let copy = 0; copy < min; copy++) start = build(part, start);
    return start;
  }

  const accept = add(null, 0, none);
  const start = build(body, accept);
  return { start, accept, ranges, target, jumps };
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
