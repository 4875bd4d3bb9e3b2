/** One property of a schema, as a reader of the reference needs it. */
export interface PropertyText {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;

/** The properties of an object's schema. */
export function describeProperties(schema: unknown): PropertyText[] {
  if (!isSchema(schema) || !isSchema(schema.properties)) return [];
  const required: unknown = schema.required;
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    // A property's own title is its label in the form.
    type: describeType(isSchema(property) ? { ...property, title: undefined } : property),
    isRequired: Array.isArray(required) && required.includes(name),
    description: isSchema(property) && typeof property.description === "string" ? property.description : "",
  }));
}

/** A schema's type in a few words: `integer, 1 to 500`, `array of strings`. */
export function describeType(schema: unknown): string {
  if (!isSchema(schema)) return "any value";
  if (typeof schema.title === "string") return schema.title;
  if (Array.isArray(schema.enum)) return schema.enum.join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return describeArray(schema.items);
  if (schema.type === undefined) return "any value";
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : String(schema.type);
  return [type, describeBounds(schema), describeFormat(schema)].filter((part) => part !== "").join(", ");
}

function describeArray(items: unknown): string {
  const item = describeType(items);
  return `array of ${item === "string" || item === "object" ? `${item}s` : item}`;
}

function describeFormat({ format, anyOf }: Schema): string {
  if (typeof format === "string") return format;
  if (!Array.isArray(anyOf)) return "";
  return anyOf.map((alternative) => (isSchema(alternative) ? String(alternative.format) : "")).join(" or ");
}

function describeBounds({ minimum, maximum, minLength, maxLength }: Schema): string {
  const unit = maxLength === undefined ? "" : " characters";
  const low = minimum ?? minLength;
  const high = maximum ?? maxLength;
  if (typeof high !== "number") return typeof low === "number" && low > 0 ? `at least ${low}${unit}` : "";
  const highText = high === Number.MAX_SAFE_INTEGER ? "2⁵³ − 1" : high.toLocaleString("en");
  return typeof low === "number" ? `${low} to ${highText}${unit}` : `at most ${highText}${unit}`;
}
