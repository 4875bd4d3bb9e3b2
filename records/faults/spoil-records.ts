import { createDraws, type Draws } from "../draws.ts";
import type { GenerateRecord } from "../generate.ts";
import { type RunOfRecords, selectFields } from "../record-type.ts";
import type { Field, TextDefinition } from "../text-definition.ts";
import { type FaultName, faultKinds, faultNames } from "./fault-kinds.ts";

/** What is wrong with a message on purpose. */
export interface Fault {
  readonly kind: FaultName;
  /** The field that is spoiled, where the kind spoils one. */
  readonly field: Field | null;
}

/** A record as its message carries it. */
export interface SpoiledRecord {
  /** null is Kafka's tombstone. */
  readonly value: string | Buffer | null;
  readonly fault: Fault | null;
  /** How often the message is sent where its sequence number places it, and at the end of its chunk. */
  readonly sent: { readonly inPlace: 0 | 1 | 2; readonly atEnd: 0 | 1 };
}

/** Makes the record of a sequence number, spoiled or not: pure, the same bytes at every call. */
export type SpoilRecord = (seq: number) => SpoiledRecord;

const onceInPlace = { inPlace: 1, atEnd: 0 } as const;

/**
 * Prepares a run's faults. Which record is spoiled, and how, follows from (type and version, seed, sequence number,
 * shares, fields) alone, drawn from a stream of its own: the values that are not spoiled are those of a clean run.
 * @returns null for a clean run, whose messages are what `generate` makes
 */
export function createSpoiler(
  type: Pick<TextDefinition, "name" | "version" | "fields">,
  { seed, fields, options }: Pick<RunOfRecords, "seed" | "fields" | "options">,
  generate: GenerateRecord,
): SpoilRecord | null {
  const selected = selectFields(type, fields);
  const shares: { readonly name: FaultName; readonly below: number; readonly fields: readonly Field[] }[] =
    [];
  let below = 0;
  for (const name of faultNames) {
    // Runs of before there were options have none.
    const rate = options.faults?.[name] ?? 0;
    if (rate === 0) continue;
    below += rate;
    const kind = faultKinds[name];
    shares.push({ name, below, fields: kind.scope === "field" ? selected.filter(kind.fits) : [] });
  }
  if (shares.length === 0) return null;
  const draws = createDraws(seed, `${type.name}@${type.version}/faults`);

  return (seq) => {
    draws.open(seq);
    const drawn = drawShare(draws);
    const share = shares.find((one) => drawn < one.below);
    const json = generate(seq);
    return share === undefined
      ? { value: json, fault: null, sent: onceInPlace }
      : spoil(share.name, share.fields, json, draws);
  };
}

function spoil(name: FaultName, fields: readonly Field[], json: string, draws: Draws): SpoiledRecord {
  const kind = faultKinds[name];
  if (kind.scope === "field") {
    const field = draws.pick(fields);
    const values: Record<string, unknown> = JSON.parse(json);
    kind.spoil(values, field, draws);
    return { value: JSON.stringify(values), fault: { kind: name, field }, sent: onceInPlace };
  }
  const fault = { kind: name, field: null };
  if (kind.scope === "message") return { value: kind.spoil(json, draws), fault, sent: onceInPlace };
  if (name === "late") return { value: json, fault, sent: { inPlace: 0, atEnd: 1 } };
  const isAtOnce = draws.below(2) === 0;
  return { value: json, fault, sent: isAtOnce ? { inPlace: 2, atEnd: 0 } : { inPlace: 1, atEnd: 1 } };
}

/** Uniform from 0 to below 1, of 53 bits: shares of one in a billion are met as exactly as large ones. */
function drawShare(draws: Draws): number {
  const high = draws.bits() >>> 5;
  const low = draws.bits() >>> 6;
  return (high * 67_108_864 + low) / 9_007_199_254_740_992;
}
