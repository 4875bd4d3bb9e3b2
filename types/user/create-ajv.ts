import { Ajv, type Format } from "ajv";
import addFormats from "ajv-formats";
import { isBeyondYears } from "../../records/year-bounds.ts";

/** A validator with the formats that record types use. */
export function createAjv(): Ajv {
  // Not the class of the 2020 dialect, which checks every branch of an `anyOf`; what it adds, the schema does not use.
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  addFormats.default(ajv, ["email", "ipv4"]);
  // The full mode knows how many days a month has; PostgreSQL would refuse the thirtieth of February.
  addFormats.default(ajv, { mode: "full", formats: ["date", "date-time", "iso-date-time"] });
  for (const name of ["email", "ipv4", "date"]) replaceFormat(ajv, name, (isExact) => isExact);
  replaceFormat(ajv, "iso-date-time", (isExact) => (text) => isExact(text) && !isBeyondYears(text));
  // By one regular expression: ajv's own check takes a quarter of a record's validation.
  replaceFormat(
    ajv,
    "date-time",
    (isExact) => (text) => commonDateTime.test(text) || (isExact(text) && !isBeyondYears(text)),
  );
  return ajv;
}

/** Date-times as the generator writes them, on days that every month has. */
const commonDateTime = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

type Check = (text: string) => boolean;

/**
 * More characters than a valid text of any of these formats has in a column. Of megabytes a regular expression runs out
 * of stack, and a date-time is cut to as many pieces as it has spaces.
 */
const maxLength = 1_000;

function replaceFormat(ajv: Ajv, name: string, better: (isExact: Check) => Check): void {
  const isValid = better(readCheck(name, ajv.formats[name]));
  ajv.addFormat(name, (text: string) => text.length <= maxLength && isValid(text));
}

function readCheck(name: string, format: Format | undefined): Check {
  if (format instanceof RegExp) return (text) => format.test(text);
  if (typeof format === "object" && typeof format.validate === "function") return format.validate as Check;
  throw new TypeError(`ajv-formats checks ${name} in another way than was expected`);
}
