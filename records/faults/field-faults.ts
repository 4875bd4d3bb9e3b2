import type { Draws } from "../../generate/draws.ts";
import type { Related } from "../../generate/related.ts";
import { type FaultName, faultNames, isOfFields } from "./fault-kinds.ts";

/** What has become of a record. */
export type RecordOutcome =
  | { readonly kind: "row"; readonly error: string | null }
  | { readonly kind: "dead"; readonly reason: string };

/** A field to which a kind of fault can be done. */
export interface FaultyField {
  /** What the label calls it: the field's name, `address/city` of one within it; empty for the record itself. */
  readonly name: string;
  /** The record's own field in whose value it is; null for the record itself. */
  readonly field: string | null;
  /**
   * The record with the field spoiled; null where that cannot be done to this record.
   * @param related the other types in the run's request; null where there are none, or none is needed
   */
  readonly spoil: (json: string, draws: Draws, related: Related | null) => string | null;
  /** Whether this has to become of a record that `spoil` has made: the one repair that is due, and no other beside it. */
  readonly isDue: (outcome: RecordOutcome) => boolean;
}

export interface FieldFault {
  /** What becomes of a record with it, for a person. */
  readonly outcome: string;
  readonly fields: readonly FaultyField[];
}

/** The faults of single fields that can be done to a type's records; each has at least one field. */
export type FieldFaults = ReadonlyMap<FaultName, FieldFault>;

/** What of them whoever asks for a run has to know. */
export type FaultOutcomes = ReadonlyMap<FaultName, Pick<FieldFault, "outcome">>;

/**
 * The kinds of fault that a type's runs can be asked for, those of single fields first: a message as a whole can be spoiled whatever it is
 * about.
 */
export function offeredFaults(faults: FaultOutcomes): readonly FaultName[] {
  return [
    ...faultNames.filter((name) => isOfFields(name) && faults.has(name)),
    ...faultNames.filter((name) => !isOfFields(name)),
  ];
}
