import { sampleArithmetic } from "./arithmetic.ts";
import { type Context, limitTo, ordinalOf, streamOf } from "./context.ts";
import { createZipf, drawContinuous } from "./distributions.ts";
import { sampleFaker } from "./faker.ts";
import { gridSpace } from "./grid-space.ts";
import { createNearestIndex } from "./on-grid.ts";
import { patternSpace } from "./pattern-space.ts";
import { createPermutation } from "./permutation.ts";
import { samplePerson } from "./person.ts";
import { sampleRelated } from "./relations.ts";
import { CannotSample, type ChooseIndex, type Sampler, type Space, sampleSpace } from "./sampler.ts";
import { sequenceSpace } from "./sequence.ts";
import { sampleSeries } from "./series.ts";
import { sizeOf } from "./shapes/decimal.ts";
import type { Grid, NumberOperator, Operator, ScalarNode } from "./shapes/nodes.ts";
import { mostRanks, skewFreely } from "./skew.ts";
import { belowWide } from "./streams.ts";
import { sampleTemplate } from "./template.ts";
import { sampleText } from "./text.ts";
import { chooseTime, sampleRelativeTime, timeSpace } from "./times.ts";
import { uuidSpace } from "./uuid.ts";
import { valuesSpace } from "./values.ts";
import { createChooser, zipfWeights } from "./weighted.ts";
import { sampleWideGrid } from "./wide-grid.ts";

/** The sampler of a node without nulls. */
export function sampleScalar(node: ScalarNode, context: Context): Sampler {
  const { operator } = node;
  const space = spaceOf(operator, node, context);
  // These are unique by themselves, or in a way of their own.
  const isCounted = operator.kind === "sequence" || operator.kind === "person" || operator.kind === "ref";
  if (node.unique && !isCounted) return sampleUnique(space, node, context);
  if (node.skew > 0) {
    if (space === null || space.size > mostRanks) {
      return skewFreely(node, context, (each) => draw(null, node, each));
    }
    const choose = createChooser(zipfWeights(space.size, node.skew));
    return sampleSpace(space, drawIndex(context, node, choose));
  }
  return draw(space, node, context);
}

/** The operator's own way to draw. */
function draw(space: Space | null, node: ScalarNode, context: Context): Sampler {
  const { operator } = node;
  switch (operator.kind) {
    case "const":
    case "values": {
      const list = space ?? valuesSpace(operator);
      return sampleSpace(list, chooseValue(operator, list.size, node, context));
    }
    case "uniform":
    case "normal":
    case "lognormal":
    case "exponential":
    case "zipf":
      return sampleNumber(operator, node, context);
    case "between": {
      const times = space ?? timeSpace(operator, context);
      return ontoGrid(sampleSpace(times, chooseTime(operator, context, streamOf(context, node))), node.grid);
    }
    case "after":
    case "before":
      return ontoGrid(sampleRelativeTime(operator, node, context), node.grid);
    case "product":
    case "add":
      return sampleArithmetic(operator, node, context);
    case "template":
      return sampleTemplate(operator, node, context);
    case "faker":
      return sampleFaker(operator, node, context);
    case "person":
      return samplePerson(operator, node, context);
    case "sequence": {
      const numbered = sequenceSpace(operator, node.type);
      limitTo(numbered.size, node, context);
      return sampleSpace(numbered, ordinalOf(context));
    }
    case "uuid":
    case "words":
    case "pattern":
    case "format":
      return sampleText(operator, node, context);
    case "tick":
    case "series":
    case "machine":
      return sampleSeries(operator, node, context);
    case "ref":
    case "through":
    case "parent":
    case "ordinal":
    case "sum":
    case "min":
    case "max":
    case "count":
      return sampleRelated(operator, node, context);
  }
}

/** Seconds are brought to the bounds and steps of a field that has them. */
function ontoGrid(sampler: Sampler, grid: Grid | null): Sampler {
  if (grid === null) return sampler;
  const space = gridSpace(grid);
  const nearest = createNearestIndex(grid);
  return sampleSpace(space, (seq) => nearest(Number(sampler.value(seq))));
}

function chooseValue(operator: Operator, size: number, node: ScalarNode, context: Context): ChooseIndex {
  if (size === 1) return () => 0;
  const weights = operator.kind === "values" ? operator.weights : null;
  if (weights !== null) return drawIndex(context, node, createChooser(weights));
  return drawIndex(context, node, (draws) => draws.below(size));
}

function sampleNumber(operator: NumberOperator, node: ScalarNode, context: Context): Sampler {
  const { grid, pointer } = node;
  if (grid === null) throw new CannotSample(pointer, "needs bounds to be drawn from");
  const size = sizeOf(grid);
  if (size > 2n ** 53n) return sampleWideGrid(grid, operator, streamOf(context, node));
  const space = gridSpace(grid);
  switch (operator.kind) {
    case "uniform":
      return sampleSpace(
        space,
        drawIndex(context, node, (draws) => belowWide(draws, space.size)),
      );
    case "zipf": {
      const { draw: drawRank } = createZipf(operator.exponent, space.size);
      return sampleSpace(
        space,
        drawIndex(context, node, (draws) => drawRank(draws) - 1),
      );
    }
    default: {
      const nearest = createNearestIndex(grid);
      const drawNumber = drawContinuous(grid, operator);
      return sampleSpace(
        space,
        drawIndex(context, node, (draws) => nearest(drawNumber(draws))),
      );
    }
  }
}

/** An index from the node's stream. */
function drawIndex(
  context: Context,
  node: ScalarNode,
  choose: (draws: ReturnType<typeof streamOf>) => number,
): ChooseIndex {
  const draws = streamOf(context, node);
  return (seq) => {
    draws.open(seq);
    return choose(draws);
  };
}

/** The operator's values where they can be numbered without repetition. */
function spaceOf(operator: Operator, node: ScalarNode, context: Context): Space | null {
  switch (operator.kind) {
    case "const":
    case "values":
      return valuesSpace(operator);
    case "uniform":
      return node.grid === null ? null : uniformSpace(node.grid, node.unique);
    case "between":
      return timeSpace(operator, context);
    case "uuid":
      return node.unique ? uuidSpace() : null;
    case "pattern":
      return node.unique && operator.pattern.lookaheads.length === 0
        ? patternSpace(operator.pattern.body, node.length)
        : null;
    default:
      return null;
  }
}

/** Of more numbers than can be counted, unique ones are evenly spaced. */
function uniformSpace(grid: Grid, isUnique: boolean): Space | null {
  const size = sizeOf(grid);
  if (size <= 2n ** 53n) return gridSpace(grid);
  if (!isUnique) return null;
  const step = grid.step * (size / 2n ** 53n);
  return gridSpace({ ...grid, step, highest: grid.lowest + step * (2n ** 53n - 1n) });
}

/** Each record has the value that a permutation deals it, and keeps it where its record is drawn again. */
function sampleUnique(space: Space | null, node: ScalarNode, context: Context): Sampler {
  const { pointer, stream, operator } = node;
  if (space === null) {
    const what =
      operator.kind === "faker"
        ? `what Faker's ${operator.method} gives`
        : `values drawn by ${operator.kind}`;
    throw new CannotSample(
      pointer,
      `must not be unique: ${what} cannot be counted. Values, uniform numbers, times between two, patterns of a fixed length, ` +
        "sequences, uuid and a person's email and phone_number can be unique",
    );
  }
  limitTo(space.size, node, context);
  const permute = createPermutation(context.seed, stream, space.size);
  const ordinal = ordinalOf(context);
  return sampleSpace(space, (seq) => permute(ordinal(seq)));
}
