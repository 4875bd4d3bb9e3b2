import { isObject } from "../../generate/shapes/is-object.ts";
import type { Json } from "../../generate/shapes/nodes.ts";
import { pointTo, tokensOf } from "../../generate/shapes/pointer.ts";
import { type Schema, visitSchemas } from "../../generate/shapes/walk-schema.ts";

/** A schema and where it stands in the definition. */
export interface Located {
  readonly schema: Json;
  readonly pointer: string;
  /** It does not stand there as it is, but follows from what does. */
  readonly isDerived?: true;
  /** What only a check of it can tell is checked where the value is chosen, of which this is a branch. */
  readonly isCheckedAround?: true;
}

/** Finds what a `$ref` leads to within the definition; null where that is nothing, or elsewhere. */
export type Resolve = (reference: string) => Located | null;

export function createResolve(root: Schema): Resolve {
  const names = new Map<string, string>([["", ""]]);
  const places = new Set<string>();
  visitSchemas(root, (schema, pointer) => {
    places.add(pointer);
    if (typeof schema.$id === "string") names.set(schema.$id.replace(/#$/, ""), pointer);
    for (const anchor of [schema.$anchor, schema.$dynamicAnchor])
      if (typeof anchor === "string") names.set(`#${anchor}`, pointer);
  });

  function resolve(reference: string): Located | null {
    const named = names.get(reference);
    if (named !== undefined) return findSchema(named);
    const [base = "", ...fragments] = reference.split("#");
    // A name may have a # of its own, which `encodeURI` leaves as it is.
    const fragment = fragments.join("#");
    const within = names.get(base);
    if (within === undefined || (fragment !== "" && !fragment.startsWith("/"))) return null;
    return findSchema(within + decodeFragment(fragment));
  }

  /** Only where a schema is looked for has what stands there been checked. */
  function findSchema(pointer: string): Located | null {
    const found = find(root, pointer);
    return found !== null && (typeof found.schema === "boolean" || places.has(found.pointer)) ? found : null;
  }
  const known = new Map<string, Located>();
  return (reference) => {
    const found = known.get(reference) ?? resolve(reference);
    if (found !== null) known.set(reference, found);
    return found;
  };
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function find(root: Json, pointer: string): Located | null {
  let value: Json | undefined = root;
  for (const token of tokensOf(pointer)) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, token)) return null;
    value = (value as { readonly [name: string]: Json })[token];
  }
  if (value === undefined || !(isObject(value) || typeof value === "boolean")) return null;
  // Written anew, so that one place has one name.
  return { schema: value, pointer: pointTo("", ...tokensOf(pointer)) };
}
