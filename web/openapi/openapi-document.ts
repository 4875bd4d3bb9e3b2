import { isDeepStrictEqual } from "node:util";
import type { TObject } from "typebox";
import type { AccessConfig } from "../../service/config.ts";
import type { Operation, ResponseDocument } from "../http/operation.ts";
import { type ProblemKind, problemKinds } from "../http/problem.ts";
import { problemSchema } from "../http/problem-schema.ts";
import { exampleOfSchema } from "./example-of-schema.ts";

type Json = Readonly<Record<string, unknown>>;

const ofEvery: readonly ProblemKind[] = [
  "invalid-request",
  "malformed-request",
  "timeout",
  "misdirected",
  "headers-too-large",
  "internal",
];
const ofEveryPost: readonly ProblemKind[] = [
  "cross-site",
  "csrf-token",
  "malformed-body",
  "too-large",
  "too-many-requests",
  "unsupported-media-type",
];
const ofEveryCredential: readonly ProblemKind[] = ["unauthorized", "too-many-requests"];

/** The problems that an operation can end with: its own, and those that any can. */
export function problemsOf(operation: Operation): readonly ProblemKind[] {
  const own = new Set<string>(operation.problems);
  for (const kind of ofEvery) own.add(kind);
  if (operation.method !== "get") for (const kind of ofEveryPost) own.add(kind);
  if (operation.path !== "/healthz") for (const kind of ofEveryCredential) own.add(kind);
  return Object.keys(problemKinds).filter((kind): kind is ProblemKind => own.has(kind));
}

/**
 * The operations as OpenAPI 3.1, from the schemas that requests are checked against.
 * @param components further schemas, to which those of the operations refer
 */
export function createOpenApiDocument(
  operations: readonly Operation[],
  access: AccessConfig,
  components: ReadonlyMap<string, Json> = new Map(),
): Json {
  const schemas = new Map(components);
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const path = openApiPath(operation.path);
    paths[path] = { ...paths[path], [operation.method]: describeOperation(operation, schemas) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Synthetic data",
      version: "1",
      description:
        "Synthetic records by BullMQ, Kafka and PostgreSQL; every one accounted for, exactly once.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    security: describeAccess(access),
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      securitySchemes: {
        basic: { type: "http", scheme: "basic", description: "Where the operator has set AUTH_USER" },
        bearer: { type: "http", scheme: "bearer", description: "Where the operator has set AUTH_TOKEN" },
      },
    },
  };
}

/** `/api/runs/:id` as `/api/runs/{id}`. */
export const openApiPath = (path: string): string => path.replaceAll(/:(\w+)/g, "{$1}");

/** What an operation needs here; an empty one means that everybody is let in. */
function describeAccess({ credentials, token }: AccessConfig): Json[] {
  const ways = [
    ...(credentials === null ? [] : [{ basic: [] }]),
    ...(token === null ? [] : [{ bearer: [] }]),
  ];
  return ways.length > 0 ? ways : [{}];
}

interface DescribedResponse {
  readonly description: string;
  readonly content?: Json;
  readonly headers?: Json;
  readonly links?: Json;
}

function describeOperation(operation: Operation, schemas: Map<string, Json>): Json {
  const responses: Record<string, DescribedResponse> = {};
  for (const [status, response] of Object.entries(operation.responses)) {
    responses[status] = describeResponse(response, schemas);
  }
  const kinds = problemsOf(operation);
  for (const status of new Set(kinds.map((kind) => problemKinds[kind].status))) {
    const titles = kinds.filter((kind) => problemKinds[kind].status === status);
    const content = { "application/problem+json": { schema: hoist(problemSchema, schemas) } };
    const description = titles.map((kind) => problemKinds[kind].title).join("; ");
    const own = responses[String(status)] ?? { description };
    responses[String(status)] = { ...own, content: { ...own.content, ...content } };
  }
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    parameters: [
      ...describeParameters("path", operation.params),
      ...describeParameters("query", operation.query),
      ...describeParameters("header", operation.headers),
    ],
    ...(operation.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              "application/json": { schema: hoist(operation.body, schemas), example: operation.bodyExample },
              ...(operation.definitionsExample === undefined
                ? {}
                : {
                    "application/yaml": {
                      schema: hoist(operation.body, schemas),
                      example: operation.definitionsExample,
                    },
                  }),
            },
          },
        }),
    ...(operation.path === "/healthz" ? { security: [] } : {}),
    responses,
  };
}

function describeParameters(place: "path" | "query" | "header", schema: TObject | undefined): Json[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const { description, ...rest }: Record<string, unknown> = JSON.parse(JSON.stringify(property));
    return {
      name,
      in: place,
      required: place === "path",
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function describeResponse(response: ResponseDocument, schemas: Map<string, Json>): DescribedResponse {
  const content = Object.entries(response.content ?? {}).map(([mediaType, schema]) => [
    mediaType,
    { schema: hoist(schema, schemas), ...describeExample(mediaType, schema) },
  ]);
  const headers = Object.entries(response.headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: "string" } },
  ]);
  return {
    description: response.description,
    ...(content.length > 0 ? { content: Object.fromEntries(content) } : {}),
    ...(headers.length > 0 ? { headers: Object.fromEntries(headers) } : {}),
    ...(response.links === undefined ? {} : { links: describeLinks(response.links) }),
  };
}

const describeExample = (mediaType: string, schema: unknown): Json =>
  mediaType === "application/json" ? { example: exampleOfSchema(schema) } : {};

const describeLinks = (operationIds: readonly string[]): Json =>
  Object.fromEntries(
    operationIds.map((operationId) => [
      operationId,
      { operationId, parameters: { id: "$response.body#/id" } },
    ]),
  );

/** What may name a component; other titles are labels for people. */
const componentName = /^[A-Z][A-Za-z0-9]*(_[a-z0-9_]+)?$/;

/**
 * A schema with every one in it whose title is a name moved to the components, where it has that name. Where another has the name already, as
 * the faults of another type do, it stays where it is.
 */
function hoist(schema: unknown, schemas: Map<string, Json>): unknown {
  if (Array.isArray(schema)) return schema.map((part) => hoist(part, schemas));
  if (typeof schema !== "object" || schema === null) return schema;
  const hoisted = Object.fromEntries(
    Object.entries(schema).map(([key, part]) => [key, hoist(part, schemas)]),
  );
  const { title } = hoisted;
  if (typeof title !== "string" || hoisted.type !== "object" || !componentName.test(title)) return hoisted;
  const known = schemas.get(title);
  if (known !== undefined && !isDeepStrictEqual(known, hoisted)) return hoisted;
  schemas.set(title, hoisted);
  return { $ref: `#/components/schemas/${title}` };
}
