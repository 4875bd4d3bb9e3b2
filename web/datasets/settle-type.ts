import type { NewDataset } from "../../ledger/datasets/create-dataset.ts";
import type { PlannedType } from "../../records/plan-dataset.ts";
import type { RunOfRecords } from "../../records/record-type.ts";
import { type FieldError, refuseAny } from "../http/problem.ts";
import { completeOptions } from "../runs/request/record-options.ts";
import { runRequestOf } from "../runs/request/run-request.ts";
import type { TypeRequest } from "./type-request.ts";

/**
 * Fills in what a dataset's request leaves open of one type, as a run of that type has it.
 * @throws Problem `invalid-request`, naming fields of the type's own request
 */
export function settleTypeOptions(
  { type, uniqueOnRequest, referredTo }: PlannedType,
  { count: _, rate: __, shape: ___, ...request }: TypeRequest,
): Pick<RunOfRecords, "fields" | "options"> {
  const { fields, nulls } = request;
  const errors: FieldError[] = [];
  for (const field of referredTo) {
    if (fields?.includes(field) === false)
      errors.push({ field: "fields", message: `must name ${field}: other records refer to it` });
    if (isRecord(nulls) && Number(nulls[field] ?? 0) > 0)
      errors.push({ field: `nulls.${field}`, message: "must be 0: other records refer to it" });
  }
  refuseAny(errors);
  // Whoever refers to a record finds it by a value that no other has.
  const asked = Array.isArray(request.unique) ? request.unique : [];
  const unique = [...new Set([...asked, ...uniqueOnRequest])];
  return completeOptions(type, { ...request, ...(unique.length === 0 ? {} : { unique }) });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** The shortest that asks for a type's records once more. */
export function spellTypeRequest(
  { type, count }: PlannedType,
  run: NewDataset["runs"][number],
): Readonly<Record<string, unknown>> {
  const { related: _, ...options } = run.options;
  const asked = { ...run, options, requested: count, pace: run.pace ?? null };
  const { type: _type, count: _count, seed, referenceDate, chunkSize, fields, ...rest } = runRequestOf(asked);
  return {
    ...(type.relations.belongsTo?.kind === "children" ? {} : { count }),
    ...(fields === undefined || run.fields.length === type.fields.length ? {} : { fields }),
    ...rest,
  };
}
