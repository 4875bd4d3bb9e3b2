import Type from "typebox";
import { type FaultName, faultKinds, faultNames } from "./faults/fault-kinds.ts";
import { InvalidOption } from "./invalid-option.ts";
import { selectFields } from "./record-type.ts";
import type { Field, TextDefinition } from "./text-definition.ts";

/** Shares of a run's records that are spoiled on purpose, from 0 to 1, by kind of fault; none for a clean run. */
export type FaultRates = Readonly<Partial<Record<FaultName, number>>>;

/** The part of a request for records that its faults depend on. */
export interface FaultRequest {
  readonly faults?: FaultRates;
  /** The run's fields; all of the type where it is left out. */
  readonly fields?: readonly string[];
}

/** What a request may say about faults: one schema a property. */
export function faultProperties(type: Pick<TextDefinition, "fields">) {
  const offered = faultNames.filter((name) => canSpoil(name, type.fields));
  return {
    faults: Type.Optional(
      Type.Unsafe<FaultRates>({
        type: "object",
        title: "Faults",
        description:
          "Shares of the records that are spoiled on purpose, by kind. A record has one fault at most, so the shares " +
          "add up to 1 at most. The label of a faulty message is its header `fault`.",
        default: {},
        examples: [{ invalid_date: 0.01, not_json: 0.001, duplicate: 0.005 }],
        additionalProperties: false,
        properties: Object.fromEntries(
          offered.map((name) => [
            name,
            {
              type: "number",
              title: faultKinds[name].title,
              description: faultKinds[name].description,
              minimum: 0,
              maximum: 1,
              default: 0,
              examples: [0.01],
              "x-message": "must be a share from 0 to 1, such as 0.01 for one record in a hundred",
            },
          ]),
        ),
      }),
    ),
  };
}

/**
 * Fills in what a request leaves open, and leaves out what comes to nothing: a clean run's rates are empty.
 * @throws InvalidOption where the rates add up to more than 1, or a fault needs a field that the run has not
 */
export function settleFaults(
  type: Pick<TextDefinition, "name" | "fields">,
  request: FaultRequest,
): FaultRates {
  const asked = faultNames.flatMap((name) => {
    const rate = request.faults?.[name] ?? 0;
    return rate > 0 ? [{ name, rate }] : [];
  });
  const fields = request.fields === undefined ? type.fields : selectFields(type, request.fields);
  // Shares as people write them do not add up to 1 exactly: 0.1 + 0.7 + 0.2 is a little more.
  const sum = asked.reduce((total, { rate }) => total + rate, 0);
  if (sum > 1 + 1e-9) {
    const message = `must add up to 1 at most, since a record has one fault at most; they add up to ${Number(sum.toPrecision(6))}`;
    throw new InvalidOption("faults", message);
  }
  for (const { name } of asked) {
    if (canSpoil(name, fields)) continue;
    const wanted = type.fields.filter((field) => fits(name, field)).map((field) => field.name);
    const message = `is not possible without ${wanted.length === 1 ? "the field" : "one of the fields"} ${wanted.join(", ")}`;
    throw new InvalidOption(`faults.${name}`, message);
  }
  return Object.fromEntries(asked.map(({ name, rate }) => [name, rate]));
}

function fits(name: FaultName, field: Field): boolean {
  const kind = faultKinds[name];
  return kind.scope !== "field" || kind.fits(field);
}

/** A message as a whole can be spoiled whatever it is about. */
function canSpoil(name: FaultName, fields: readonly Field[]): boolean {
  return faultKinds[name].scope !== "field" || fields.some((field) => fits(name, field));
}
