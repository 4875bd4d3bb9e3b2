export const definitionMediaTypes = ["application/json", "application/yaml"] as const;
export type DefinitionMediaType = (typeof definitionMediaTypes)[number];

/** Of a file of definitions, by its content: standard input has no name. What is no JSON is YAML. */
export function mediaTypeOf(text: string): DefinitionMediaType {
  try {
    JSON.parse(text);
    return "application/json";
  } catch {
    return "application/yaml";
  }
}
