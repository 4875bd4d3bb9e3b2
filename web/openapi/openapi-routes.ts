import Type from "typebox";
import type { AccessConfig } from "../../service/config.ts";
import type { Endpoint, Operation } from "../http/operation.ts";
import type { DescribedTypes } from "./describe-types.ts";
import { createOpenApiDocument } from "./openapi-document.ts";

const operation: Operation = {
  id: "getOpenApi",
  method: "get",
  path: "/api/openapi.json",
  tag: "Operation",
  summary: "This API as OpenAPI 3.1",
  description: "With the schemas of each registered type's requests and records, as they are at the moment.",
  responses: {
    200: {
      description: "The document",
      content: { "application/json": Type.Unsafe<unknown>({ type: "object" }) },
    },
  },
  problems: [],
};

/** The document of the endpoints given, and of its own. */
export function openApiEndpoint(
  others: readonly Endpoint[],
  access: AccessConfig,
  describeTypes: () => Promise<DescribedTypes>,
): Endpoint {
  return {
    operation,
    handle: async (_req, res) => {
      const { types, components } = await describeTypes();
      const operations = others.map((endpoint) => endpoint.forTypes?.(types) ?? endpoint.operation);
      res.json(createOpenApiDocument([...operations, operation], access, components));
    },
  };
}
