import type { RecordType } from "./record-type.ts";

/** Shares of a run's messages that are spoiled on purpose, by kind of fault. */
export type FaultRates = Readonly<Record<string, number>>;

/** What a request may say about faults: one schema a property. */
export function faultProperties(_type: RecordType) {
  return {};
}

/** Fills in what a request leaves open. */
export function settleFaults(_request: object): FaultRates {
  return {};
}
