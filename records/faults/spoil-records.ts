import { createDraws, type Draws } from "../../generate/draws.ts";
import type { Related } from "../../generate/related.ts";
import type { GenerateRecord } from "../../generate/write-record.ts";
import type { RecordType, RunOfRecords } from "../record-type.ts";
import { type FaultName, faultKinds, faultNames, isOfFields } from "./fault-kinds.ts";
import type { FaultyField } from "./field-faults.ts";
import type { SpoiledRecord, SpoilRecord } from "./spoiled-record.ts";

const onceInPlace = { inPlace: 1, atEnd: 0 } as const;

/**
 * Prepares a run's faults. Which record is spoiled, and how, follows from (type and version, seed, sequence number,
 * shares, fields) alone, drawn from a stream of its own: the values that are not spoiled are those of a clean run.
 * @returns null for a clean run, whose messages are what `generate` makes
 */
export function createSpoiler(
  type: Pick<RecordType, "name" | "version" | "fieldFaults">,
  {
    seed,
    fields,
    options,
    related = null,
  }: Pick<RunOfRecords, "seed" | "fields" | "options"> & {
    readonly related?: Related | null;
  },
  generate: GenerateRecord,
): SpoilRecord | null {
  const isInRun = ({ field }: FaultyField): boolean => field === null || fields.includes(field);
  const shares: Share[] = [];
  let below = 0;
  for (const name of faultNames) {
    // Runs of before there were options have none.
    const rate = options.faults?.[name] ?? 0;
    if (rate === 0) continue;
    below += rate;
    const faulty = isOfFields(name) ? (type.fieldFaults().get(name)?.fields ?? []).filter(isInRun) : [];
    shares.push({ name, below, fields: faulty });
  }
  if (shares.length === 0) return null;
  const draws = createDraws(seed, `${type.name}@${type.version}/faults`);

  return (seq) => {
    draws.open(seq);
    const drawn = drawShare(draws);
    const share = shares.find((one) => drawn < one.below);
    const json = generate(seq);
    return share === undefined
      ? { value: json, clean: json, fault: null, sent: onceInPlace }
      : spoil(share, json, draws, related);
  };
}

interface Share {
  readonly name: FaultName;
  /** Where its part of what is drawn ends. */
  readonly below: number;
  readonly fields: readonly FaultyField[];
}

function spoil({ name, fields }: Share, json: string, draws: Draws, related: Related | null): SpoiledRecord {
  const kind = faultKinds[name];
  if (kind.scope === "field" || kind.scope === "reference")
    return spoilField(name, fields, json, draws, related);
  const fault = { kind: name, field: null };
  if (kind.scope === "message")
    return { value: kind.spoil(json, draws), clean: json, fault, sent: onceInPlace };
  if (name === "late") return { value: json, clean: json, fault, sent: { inPlace: 0, atEnd: 1 } };
  const isAtOnce = draws.below(2) === 0;
  return {
    value: json,
    clean: json,
    fault,
    sent: isAtOnce ? { inPlace: 2, atEnd: 0 } : { inPlace: 1, atEnd: 1 },
  };
}

/** Fields that are tried, where one cannot be spoiled in this record. */
const mostFields = 4;

/** A record of which no field can be spoiled so is sent as it is, without a label. */
function spoilField(
  kind: FaultName,
  fields: readonly FaultyField[],
  json: string,
  draws: Draws,
  related: Related | null,
): SpoiledRecord {
  for (let left = Math.min(mostFields, fields.length); left > 0; left--) {
    const field = draws.pick(fields);
    const value = field.spoil(json, draws, related);
    if (value !== null) return { value, clean: json, fault: { kind, field }, sent: onceInPlace };
  }
  return { value: json, clean: json, fault: null, sent: onceInPlace };
}

/** Uniform from 0 to below 1, of 53 bits: shares of one in a billion are met as exactly as large ones. */
function drawShare(draws: Draws): number {
  const high = draws.bits() >>> 5;
  const low = draws.bits() >>> 6;
  return (high * 67_108_864 + low) / 9_007_199_254_740_992;
}
