import type { Json } from "./nodes.ts";
import { isObject } from "./read-source.ts";

/** Whether two values are equal as JSON Schema has it: 1 and 1.0, objects whatever the order. */
export function sameJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a))
    return (
      Array.isArray(b) && a.length === b.length && a.every((each, index) => sameJson(each, b[index] as Json))
    );
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameJson(a[name] as Json, b[name] as Json))
  );
}
