import { spendEffort } from "./attempts.ts";
import { type Context, streamOf } from "./context.ts";
import { madeText, writtenText } from "./drawn-text.ts";
import { formatPatterns, someExpressions } from "./format-patterns.ts";
import { createLorem, loremBytes } from "./lorem.ts";
import { type DrawPattern, preparePattern } from "./pattern.ts";
import { sampleEmail } from "./people/samplers.ts";
import { CannotSample, type Sampler, sampleSpace } from "./sampler.ts";
import { createMatcher } from "./shapes/match-pattern.ts";
import type { Format, ScalarNode, TextOperator } from "./shapes/nodes.ts";
import type { Pattern, PatternPart } from "./shapes/pattern.ts";
import type { Utf8Writer } from "./utf8-writer.ts";
import { uuidRoom, writeUuid } from "./uuid.ts";
import { listSpace } from "./values.ts";

/** Texts that are drawn character by character. */
export function sampleText(
  operator: Exclude<TextOperator, { kind: "sequence" }>,
  node: ScalarNode,
  context: Context,
): Sampler {
  switch (operator.kind) {
    case "uuid":
      return drawnText(uuidRoom, writeUuid, node, context);
    case "words":
      return drawnText(loremBytes(node), createLorem(node), node, context);
    case "pattern":
      return samplePattern(operator.pattern, node, context);
    case "format":
      return sampleFormat(operator.format, node, context);
  }
}

function drawnText(
  bytes: number,
  draw: DrawPattern,
  node: ScalarNode,
  context: Context,
): Sampler & { value: (seq: number) => string } {
  const draws = streamOf(context, node);
  return writtenText(bytes, (seq, out) => {
    draws.open(seq);
    draw(draws, out);
  });
}

function sampleFormat(format: Format, node: ScalarNode, context: Context): Sampler {
  if (format === "regex") {
    const draws = streamOf(context, node);
    const space = listSpace(someExpressions);
    return sampleSpace(space, (seq) => {
      draws.open(seq);
      return draws.below(space.size);
    });
  }
  if (format === "ipv4") return drawnText(15, (draws, out) => writeIpv4(draws.bits(), out), node, context);
  if (format === "email" && hasRoomForNames(node))
    return drawnText(longestEmail, emailOf(context), node, context);
  return sampleBody(formatPatterns[format], format, node, context);
}

/** Shorter and longer than any address of the built-in users' words is. */
const shortestEmail = 12;
const longestEmail = 48;

const hasRoomForNames = ({ length }: ScalarNode): boolean =>
  length === null || (length.min <= shortestEmail && length.max >= longestEmail);

/** Addresses of names, as incoherent users have them. */
function emailOf({ people }: Context): DrawPattern {
  const write = sampleEmail({ ...people, model: { ...people.model, unique: [] } });
  return (draws, out) => write(draws, out, 0);
}

function writeIpv4(bits: number, out: Utf8Writer): void {
  out.number(bits >>> 24);
  for (let shift = 16; shift >= 0; shift -= 8) {
    out.byte(0x2e);
    out.number((bits >>> shift) & 255);
  }
}

function sampleBody(
  body: PatternPart,
  what: string,
  node: ScalarNode,
  context: Context,
): Sampler & { value: (seq: number) => string } {
  const prepared = preparePattern(body, node.length);
  if (prepared === null) {
    const { min = 0, max = 0 } = node.length ?? {};
    throw new CannotSample(node.pointer, `no text of ${what} has a length from ${min} to ${max}`);
  }
  return drawnText(prepared.bytes, prepared.draw, node, context);
}

/** Draws that look-aheads may refuse while a definition is checked: a pattern that is met less often restricts more than it describes. */
const checkedDraws = 64;

function samplePattern(pattern: Pattern, node: ScalarNode, context: Context): Sampler {
  const what = `the pattern ${pattern.source}`;
  const isMatch = pattern.lookaheads.length === 0 ? null : createMatcher(pattern);
  if (isMatch === null) return sampleBody(pattern.body, what, node, context);
  const attempts: ((seq: number) => string)[] = [];
  const maxDraws = Math.max(checkedDraws, context.maxAttempts);
  return madeText((seq) => {
    for (let attempt = 0; attempt < maxDraws; attempt++) {
      if (attempt > 0) spendEffort(context, node, 1);
      attempts[attempt] ??= sampleBody(pattern.body, what, node, {
        ...context,
        redraw: attempt === 0 ? context.redraw : `${context.redraw}#match${attempt}`,
      }).value;
      const text = (attempts[attempt] as (seq: number) => string)(seq);
      if (isMatch(text)) return text;
    }
    throw new CannotSample(
      node.pointer,
      `${maxDraws.toLocaleString("en")} texts of ${what} in a row did not pass its look-aheads`,
    );
  }, null);
}
