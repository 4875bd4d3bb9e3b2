import type { Request } from "express";
import { roundBigints } from "../../types/definition/check-schema.ts";
import { readSources } from "../../types/definition/read-source.ts";
import { isYaml } from "../http/json-body.ts";
import { requestParser } from "../http/parse.ts";
import { invalidRequest } from "../http/problem.ts";
import { registerDefinitions } from "../types/register/register-definitions.ts";
import type { Registry } from "../types/registry.ts";
import { datasetQuery } from "./dataset-schema.ts";
import { createParseDatasetRequest, type DatasetRequest } from "./parse-dataset-request.ts";

/**
 * Prepares the reading of what asks for a dataset: a request, or a file of definitions, whose types are registered and asked
 * for with their own counts.
 */
export function createReadDatasetRequest(registry: Registry): (req: Request) => Promise<DatasetRequest> {
  const parseQuery = requestParser("query", datasetQuery);
  const parseBody = createParseDatasetRequest();

  return async (req) => {
    const query = parseQuery(req.query);
    const text: unknown = req.body;
    if (typeof text !== "string") throw invalidRequest([{ field: "body", message: "is required" }]);
    const mediaType = isYaml(req) ? "application/yaml" : "application/json";
    const value: unknown = mediaType === "application/json" ? JSON.parse(text) : readYaml(text);
    if (typeof value === "object" && value !== null && Object.hasOwn(value, "types")) {
      // What the address says holds where the body says nothing of it.
      return parseBody({ ...query, ...value });
    }
    const registered = await registerDefinitions(registry, { text, mediaType, isDryRun: false });
    if (registered.kind === "refused") throw registered.problem;
    return { ...query, types: Object.fromEntries(registered.types.map(({ type }) => [type.name, {}])) };
  };
}

/** What a text says that is one document of YAML; null of any other, with which something may be wrong. */
function readYaml(text: string): unknown {
  const { sources, problems } = readSources(text);
  const [only] = sources;
  return only !== undefined && sources.length === 1 && problems.length === 0
    ? roundBigints(only.value)
    : null;
}
