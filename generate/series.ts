import { instantOf } from "./changes/change-log.ts";
import { type Context, dependency, streamOf } from "./context.ts";
import { dayMs, timeRoom, timeValue, unitMs, writeTime } from "./dates.ts";
import type { Draws } from "./draws.ts";
import { gridSpace } from "./grid-space.ts";
import { createNearestIndex } from "./on-grid.ts";
import { changesOf, entityOf } from "./relations.ts";
import { CannotSample, type Sampler, sampleSpace } from "./sampler.ts";
import type { Belonging, Changes, Grid, ScalarNode, SeriesOperator } from "./shapes/nodes.ts";
import { belowWide, fraction } from "./streams.ts";
import { valuesSpace } from "./values.ts";
import { createChooser } from "./weighted.ts";

type Of<Kind extends SeriesOperator["kind"]> = Extract<SeriesOperator, { kind: Kind }>;
type Series = Extract<Belonging, { kind: "series" }>;

/** Of readings: the time, the value or the state of an entity at its nth instant. Of records that change: the time of the change, and the state after it. */
export function sampleSeries(operator: SeriesOperator, node: ScalarNode, context: Context): Sampler {
  const { belongsTo, changes } = context.own;
  if (changes !== null && operator.kind === "tick") return sampleInstant(operator, changes, node, context);
  if (changes !== null && operator.kind === "machine") return sampleProgress(operator, node, context);
  if (belongsTo?.kind !== "series")
    throw new CannotSample(node.pointer, "needs x-record: {seriesOf: …, every: …}");
  switch (operator.kind) {
    case "tick":
      return sampleTick(operator, belongsTo, node, context);
    case "series":
      return sampleValue(operator, belongsTo, node, context);
    case "machine":
      return sampleState(operator, belongsTo, node, context);
  }
}

/** The first instant is the reference date; the jitter is uniform. */
function sampleTick({ shape }: Of<"tick">, series: Series, node: ScalarNode, context: Context): Sampler {
  const { tick } = entityOf(series, node, context);
  const draws = streamOf(context, node);
  const unit = unitMs(shape);
  const spread = Math.floor(series.jitterMs / unit) + 1;
  const unitsAt = (seq: number): number => {
    const instant = Math.floor((context.referenceTimeMs + tick(seq) * series.everyMs) / unit);
    if (spread === 1) return instant;
    draws.open(seq);
    return instant + belowWide(draws, spread);
  };
  return {
    room: timeRoom,
    write: (seq, out) => writeTime(shape, unitsAt(seq), out),
    value: (seq) => timeValue(shape, unitsAt(seq)),
  };
}

/** When a record changes. */
function sampleInstant({ shape }: Of<"tick">, changes: Changes, node: ScalarNode, context: Context): Sampler {
  const { at } = changesOf(node, context.log);
  const unit = unitMs(shape);
  const unitsAt = (seq: number): number =>
    Math.floor(instantOf(at(seq), changes, context.referenceTimeMs) / unit);
  return {
    room: timeRoom,
    write: (seq, out) => writeTime(shape, unitsAt(seq), out),
    value: (seq) => timeValue(shape, unitsAt(seq)),
  };
}

/** The day is warmest at three in the afternoon, UTC, the week highest on Wednesday. */
const hottestMs = 15 * 3_600_000;
const weekMs = 7 * dayMs;
/** 1970 began on a Thursday. */
const wednesdayMs = 6 * dayMs + dayMs / 2;

function sampleValue(operator: Of<"series">, series: Series, node: ScalarNode, context: Context): Sampler {
  const { daily, weekly, trend } = operator;
  const { entity, tick } = entityOf(series, node, context);
  const base = typeof operator.base === "number" ? null : dependency(context, operator.base);
  const noiseOf = operator.noise === 0 ? null : createNoise(operator, series, node, context);
  const grid = node.grid as Grid;
  const nearest = createNearestIndex(grid);
  return sampleSpace(gridSpace(grid), (seq) => {
    const elapsedMs = tick(seq) * series.everyMs;
    const timeMs = context.referenceTimeMs + elapsedMs;
    let value = base === null ? (operator.base as number) : Number(base.value(seq));
    if (daily !== 0) value += daily * Math.cos((2 * Math.PI * (timeMs - hottestMs)) / dayMs);
    if (weekly !== 0) value += weekly * Math.cos((2 * Math.PI * (timeMs - wednesdayMs)) / weekMs);
    if (trend !== 0) value += (trend * elapsedMs) / dayMs;
    if (noiseOf !== null) value += noiseOf(entity(seq), tick(seq));
    return nearest(value);
  });
}

/** So many hashes are averaged, in so many for each half life: the last one weighs a hundredth of the first. */
const taps = 27;
const tapsPerHalfLife = 4;
const tapWeights = Array.from({ length: taps }, (_, back) => 2 ** (-back / tapsPerHalfLife));
const tapNorm = Math.sqrt(tapWeights.reduce((sum, weight) => sum + weight ** 2, 0));

/**
 * Noise that moves on: a moving average of hashes at fixed instants, between which it goes straight. So it takes as long to make wherever it is
 * asked for, and half of it is left after the half life.
 */
