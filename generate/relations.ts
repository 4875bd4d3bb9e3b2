import type { ChangeLog } from "./changes/change-log.ts";
import { type Context, limitTo, ordinalOf, streamOf } from "./context.ts";
import { createZipf } from "./distributions.ts";
import { gridSpace } from "./grid-space.ts";
import { jsonOf, writeJson } from "./json-text.ts";
import { nearestUnits } from "./on-grid.ts";
import { createPermutation } from "./permutation.ts";
import type { Related } from "./related.ts";
import { CannotSample, type Sampler } from "./sampler.ts";
import { sizeOf, toDecimal, toJsonNumber } from "./shapes/decimal.ts";
import type { Belonging, Grid, Json, Pick, RelatedOperator, ScalarNode } from "./shapes/nodes.ts";
import { belowWide } from "./streams.ts";

type Sum = Of<"sum">;
type Extreme = Extract<RelatedOperator, { kind: "min" | "max" }>;
type Of<Kind extends RelatedOperator["kind"]> = Extract<RelatedOperator, { kind: Kind }>;

/** A value that is read off records of other types, or follows from them. */
export function sampleRelated(
  operator: Exclude<RelatedOperator, Of<"tick" | "series" | "machine">>,
  node: ScalarNode,
  context: Context,
): Sampler {
  switch (operator.kind) {
    case "ref":
    case "through":
    case "parent":
      return sampleTaken(operator, node, context);
    case "ordinal":
      return sampleOrdinal(node, context);
    case "count": {
      const { childrenOf } = relatedOf(node, context).dealOf(operator.type);
      return numbers(wholeNumbers(node), childrenOf);
    }
    case "sum":
      return sampleSum(operator, node, context);
    case "min":
    case "max":
      return sampleExtreme(operator, node, context);
  }
}

/** The other types of the run's request. */
export function relatedOf({ pointer }: ScalarNode, { related }: Context): Related {
  if (related !== null) return related;
  throw new CannotSample(pointer, "needs records of other types: ask for a dataset");
}

/** Which record of another type a record's value is of, by its sequence number there; null: of none. */
export type ChooseRecord = (seq: number) => number | null;

interface Chosen {
  readonly type: string;
  readonly choose: ChooseRecord;
}

function sampleTaken(
  operator: Of<"ref" | "through" | "parent">,
  node: ScalarNode,
  context: Context,
): Sampler {
  const { type, choose } = chosenBy(operator.kind === "through" ? operator.of : node, context);
  const taken = relatedOf(node, context).fieldOf(type, operator.field);
  return {
    room: Math.max(taken.room, 4),
    write(seq, out) {
      const chosen = choose(seq);
      if (chosen === null) writeJson(null, out);
      else taken.write(chosen, out);
    },
    value(seq) {
      const chosen = choose(seq);
      return chosen === null ? null : taken.value(chosen);
    },
  };
}

/** What a field's value is read off. */
export function chosenBy(node: ScalarNode, context: Context): Chosen {
  const { operator } = node;
  switch (operator.kind) {
    case "ref":
      return { type: operator.type, choose: pickRecord(operator, node, context) };
    case "parent":
      return { type: operator.type, choose: parentOf(node, context) };
    case "through":
      return chosenBy(operator.of, context);
    default:
      throw new Error(`${node.pointer} is of no other record`);
  }
}

function pickRecord({ type, pick }: Of<"ref">, node: ScalarNode, context: Context): ChooseRecord {
  const { own, seed } = context;
  if (type === own.name) return pickEarlier(pick, node, context);
  const count = relatedOf(node, context).countOf(type);
  if (count === null || count === 0)
    throw new CannotSample(
      node.pointer,
      `refers to records of ${type}, of which there are ${count ?? "endlessly many"}`,
    );
  if (node.unique) limitTo(count, node, context);
  const permute = createPermutation(seed, `${node.stream}#ranks`, count);
  switch (pick.kind) {
    case "uniform":
      return drawIndex(node, context, (draws) => belowWide(draws, count));
    case "zipf": {
      const { draw } = createZipf(pick.exponent, count);
      return drawIndex(node, context, (draws) => permute(draw(draws) - 1));
    }
    case "each": {
      const ordinal = ordinalOf(context);
      return (seq) => {
        const round = Math.floor(ordinal(seq) / count);
        return permute(ordinal(seq) - round * count, round);
      };
    }
  }
}

/** A record of the same type with a smaller sequence number, so that nobody is above himself; the first has none. */
function pickEarlier(pick: Pick, node: ScalarNode, context: Context): (seq: number) => number | null {
  const draws = streamOf(context, node, "#pick");
  return (seq) => {
    if (seq === 0) return null;
    draws.open(seq);
    return pick.kind === "zipf" ? createZipf(pick.exponent, seq).draw(draws) - 1 : belowWide(draws, seq);
  };
}

function drawIndex(
  node: ScalarNode,
  context: Context,
  choose: (draws: ReturnType<typeof streamOf>) => number,
): (seq: number) => number {
  const draws = streamOf(context, node, "#pick");
  return (seq) => {
    draws.open(seq);
    return choose(draws);
  };
}

