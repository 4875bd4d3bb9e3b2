import Type from "typebox";
import type { AccessConfig } from "../../service/config.ts";
import { createOpenApiDocument } from "../openapi-document.ts";
import type { Endpoint, Operation } from "../operation.ts";

const operation: Operation = {
  id: "getOpenApi",
  method: "get",
  path: "/api/openapi.json",
  tag: "Operation",
  summary: "This API as OpenAPI 3.1",
  responses: {
    200: {
      description: "The document",
      content: { "application/json": Type.Unsafe<unknown>({ type: "object" }) },
    },
  },
  problems: [],
};

/** The document of the endpoints given, and of its own. */
export function openApiEndpoint(others: readonly Endpoint[], access: AccessConfig): Endpoint {
  const operations = [...others.map((endpoint) => endpoint.operation), operation];
  const document = createOpenApiDocument(operations, access);
  return {
    operation,
    handle: (_req, res) => {
      res.json(document);
    },
  };
}
