import type { Request } from "express";
import Type from "typebox";
import { limits } from "../../types/definition/limits.ts";
import { metaSchema } from "../../types/definition/meta-schema.ts";
import type { WebDependencies } from "../dependencies.ts";
import { isYaml } from "../http/json-body.ts";
import type { Endpoint, Operation } from "../http/operation.ts";
import { requestParser } from "../http/parse.ts";
import { invalidRequest, Problem } from "../http/problem.ts";
import { typeNamePattern } from "../runs/request/request-schema.ts";
import { registerDefinitions } from "./register/register-definitions.ts";
import { createRemoveType } from "./remove-type.ts";
import { createTypeCatalogue } from "./type-catalogue.ts";
import { typeNameOf, versionedTypeName } from "./type-name.ts";
import { registeredTypeJson, registeredTypeSchema, typeDetailsSchema, typeSchema } from "./type-schema.ts";

const nameParams = Type.Object({
  name: Type.String({
    pattern: versionedTypeName.source,
    description: "A type's name, for its newest version, or with a version: `order@1`",
    examples: ["order"],
  }),
});

const typeList = Type.Object({ types: Type.Array(typeSchema) }, { additionalProperties: false });
const registeredList = Type.Object(
  { types: Type.Array(registeredTypeSchema, { description: "In the order of the definitions" }) },
  { additionalProperties: false },
);

const listOperation: Operation = {
  id: "listTypes",
  method: "get",
  path: "/api/types",
  tag: "Record types",
  summary: "List the types of records",
  description: "The built-in type and, by name, the newest version of each own one.",
  responses: { 200: { description: "The types", content: { "application/json": typeList } } },
  problems: ["unavailable"],
};

const getOperation: Operation = {
  id: "getType",
  method: "get",
  path: "/api/types/:name",
  tag: "Record types",
  summary: "Look at a type of records",
  params: nameParams,
  responses: { 200: { description: "The type", content: { "application/json": typeDetailsSchema } } },
  problems: ["not-found", "unavailable"],
};

const metaSchemaOperation: Operation = {
  id: "getMetaSchema",
  method: "get",
  path: "/api/types/meta-schema",
  tag: "Record types",
  summary: "JSON Schema of definitions",
  description:
    "JSON Schema 2020-12 with `x-record` and `x-generate`, for editors that check and complete definitions. What it cannot say, such as whether bounds leave a value, is checked when a type is registered.",
  responses: {
    200: {
      description: "The meta-schema",
      content: {
        "application/schema+json": Type.Unsafe<Readonly<Record<string, unknown>>>({ type: "object" }),
      },
    },
  },
  problems: [],
};

const registerQuery = Type.Object(
  {
    dryRun: Type.Optional(
      Type.Boolean({ description: "Register nothing; say what would be, or what is wrong" }),
    ),
  },
  { additionalProperties: false },
);

export const definition = Type.Unsafe<Readonly<Record<string, unknown>>>({
  type: "object",
  description: "A JSON Schema of one record (docs/record-types.md)",
});

const yamlExample = `$id: order
x-record: { topic: orders, table: orders, key: id }
type: object
required: [id, status]
properties:
  id: { type: string, format: uuid }
  status: { enum: [placed, paid, shipped], x-generate: { weights: [1, 2, 7] } }
`;

const registerOperation: Operation = {
  id: "registerTypes",
  method: "post",
  path: "/api/types",
  tag: "Record types",
  summary: "Register types of records",
  description:
    "One definition or several, as JSON (an object or an array) or YAML (documents or a list): registered together, with their tables, or not at all.\n\n" +
    "A version is immutable. The very same definition is answered with the version that is there, whatever the order of its keys. One that only adds " +
    "optional fields, or changes title, description or count, becomes the next version on the same table and topic; any other change is refused.",
  query: registerQuery,
  body: Type.Unsafe<unknown>({ anyOf: [definition, { type: "array", items: definition, minItems: 1 }] }),
  bodyExample: {
    $id: "order",
    "x-record": { topic: "orders", table: "orders", key: "id" },
    type: "object",
    required: ["id"],
    properties: { id: { type: "string", format: "uuid" } },
  },
  definitionsExample: yamlExample,
  maxBodyBytes: limits.bytes,
  responses: {
    200: {
      description: "The very same is there already, or would be registered (`dryRun`)",
      content: { "application/json": registeredList },
    },
    201: { description: "The types are registered", content: { "application/json": registeredList } },
  },
  problems: [
    "invalid-request",
    "invalid-definition",
    "malformed-body",
    "type-conflict",
    "too-large",
    "unsupported-media-type",
    "busy",
    "unavailable",
  ],
};

const deleteOperation: Operation = {
  id: "deleteType",
  method: "delete",
  path: "/api/types/:name",
  tag: "Record types",
  summary: "Delete a type of records",
  description:
    "With all its versions: it takes no more runs. Its table, rows and topic stay, and its name stays taken; registered again as it was, it is back. Refused while runs of it are under way.",
  params: Type.Object({
    name: Type.String({ pattern: `^${typeNamePattern}$`, description: "A type's name", examples: ["order"] }),
  }),
  responses: { 204: { description: "The type is deleted" } },
  problems: ["not-found", "type-conflict", "type-in-use", "unavailable"],
};

/** Registering types, looking at them and deleting them. */
export function typeEndpoints(deps: WebDependencies): Endpoint[] {
  const parseQuery = requestParser("query", registerQuery);
  const catalogue = createTypeCatalogue(deps);
  const removeType = createRemoveType(deps.registry);

  return [
    {
      operation: registerOperation,
      handle: async (req, res) => {
        const { dryRun: isDryRun = false } = parseQuery(req.query);
        const mediaType = isYaml(req) ? "application/yaml" : "application/json";
        const registered = await registerDefinitions(deps.registry, {
          text: textOf(req),
          mediaType,
          isDryRun,
        });
        if (registered.kind === "refused") throw registered.problem;
        const isThere = registered.types.every(({ isUnchanged }) => isUnchanged);
        res.status(isDryRun || isThere ? 200 : 201).json({ types: registered.types.map(registeredTypeJson) });
      },
    },
    {
      operation: listOperation,
      handle: async (_req, res) => {
        res.json({ types: await catalogue.list() });
      },
    },
    {
      operation: metaSchemaOperation,
      handle: (_req, res) => void res.type("application/schema+json").send(JSON.stringify(metaSchema)),
    },
    {
      operation: getOperation,
      handle: async (req, res) => {
        const { name, version } = typeNameOf(req);
        res.json(await catalogue.get(name, version));
      },
    },
    {
      operation: deleteOperation,
      handle: async (req, res) => {
        const { name, version } = typeNameOf(req);
        if (version !== null)
          throw new Problem("not-found", "A type is deleted with all its versions, by its name.");
        await removeType(name);
        res.status(204).end();
      },
    },
  ];
}

function textOf(req: Request): string {
  const text: unknown = req.body;
  if (typeof text !== "string") throw invalidRequest([{ field: "body", message: "is required" }]);
  return text;
}
