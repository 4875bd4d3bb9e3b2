import { type FaultRates, faultProperties, settleFaults } from "./fault-rates.ts";
import { type Model, modelProperties, settleModel } from "./model.ts";
import type { RecordType } from "./record-type.ts";

/** What shapes a run's data beside its seed, fields and reference date; kept with the run as JSON. */
export type DataOptions = Model & { readonly faults: FaultRates };

/** What a request may say about the data: one schema a property, of API, form, command line and documentation. */
export function optionProperties(type: RecordType) {
  return { ...modelProperties(type), ...faultProperties(type) };
}

/** Fills in what a request leaves open. */
export function settleOptions(type: RecordType, request: object): DataOptions {
  return { ...settleModel(type, request), faults: settleFaults(type, request) };
}
