import Type from "typebox";
import { builtInType } from "../../types/built-in.ts";
import { requestParser } from "../http/parse.ts";
import { type FieldError, refuseAny } from "../http/problem.ts";
import { type AskedType, anyRegistered, askedType } from "../runs/request/request-schema.ts";
import { collectErrors, withinType } from "./collect-errors.ts";
import { type DatasetRequestBody, datasetRequestSchema } from "./dataset-schema.ts";
import { type TypeRequest, typeRequestSchema } from "./type-request.ts";

/** A request that says of each type what can be said of it. */
export type DatasetRequest = Omit<DatasetRequestBody, "types"> & {
  readonly types: Readonly<Record<string, TypeRequest>>;
};

/** Compiles the parser of requests. It throws Problem `invalid-request`, naming every bad field: those of a type as `types.order.count`. */
export function createParseDatasetRequest(): (body: unknown) => DatasetRequest {
  const parserOf = (type: AskedType) =>
    requestParser("body", Type.Unsafe<TypeRequest>(typeRequestSchema(type)));
  const parseBody = requestParser("body", datasetRequestSchema);
  const parseBuiltIn = parserOf(askedType(builtInType));
  const parseRegistered = parserOf(anyRegistered);

  return (body) => {
    const errors: FieldError[] = [];
    const parsed = collectErrors(errors, () => parseBody(body));
    const types = new Map<string, TypeRequest>();
    for (const [name, said] of typesIn(body)) {
      const parse = name === builtInType.name ? parseBuiltIn : parseRegistered;
      const request = collectErrors(errors, () => parse(said), withinType(name));
      if (request !== null) types.set(name, request);
    }
    refuseAny(errors);
    return { ...parsed, types: Object.fromEntries(types) };
  };
}

/** What each type is asked, as far as that can be told; what cannot, the body's schema names. */
function typesIn(body: unknown): readonly (readonly [string, unknown])[] {
  const types: unknown = isObject(body) ? body.types : undefined;
  return isObject(types) ? Object.entries(types).filter(([, said]) => isObject(said)) : [];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
