type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;

const ofFormat: Readonly<Record<string, string>> = {
  uuid: "01a20c75-e067-7000-8000-000000000000",
  "date-time": "2026-11-24T08:30:00.000Z",
  date: "2026-11-24",
  email: "thea.abbott@example.org",
  uri: "https://example.org/",
  ipv4: "192.0.2.1",
};

/**
 * An example of what a schema describes, for people to read: its own where it names one, else the plainest value that it
 * allows. The documentation of an operation has an example so without anybody writing one.
 */
export function exampleOfSchema(schema: unknown): unknown {
  if (!isSchema(schema)) return {};
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.type === undefined && Array.isArray(schema.anyOf)) return exampleOfSchema(schema.anyOf[0]);
  if (schema.type === undefined && Array.isArray(schema.oneOf)) return exampleOfSchema(schema.oneOf[0]);
  const types: readonly unknown[] = Array.isArray(schema.type) ? schema.type : [schema.type];
  // "Or null" mostly says: not yet.
  if (types.includes("null")) return null;
  return exampleOfType(types[0], schema);
}

function exampleOfType(type: unknown, schema: Schema): unknown {
  switch (type) {
    case "object":
      return exampleOfObject(schema);
    case "array":
      return [exampleOfSchema(schema.items)];
    case "integer":
    case "number":
      return schema.minimum ?? 0;
    case "boolean":
      return false;
    case "string":
      return ofFormat[String(schema.format)] ?? "text";
    default:
      return {};
  }
}

/** With all its properties: a reader wants to see them. */
function exampleOfObject(schema: Schema): unknown {
  const properties = isSchema(schema.properties) ? Object.entries(schema.properties) : [];
  return Object.fromEntries(properties.map(([name, property]) => [name, exampleOfSchema(property)]));
}
