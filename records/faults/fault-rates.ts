import Type from "typebox";
import { InvalidOption } from "../../generate/invalid-option.ts";
import type { RecordType, RunOptions } from "../record-type.ts";
import { type FaultName, type FaultRates, faultKinds, faultNames, isOfFields } from "./fault-kinds.ts";
import { type FaultOutcomes, offeredFaults } from "./field-faults.ts";

/** The part of a request for records that its faults depend on. */
export interface FaultRequest {
  readonly faults?: FaultRates;
  /** The run's fields; all of the type where it is left out. */
  readonly fields?: readonly string[];
}

/**
 * What a request may say about faults: one schema a property.
 * @param faults of the type's fields; null where its type is not known yet, which then has to judge
 */
export function faultProperties(faults: FaultOutcomes | null) {
  const offered = faults === null ? faultNames : offeredFaults(faults);
  return {
    faults: Type.Optional(
      Type.Unsafe<FaultRates>({
        type: "object",
        title: "Faults",
        description:
          "Shares of the records that are spoiled on purpose, by kind. A record has one fault at most, so the shares " +
          "add up to 1 at most. The label of a faulty message is its header `fault`.",
        default: {},
        examples: [exampleOf(offered)],
        additionalProperties: false,
        properties: Object.fromEntries(
          offered.map((name) => [
            name,
            {
              type: "number",
              title: faultKinds[name].title,
              description: describe(name, faults),
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

function describe(name: FaultName, faults: FaultOutcomes | null): string {
  const { description } = faultKinds[name];
  const fault = faults?.get(name);
  return fault === undefined ? description : `${description}; ${fault.outcome}`;
}

const examples: FaultRates = { invalid_date: 0.01, not_json: 0.001, duplicate: 0.005 };

const exampleOf = (offered: readonly FaultName[]): FaultRates =>
  Object.fromEntries(offered.flatMap((name) => (name in examples ? [[name, examples[name]]] : [])));

/**
 * Fills in what a request leaves open, and leaves out what comes to nothing: a clean run's rates are empty.
 * @throws InvalidOption where the rates add up to more than 1, or a fault needs a field that the type or the run has not
 */
export function settleFaults(
  type: Pick<RecordType, "name" | "fieldFaults">,
  request: FaultRequest,
): FaultRates {
  const asked = faultNames.flatMap((name) => {
    const rate = request.faults?.[name] ?? 0;
    return rate > 0 ? [{ name, rate }] : [];
  });
  // Shares as people write them do not add up to 1 exactly: 0.1 + 0.7 + 0.2 is a little more.
  const sum = asked.reduce((total, { rate }) => total + rate, 0);
  if (sum > 1 + 1e-9) {
    const message = `must add up to 1 at most, since a record has one fault at most; they add up to ${Number(sum.toPrecision(6))}`;
    throw new InvalidOption("faults", message);
  }
  for (const { name } of asked) {
    const message = isOfFields(name) ? findHindrance(type, name, request.fields) : null;
    if (message !== null) throw new InvalidOption(`faults.${name}`, message);
  }
  return Object.fromEntries(asked.map(({ name, rate }) => [name, rate]));
}

/** Why no field can be spoiled so; null where one can. */
function findHindrance(
  type: Pick<RecordType, "name" | "fieldFaults">,
  name: FaultName,
  fields: readonly string[] | undefined,
): string | null {
  const faults = type.fieldFaults();
  const faulty = faults.get(name)?.fields ?? [];
  if (faulty.length === 0)
    return `is not possible: no field of ${type.name} can be spoiled so; possible are ${offeredFaults(faults).join(", ")}`;
  if (fields === undefined || faulty.some(({ field }) => field === null || fields.includes(field)))
    return null;
  const wanted = faulty.map((each) => each.name);
  return `is not possible without ${wanted.length === 1 ? "the field" : "one of the fields"} ${wanted.join(", ")}`;
}

/** What a request has to say to get these options, of a type whose runs can be asked for nothing else. */
export const shortenFaults = ({ faults = {} }: RunOptions): Readonly<Record<string, unknown>> =>
  Object.keys(faults).length === 0 ? {} : { faults };
