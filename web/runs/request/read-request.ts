import Type, { type TObject } from "typebox";
import type { RecordType } from "../../../records/record-type.ts";
import type { RecordTypes } from "../../../records/record-types.ts";
import { builtInType } from "../../../types/built-in.ts";
import { requestParser } from "../../http/parse.ts";
import { invalidRequest, type Problem } from "../../http/problem.ts";
import { splitType } from "../../types/split-type.ts";
import { type AskedType, anyRegistered, askedType, type RecordRequest } from "./request-schema.ts";

/** A request, and the newest version of the type that it names. */
export interface ReadRequest<Request extends RecordRequest> {
  readonly type: RecordType;
  readonly request: Request;
}

/**
 * Reads requests for records of any type; one that names no type, or the built-in one, may say all that this one can be asked for.
 * @throws Problem `invalid-request`, from the reader, also where there is no such type
 */
export function createRequestReader<Request extends RecordRequest>(
  types: RecordTypes,
  schemaOf: (type: AskedType) => TObject,
): (body: unknown) => Promise<ReadRequest<Request>> {
  const parserOf = (type: AskedType) => requestParser("body", Type.Unsafe<Request>(schemaOf(type)));
  const parseBuiltIn = parserOf(askedType(builtInType));
  const parseRegistered = parserOf(anyRegistered);
  return async (body) => {
    const { type: name, rest } = splitType(body);
    if (name === undefined || name === builtInType.name)
      return { type: builtInType, request: parseBuiltIn(rest) };
    const request = parseRegistered(body);
    return { type: await findType(types, request.type ?? ""), request };
  };
}

/** @throws Problem `invalid-request` where runs of no such type can be asked for */
export async function findType(types: RecordTypes, name: string): Promise<RecordType> {
  const found = await types.findNewest(name);
  if (found === null) throw unknownType(name);
  return found.type;
}

export const unknownType = (name: string): Problem =>
  invalidRequest([
    { field: "type", message: `must be a type that there is; ${JSON.stringify(name)} is not registered` },
  ]);