function createNoise(
  { noise, halfLifeMs }: Of<"series">,
  series: Series,
  node: ScalarNode,
  context: Context,
): (entity: number, tick: number) => number {
  const draws = streamOf(context, node, "#noise");
  const ticksPerKnot = Math.max(1, halfLifeMs / tapsPerHalfLife / series.everyMs);
  const entities = context.related?.countOf(series.of) ?? 1;
  const makeKnot = (entity: number, knot: number): number => {
    let sum = 0;
    for (let back = 0; back < taps; back++) {
      draws.open((knot + taps - back) * entities + entity);
      sum += (tapWeights[back] as number) * bell(draws);
    }
    return (noise * sum) / tapNorm;
  };
  // In an array each place has its own.
  const knotAt = context.place === null ? rememberKnots(entities, makeKnot) : makeKnot;
  return (entity, tick) => {
    const place = tick / ticksPerKnot;
    const knot = Math.floor(place);
    const part = place - knot;
    return part === 0
      ? knotAt(entity, knot)
      : (1 - part) * knotAt(entity, knot) + part * knotAt(entity, knot + 1);
  };
}

/** Entities whose knots are kept, of however many: half a megabyte. */
const mostKept = 2 ** 14;

/**
 * Keeps the two knots between which each entity is, since its next readings are between the same ones: they come after one of every other entity.
 * A knot's place follows from its number and its entity's; another one in it is made again.
 */
function rememberKnots(
  entities: number,
  makeKnot: (entity: number, knot: number) => number,
): (entity: number, knot: number) => number {
  const kept = Math.min(entities, mostKept);
  const keys = new Float64Array(2 * kept).fill(-1);
  const values = new Float64Array(2 * kept);
  return (entity, knot) => {
    const place = 2 * (entity % kept) + (knot % 2);
    const key = knot * entities + entity;
    if (keys[place] !== key) {
      values[place] = makeKnot(entity, knot);
      keys[place] = key;
    }
    return values[place] as number;
  };
}

/** Nearly normal, of variance 1: the sum of four uniform numbers. */
function bell(draws: Draws): number {
  const [one, other] = [draws.bits(), draws.bits()];
  return ((one >>> 16) + (one & 0xffff) + (other >>> 16) + (other & 0xffff) - 131_070) / 37_837.2;
}

/** So many instants behind the first of each stretch an endless path begins anew, in a state that is as likely as it is on the whole. */
const stretch = 256;

/** The state of an entity: its path is replayed from the beginning, from one change to the next. */
function sampleState(
  { states, moves }: Of<"machine">,
  series: Series,
  node: ScalarNode,
  context: Context,
): Sampler {
  const { entity, tick } = entityOf(series, node, context);
  const entities = context.related?.countOf(series.of) ?? 1;
  const draws = streamOf(context, node);
  const leaving = moves.map((row) => row.reduce((sum, each) => sum + each, 0));
  const chooseNext = moves.map((row, from) => ((leaving[from] as number) > 0 ? createChooser(row) : null));
  // A path without a way back has few changes, however long it is.
  const chooseFirst = isEndless(moves) ? createChooser(stationary(moves)) : null;
  const stateAt = (seq: number): number => {
    const at = tick(seq);
    const part = chooseFirst === null ? 0 : Math.floor(at / stretch);
    draws.open(part * entities + entity(seq));
    let state = chooseFirst === null ? 0 : chooseFirst(draws);
    for (let left = chooseFirst === null ? at : at - part * stretch; ; ) {
      const next = chooseNext[state] as ReturnType<typeof createChooser> | null;
      if (next === null) return state;
      left -= stay(leaving[state] as number, draws);
      if (left < 0) return state;
      state = next(draws);
    }
  };
  const space = valuesSpace({ kind: "values", values: states, weights: null });
  return sampleSpace(space, stateAt);
}

/** The state of a record that changes: it begins with the first, and may move on with every update. */
function sampleProgress({ states, moves }: Of<"machine">, node: ScalarNode, context: Context): Sampler {
  const { at } = changesOf(node, context.log);
  const draws = streamOf(context, node);
  const chooseNext = moves.map((row) => {
    const leaving = row.reduce((sum, each) => sum + each, 0);
    return createChooser([...row, Math.max(0, 1 - leaving)]);
  });
  const space = valuesSpace({ kind: "values", values: states, weights: null });
  return sampleSpace(space, (seq) => {
    const { record, updates } = at(seq);
    draws.open(record);
    let state = 0;
    for (let left = updates; left > 0; left--) {
      const next = (chooseNext[state] as ReturnType<typeof createChooser>)(draws);
      // Behind all states: it stays.
      if (next < states.length) state = next;
    }
    return state;
  });
}

/** After how many instants a state is left that is left at each with this probability; 1 at least. */
const stay = (probability: number, draws: Draws): number =>
  probability >= 1 ? 1 : 1 + Math.floor(Math.log1p(-fraction(draws)) / Math.log1p(-probability));

/** Whether some state can be come back to. */
export function isEndless(moves: readonly (readonly number[])[]): boolean {
  const done = new Set<number>();
  const open = new Set<number>();
  const goesRound = (state: number): boolean => {
    if (open.has(state)) return true;
    if (done.has(state)) return false;
    open.add(state);
    const found = (moves[state] as readonly number[]).some((each, to) => each > 0 && goesRound(to));
    open.delete(state);
    done.add(state);
    return found;
  };
  return moves.some((_, state) => goesRound(state));
}

/** How likely each state is in the long run: the powers of the transitions, made slower by half, so that none goes on in turns. */
function stationary(moves: readonly (readonly number[])[]): readonly number[] {
  const size = moves.length;
  let power = moves.map((row, from) => {
    const leaving = row.reduce((sum, each) => sum + each, 0);
    return row.map((each, to) => each / 2 + (to === from ? 1 - leaving / 2 : 0));
  });
  for (let doubling = 0; doubling < 48; doubling++) {
    power = power.map((row) =>
      Array.from({ length: size }, (_, to) =>
        row.reduce((sum, each, middle) => sum + each * ((power[middle] as number[])[to] as number), 0),
      ),
    );
  }
  return power[0] as readonly number[];
}
