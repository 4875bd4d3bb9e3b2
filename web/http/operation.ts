import type { Express, RequestHandler } from "express";
import Type, { type TObject, type TProperties, type TSchema } from "typebox";
import { readDefinitionsBody, readJsonBody } from "./json-body.ts";
import { Problem, type ProblemKind } from "./problem.ts";

export interface ResponseDocument {
  readonly description: string;
  /** Media type -> schema of what stands in it. */
  readonly content?: Readonly<Record<string, TSchema>>;
  /** Operations that take the `id` of what comes back. */
  readonly links?: readonly string[];
  /** Header -> what it says. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Method = "get" | "post" | "patch" | "delete";

/** An endpoint as the OpenAPI document describes it and as requests are checked against it. */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  /** In Express's spelling: `/api/runs/:id`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly headers?: TObject;
  readonly body?: TSchema;
  readonly bodyExample?: unknown;
  /** The body is a file of definitions, in JSON or YAML, and comes as it is; its example in YAML. */
  readonly definitionsExample?: string;
  readonly maxBodyBytes?: number;
  readonly responses: Readonly<Record<number, ResponseDocument>>;
  readonly problems: readonly ProblemKind[];
}

export interface Endpoint {
  readonly operation: Operation;
  /** The operation as it is while there are these registered types. */
  readonly forTypes?: (types: readonly TypeSchemas[]) => Operation;
  readonly handle: RequestHandler;
}

/** A registered type, as the OpenAPI document refers to it. */
export interface TypeSchemas {
  readonly name: string;
  /** Refers to the schema of its records. */
  readonly record: TSchema;
  /** What its runs can be asked for. */
  readonly options: TProperties;
}

const defaultMaxBodyBytes = 100 * 1024;

/** Serves the endpoints; another method on one of their paths is answered with those that there are. */
export function mountEndpoints(app: Express, endpoints: readonly Endpoint[]): void {
  const paths = [...new Set(endpoints.map(({ operation }) => operation.path))];
  // A path that is spelled out first: else it would be taken for one with a parameter.
  const isOpen = (path: string): number => Number(path.includes(":"));
  for (const path of paths.sort((one, other) => isOpen(one) - isOpen(other))) {
    const here = endpoints.filter(({ operation }) => operation.path === path);
    const route = app.route(path);
    for (const { operation, handle } of here) {
      const { method, body, definitionsExample, maxBodyBytes = defaultMaxBodyBytes } = operation;
      const readBody = definitionsExample === undefined ? readJsonBody : readDefinitionsBody;
      if (body === undefined) route[method](handle);
      else route[method](...readBody(maxBodyBytes), handle);
    }
    route.all(refuseMethod(here.map(({ operation }) => operation.method)));
  }
}

/** Answers 405 with the methods that the path has. */
export function refuseMethod(methods: readonly Method[]): RequestHandler {
  const allowed = methods
    .flatMap((method) => (method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()]))
    .join(", ");
  return (req) => {
    throw new Problem("method-not-allowed", `${req.method} is not possible here; ${allowed} is.`, {
      headers: { Allow: allowed },
    });
  };
}

/** What the built-in type's schema describes, or one of those that the registered types have. */
export const oneOfThese = (builtIn: TSchema, registered: readonly TSchema[]): TSchema =>
  registered.length === 0 ? builtIn : Type.Unsafe<unknown>({ anyOf: [builtIn, ...registered] });
