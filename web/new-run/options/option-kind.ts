/** A property's JSON Schema, as far as a form or a command line needs it. */
export type Schema = Readonly<Record<string, unknown>>;

/** How a property's value is asked for and written, whether in a form or as a flag. */
export type OptionKind =
  | { readonly kind: "boolean" }
  | { readonly kind: "number"; readonly isWhole: boolean }
  | { readonly kind: "text" }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  | { readonly kind: "list"; readonly values: readonly string[] }
  /** Name -> number. `members` where each name can have an input of its own. */
  | { readonly kind: "map"; readonly names: readonly string[]; readonly members: Members | null }
  | { readonly kind: "object"; readonly members: Members }
  /** One name, or weights by name. */
  | { readonly kind: "mix"; readonly names: readonly string[] }
  /** Objects told apart by their `kind`. */
  | { readonly kind: "variants"; readonly variants: ReadonlyMap<string, Members> };

export type Members = ReadonlyMap<string, Schema>;

/** So many names have an input each; more are written as text. */
const mostMembers = 32;

/** Reads a property's kind from its schema; what is not understood is asked for as text, for the schema to judge. */
export function optionKind(schema: Schema): OptionKind {
  const type = singleType(schema.type);
  if (type === "boolean") return { kind: "boolean" };
  if (type === "integer" || type === "number") return { kind: "number", isWhole: type === "integer" };
  const values = namesOf(schema);
  if (values.length > 0) return { kind: "choice", values };
  if (type === "string") return { kind: "text" };
  if (type === "array") return { kind: "list", values: isSchema(schema.items) ? namesOf(schema.items) : [] };
  if (type === "object" && alternatives(schema).length === 0) return objectKind(schema);
  return alternativesKind(alternatives(schema));
}

/** The property's name for a person: its title, or the name in words. */
export function titleOf(name: string, schema: Schema): string {
  return typeof schema.title === "string" ? schema.title : inWords(name);
}

/** `missing_field` as Missing field, `chunkSize` as Chunk size. */
export function inWords(name: string): string {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Whether null is a value of its own, beside being left open. */
export const isNullable = (schema: Schema): boolean =>
  schema.type === "null" ||
  (Array.isArray(schema.type) && schema.type.includes("null")) ||
  alternatives(schema).some(isNullable);

export const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function objectKind(schema: Schema): OptionKind {
  const members: Members = new Map(
    Object.entries(isSchema(schema.properties) ? schema.properties : {}).filter(isMember),
  );
  const areNumbers = [...members.values()].every((member) => optionKind(member).kind === "number");
  if (members.size > 0 && !areNumbers) return { kind: "object", members };
  const names =
    members.size > 0
      ? [...members.keys()]
      : isSchema(schema.propertyNames)
        ? namesOf(schema.propertyNames)
        : [];
  return { kind: "map", names, members: members.size > 0 && members.size <= mostMembers ? members : null };
}

const isMember = (entry: [string, unknown]): entry is [string, Schema] => isSchema(entry[1]);

function alternativesKind(schemas: readonly Schema[]): OptionKind {
  const kinds = schemas.filter((schema) => schema.type !== "null");
  const variants = new Map(kinds.flatMap(variantOf));
  if (variants.size > 0) return { kind: "variants", variants };
  const [only] = kinds;
  if (only !== undefined && kinds.length === 1) return optionKind(only);
  const map = kinds.map(optionKind).find((kind) => kind.kind === "map");
  const names = kinds.flatMap(namesOf);
  return map === undefined ? { kind: "text" } : { kind: "mix", names: names.length > 0 ? names : map.names };
}

function variantOf(schema: Schema): [string, Members][] {
  if (!isSchema(schema.properties) || !isSchema(schema.properties.kind)) return [];
  const [name] = namesOf(schema.properties.kind);
  const members = Object.entries(schema.properties).filter(isMember);
  return name === undefined ? [] : [[name, new Map(members.filter(([member]) => member !== "kind"))]];
}

const alternatives = (schema: Schema): readonly Schema[] =>
  [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list.filter(isSchema) : []));

/** The texts that the schema allows, where it counts them up. */
function namesOf(schema: Schema): string[] {
  const listed = Array.isArray(schema.enum) ? schema.enum : [schema.const];
  const own = listed.filter((value) => typeof value === "string");
  const parts = alternatives(schema);
  if (own.length > 0 || parts.length === 0) return own;
  // Alternatives of which one is no list of names allow more than the names.
  const names = parts.map(namesOf);
  return names.every((some) => some.length > 0) ? names.flat() : [];
}

/** `["integer", "null"]` as integer. */
function singleType(type: unknown): unknown {
  if (!Array.isArray(type)) return type;
  const types = type.filter((each) => each !== "null");
  return types.length === 1 ? types[0] : undefined;
}
