import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Static, TSchema } from "typebox";
import { describeErrors, messageKeyword } from "./messages.ts";
import { invalidRequest } from "./problem.ts";

/** The part of a request that a schema describes. */
export type Place = "body" | "query" | "headers";

function createAjv(coerceTypes: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    coerceTypes,
    allowUnionTypes: true,
    discriminator: true,
  });
  addFormats.default(ajv, { mode: "full", formats: ["date", "date-time", "uuid"] });
  ajv.addKeyword(messageKeyword);
  return ajv;
}

/** A query string and headers hold nothing but text: `10` stands for the number there, never in a body. */
const ajvs: Readonly<Record<Place, Ajv2020>> = {
  body: createAjv(false),
  query: createAjv(true),
  headers: createAjv(true),
};

/**
 * Compiles a schema into a parser of that part of a request.
 * @throws Problem `invalid-request`, from the parser, naming every bad field
 */
export function requestParser<Schema extends TSchema>(
  place: Place,
  schema: Schema,
): (value: unknown) => Static<Schema> {
  const isValid = ajvs[place].compile<Static<Schema>>(schema);
  return (value) => {
    // Coercion writes into the object that it is given.
    const candidate = place === "body" ? value : Object.assign({}, value);
    if (candidate === undefined) throw invalidRequest([{ field: place, message: "is required" }]);
    if (!isValid(candidate)) throw invalidRequest(describeErrors(isValid.errors ?? [], place));
    return candidate;
  };
}
