/** Of a file of definitions, by its content: standard input has no name. What is no JSON is YAML. */
export function mediaTypeOf(text: string): "application/json" | "application/yaml" {
  try {
    JSON.parse(text);
    return "application/json";
  } catch {
    return "application/yaml";
  }
}
