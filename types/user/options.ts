import type { Model, ModelRequest } from "../../generate/people/model.ts";
import { modelProperties } from "../../generate/people/model-schema.ts";
import { settleModel } from "../../generate/people/settle-model.ts";
import type { FaultRates } from "../../records/faults/fault-kinds.ts";
import { type FaultRequest, faultProperties, settleFaults } from "../../records/faults/fault-rates.ts";
import type { RecordType } from "../../records/record-type.ts";
import type { TextDefinition } from "./text-definition.ts";

/** What shapes a run's data beside that, of a type of texts. */
export type DataOptions = Model & { readonly faults: FaultRates };

/** What a request may say about the data: one schema a property, of API, form, command line and documentation. */
export function optionProperties(type: TextDefinition & Pick<RecordType, "fieldFaults">) {
  return { ...modelProperties(type), ...faultProperties(type.fieldFaults()) };
}

/** What a request says about the data, and what its options must fit. */
export type OptionsRequest = ModelRequest & FaultRequest;

/**
 * Fills in what a request leaves open.
 * @throws InvalidOption where values contradict one another, or ask for more than there is
 */
export function settleOptions(
  type: Pick<RecordType, "name" | "fieldFaults">,
  request: OptionsRequest,
): DataOptions {
  return { ...settleModel(request), faults: settleFaults(type, request) };
}
