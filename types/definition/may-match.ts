import { isObject } from "../../generate/shapes/is-object.ts";
import type { Json, Node, ScalarNode } from "../../generate/shapes/nodes.ts";
import { keyOf } from "../../generate/shapes/same-json.ts";
import { allowsType, type Facets, type TypeName } from "./facets.ts";

/** Whether a value of a node may be valid by a schema. False only where that is plain; true where it is not known. */
export function mayMatch(node: Node, facets: Facets): boolean {
  if (node.kind === "choice") return node.branches.some((branch) => mayMatch(branch, facets));
  if (facets.types !== null && !isTypeAllowed(node, facets.types.value)) return false;
  if (node.kind === "scalar") return mayMatchValues(node, facets.values?.value ?? null);
  if (facets.values !== null) return false;
  if (node.kind !== "object") return true;
  const always = new Map(
    node.fields.filter(({ presence }) => presence === 1).map(({ name, node }) => [name, node]),
  );
  const names = new Set(node.fields.filter(({ presence }) => presence > 0).map(({ name }) => name));
  if (node.extras.length === 0 && [...facets.required.keys()].some((name) => !names.has(name))) return false;
  for (const { names: known, patterns, rest } of facets.closings) {
    if (rest.schema !== false) continue;
    if (
      [...always.keys()].some(
        (name) => !known.has(name) && !patterns.some((pattern) => pattern.matches(name)),
      )
    )
      return false;
  }
  for (const [name, located] of facets.properties) {
    const own = always.get(name);
    if (own?.kind !== "scalar") continue;
    for (const { schema } of located) {
      if (schema === false || (isObject(schema) && !mayMatchValues(own, valuesOf(schema)))) return false;
    }
  }
  return true;
}

const valuesOf = (schema: { readonly [keyword: string]: Json }): readonly Json[] | null =>
  schema.const !== undefined ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : null;

function isTypeAllowed(node: Node, types: ReadonlySet<TypeName>): boolean {
  if (node.nulls > 0 && types.has("null")) return true;
  if (node.kind !== "scalar") return types.has(node.kind as TypeName);
  // A number may happen to be whole.
  return (
    node.type === "any" || allowsType(types, node.type) || (node.type === "number" && types.has("integer"))
  );
}

function mayMatchValues({ operator, nulls, type }: ScalarNode, values: readonly Json[] | null): boolean {
  if (values === null) return true;
  const own =
    operator.kind === "const" ? [operator.value] : operator.kind === "values" ? operator.values : null;
  if (own === null)
    return (
      type === "any" || values.some((value) => typeof value === (type === "string" ? "string" : "number"))
    );
  const keys = new Set(values.map(keyOf));
  return own.some((value) => keys.has(keyOf(value))) || (nulls > 0 && values.includes(null));
}