/** Whose child or reading a record is. */
function parentOf(node: ScalarNode, context: Context): (seq: number) => number {
  const { own } = context;
  if (own.belongsTo?.kind === "series") return entityOf(own.belongsTo, node, context).entity;
  return relatedOf(node, context).dealOf(own.name).parentOf;
}

/** Readings are numbered by their instant first: of each entity one, and then the next. */
export function entityOf(
  { of }: Belonging,
  node: ScalarNode,
  context: Context,
): { readonly entity: (seq: number) => number; readonly tick: (seq: number) => number } {
  const count = relatedOf(node, context).countOf(of);
  if (count === null || count === 0)
    throw new CannotSample(
      node.pointer,
      `has readings of ${of}, of which there are ${count ?? "endlessly many"}`,
    );
  return { entity: (seq) => seq % count, tick: (seq) => Math.floor(seq / count) };
}

/** What happens to the records, of a field that follows from it. */
export function changesOf({ pointer }: ScalarNode, log: ChangeLog | null): ChangeLog {
  if (log !== null) return log;
  throw new CannotSample(
    pointer,
    "follows from a change, and is no field of the record that others can have",
  );
}

function sampleOrdinal(node: ScalarNode, context: Context): Sampler {
  const { own, log } = context;
  const space = wholeNumbers(node);
  if (own.belongsTo === null) {
    const { at } = changesOf(node, log);
    return numbers(space, (seq) => at(seq).updates + 1);
  }
  if (own.belongsTo?.kind === "series") {
    const { tick } = entityOf(own.belongsTo, node, context);
    return numbers(space, (seq) => tick(seq) + 1);
  }
  const { parentOf: parent, firstChildOf } = relatedOf(node, context).dealOf(own.name);
  return numbers(space, (seq) => seq - firstChildOf(parent(seq)) + 1);
}

/** From 0, whatever the field's bounds: that they hold was found out when the type was registered. */
const wholeNumbers = ({ grid }: ScalarNode): ReturnType<typeof gridSpace> =>
  gridSpace({ decimals: 0, step: 1n, lowest: 0n, highest: grid?.highest ?? 2n ** 53n - 1n });

const numbers = (space: ReturnType<typeof gridSpace>, numberAt: (seq: number) => number): Sampler => ({
  room: space.room,
  write: (seq, out) => space.write(numberAt(seq), out),
  value: (seq) => space.value(numberAt(seq)),
});

/** Doubles' whole numbers up to here are exact, with room for the rounding of a quotient. */
const exactUnits = 2 ** 50;

/** The sum over a record's children, whose fields are made again; 0 where there are none. */
function sampleSum({ type, field }: Sum, node: ScalarNode, context: Context): Sampler {
  const related = relatedOf(node, context);
  const { firstChildOf, childrenOf } = related.dealOf(type);
  const each = related.fieldOf(type, field);
  const grid = node.grid as Grid;
  const slow = (seq: number): bigint => {
    let total = 0n;
    const first = firstChildOf(seq);
    for (let child = first, end = first + childrenOf(seq); child < end; child++)
      total += unitsOf(each.value(child), grid);
    return nearestUnits(grid, { units: total, decimals: grid.decimals });
  };
  if (sizeOf(grid) > 2n ** 53n || grid.step !== 1n || grid.decimals > 15) {
    const value = (seq: number): Json => toJsonNumber({ units: slow(seq), decimals: grid.decimals });
    return { room: 0, value, write: (seq, out) => writeJson(value(seq), out) };
  }
  const power = 10 ** grid.decimals;
  const lowest = Number(grid.lowest);
  return numbers(gridSpace(grid), (seq) => {
    let total = 0;
    const first = firstChildOf(seq);
    for (let child = first, end = first + childrenOf(seq); child < end; child++) {
      const value = each.value(child);
      if (typeof value !== "number") return Number(slow(seq) - grid.lowest);
      total += Math.round(value * power);
    }
    return Math.abs(total) < exactUnits ? total - lowest : Number(slow(seq) - grid.lowest);
  });
}

/** A number in the grid's units, without loss: a child's field has no more digits than the sum. */
function unitsOf(value: Json, { decimals }: Grid): bigint {
  const exact = toDecimal(typeof value === "bigint" ? value : Number(value));
  return exact.units * 10n ** BigInt(decimals - exact.decimals);
}

/** The least or greatest of the children's values, by order of numbers or texts; null where there are none. */
function sampleExtreme({ kind, type, field }: Extreme, node: ScalarNode, context: Context): Sampler {
  const related = relatedOf(node, context);
  const { firstChildOf, childrenOf } = related.dealOf(type);
  const each = related.fieldOf(type, field);
  const value = (seq: number): Json => {
    let found: Json = null;
    const first = firstChildOf(seq);
    for (let child = first, end = first + childrenOf(seq); child < end; child++) {
      const next = each.value(child);
      if (found === null || isBefore(next, found) === (kind === "min")) found = next;
    }
    return found;
  };
  return { room: 0, value, write: (seq, out) => writeJson(value(seq), out) };
}

function isBefore(one: Json, other: Json): boolean {
  if (typeof one === "string" && typeof other === "string") return one < other;
  if (
    (typeof one === "number" || typeof one === "bigint") &&
    (typeof other === "number" || typeof other === "bigint")
  )
    return one < other;
  throw new TypeError(`${jsonOf(one)} and ${jsonOf(other)} have no order`);
}
