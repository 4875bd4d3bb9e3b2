const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a request's body says of the type of its records, and the rest of it: what the built-in type's schema is to judge. */
export function splitType(body: unknown): { readonly type: unknown; readonly rest: unknown } {
  if (!isObject(body)) return { type: undefined, rest: body };
  const { type, ...rest } = body;
  return { type, rest };
}
