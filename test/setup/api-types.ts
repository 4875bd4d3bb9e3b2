import { execFile } from "node:child_process";
import path from "node:path";
import { projectRoot } from "../../stack/settings.ts";

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const jsonAt = (value: unknown, key: string): Json => {
  const part = isJson(value) ? value[key] : undefined;
  return isJson(part) ? part : {};
};

/**
 * An OpenAPI 3.1 document as the TypeScript types that openapi-fetch takes. openapi-typescript, which would make them, needs
 * the compiler's JavaScript API, which TypeScript 7 does not have.
 */
export function writeApiTypes(document: Json): string {
  const paths = Object.entries(jsonAt(document, "paths")).map(([pathname, item]) => {
    const methods = Object.entries(isJson(item) ? item : {}).map(
      ([method, operation]) => `${method}: operations[${JSON.stringify(operationId(operation))}];`,
    );
    return `${JSON.stringify(pathname)}: { ${methods.join(" ")} };`;
  });
  const operations = Object.values(jsonAt(document, "paths")).flatMap((item) =>
    Object.values(isJson(item) ? item : {}).map(
      (operation) => `${operationId(operation)}: ${operationType(isJson(operation) ? operation : {})};`,
    ),
  );
  const schemas = Object.entries(jsonAt(jsonAt(document, "components"), "schemas")).map(
    ([name, schema]) => `${name}: ${schemaType(schema)};`,
  );
  return [
    "// Written by UPDATE_API_TYPES=1 npm test -- test/cli/api-types.test.ts from what the web service serves as",
    "// /api/openapi.json; not to be changed by hand.",
    "",
    `export interface paths { ${paths.join("\n")} }`,
    "",
    `export interface components { schemas: { ${schemas.join("\n")} }; }`,
    "",
    `export interface operations { ${operations.join("\n")} }`,
    "",
  ].join("\n");
}

function operationId(operation: unknown): string {
  const id = isJson(operation) ? operation.operationId : undefined;
  if (typeof id !== "string") throw new Error("an operation has no operationId");
  return id;
}

function operationType(operation: Json): string {
  const parameters = Array.isArray(operation.parameters) ? operation.parameters.filter(isJson) : [];
  const places = ["query", "header", "path"].map((place) => {
    const here = parameters.filter((parameter) => parameter.in === place);
    if (here.length === 0) return `${place}?: never;`;
    const isOptional = here.every((parameter) => parameter.required !== true);
    const properties = here.map(
      ({ name, required, schema }) =>
        `readonly ${JSON.stringify(name)}${required === true ? "" : "?"}: ${schemaType(schema)};`,
    );
    return `${place}${isOptional ? "?" : ""}: { ${properties.join(" ")} };`;
  });
  const content = contentType(jsonAt(operation, "requestBody"));
  const responses = Object.entries(jsonAt(operation, "responses")).map(([status, response]) => {
    const headers = Object.keys(jsonAt(response, "headers")).map(
      (name) => `readonly ${JSON.stringify(name)}: string;`,
    );
    const named = headers.length === 0 ? "Record<string, never>" : `{ ${headers.join(" ")} }`;
    return `${status}: { headers: ${named}; content: ${contentType(response) ?? "never"}; };`;
  });
  return `{
    parameters: { ${places.join(" ")} cookie?: never; };
    ${content === null ? "requestBody?: never;" : `requestBody: { content: ${content} };`}
    responses: { ${responses.join(" ")} };
  }`;
}

function contentType(holder: unknown): string | null {
  const content = Object.entries(jsonAt(holder, "content"));
  if (content.length === 0) return null;
  const types = content.map(
    ([mediaType, media]) =>
      `${JSON.stringify(mediaType)}: ${schemaType(isJson(media) ? media.schema : undefined)};`,
  );
  return `{ ${types.join(" ")} }`;
}

/** A JSON Schema as a type: what it says of types and properties; bounds and formats are for the service to check. */
export function schemaType(schema: unknown): string {
  if (!isJson(schema)) return "unknown";
  if (typeof schema.$ref === "string") {
    const name = schema.$ref.replace("#/components/schemas/", "");
    return `components["schemas"][${JSON.stringify(name)}]`;
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (schema.type === undefined && Array.isArray(schema.anyOf))
    return schema.anyOf.map(schemaType).join(" | ");
  return types.map((type) => typeOf(type, schema)).join(" | ");
}

function typeOf(type: unknown, schema: Json): string {
  if (type === "integer" || type === "number") return "number";
  if (type === "string" || type === "boolean" || type === "null") return type;
  if (type === "array") return `readonly (${schemaType(schema.items)})[]`;
  if (type === "object") return objectType(schema);
  return "unknown";
}

function objectType(schema: Json): string {
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const properties = Object.entries(jsonAt(schema, "properties")).map(([name, property]) => {
    const description = isJson(property) ? property.description : undefined;
    const comment = typeof description === "string" ? `/** ${description.replaceAll("*/", "*\\/")} */\n` : "";
    return `${comment}readonly ${JSON.stringify(name)}${required.includes(name) ? "" : "?"}: ${schemaType(property)};`;
  });
  if (properties.length > 0) return `{\n${properties.join("\n")}\n}`;
  return `Readonly<Record<string, ${isJson(schema.additionalProperties) ? schemaType(schema.additionalProperties) : "unknown"}>>`;
}

/** As Biome formats the rest of the project. */
export function formatTypeScript(text: string, file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const biome = path.join(projectRoot, "node_modules", "@biomejs", "biome", "bin", "biome");
    const child = execFile(
      process.execPath,
      [biome, "format", `--stdin-file-path=${file}`],
      { cwd: projectRoot, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
    );
    child.stdin?.end(text);
  });
}
