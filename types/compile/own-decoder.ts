import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { createValidator, TooManySteps } from "../../generate/shapes/create-validator.ts";
import type { Definition } from "../../generate/shapes/nodes.ts";
import { listMembers } from "../../json/json-members.ts";
import { type DecodeMessage, dead, describeType, quoteBeginning, readObject } from "../../records/decoded.ts";
import { toExplanation } from "../../records/explanation.ts";
import { limits } from "../definition/limits.ts";
import { type ColumnText, columnTexts } from "./column-text.ts";
import type { TableColumn } from "./table.ts";

/**
 * Compiles what reads the messages of a type of one's own. One that is not valid is flagged or, where the definition says so, a dead
 * letter: a flagged row has of its fields what their columns can hold, and says the first thing that is wrong.
 * @param maxSteps schemas that may be held against a record until it is known to be valid
 */
export function createOwnDecoder(
  { schema, onInvalid }: Definition,
  columns: readonly TableColumn[],
  maxSteps: number = limits.validations,
): DecodeMessage {
  const validate = createValidator(schema, { allErrors: false, maxSteps })("");
  const fields = columns.map(({ field, sqlType }) => ({ field, sqlType, toText: columnTexts[sqlType] }));
  return (value) => {
    const read = readObject(value);
    if (read.kind === "dead") return read;
    const { payload, record } = read;
    const fault = findFault(validate, record);
    const faults = fault === null ? [] : [fault];
    const jsonOf = readTexts(payload);
    const values = fields.map(({ field, sqlType, toText }) => {
      const fieldValue = Object.hasOwn(record, field) ? record[field] : null;
      if (fieldValue === null) return null;
      const text = convert(toText, fieldValue, () => jsonOf(field));
      if (text === null) faults.push(`${field}: ${describe(fieldValue)} is no ${sqlType}, set to NULL`);
      return text;
    });
    if (faults.length === 0) return { kind: "row", payload, values, error: null };
    const error = toExplanation(faults.join("; "));
    return onInvalid === "flag" ? { kind: "row", payload, values, error } : dead("invalid_record", error);
  };
}

/** The first thing that is wrong, in words; null of a valid record. */
function findFault(validate: ValidateFunction, record: unknown): string | null {
  try {
    return validate(record) ? null : describeError(validate.errors?.[0]);
  } catch (error) {
    if (error instanceof TooManySteps) return `the record ${error.message}`;
    if (!(error instanceof RangeError)) throw error;
    return "the record is nested too deeply to be validated";
  }
}

function describeError(error: ErrorObject | undefined): string {
  const place = (error?.instancePath ?? "").slice(1);
  return `${place === "" ? "the record" : place}: ${error?.message ?? "is not valid"}`;
}

function convert(toText: ColumnText, value: unknown, json: () => string): string | null {
  try {
    return toText(value, json);
  } catch (error) {
    // Nested so deeply that what goes through it runs out of stack.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const describe = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? quoteBeginning(String(value))
    : describeType(value);

/** Gives the text of an object's members by their names; it is looked through when the first is asked for. */
function readTexts(payload: string): (name: string) => string {
  let places: Map<string, readonly [number, number]> | null = null;
  return (name) => {
    places ??= new Map(Array.from(listMembers(payload), ({ name, start, end }) => [name, [start, end]]));
    const [start, end] = places.get(name) ?? [0, 0];
    return payload.slice(start, end);
  };
}
