import type { Link } from "./record-type.ts";

/** What a record says of one other record: the field by which it is found, and all that is taken over beside it. */
export interface Reference {
  readonly type: string;
  /** The path of the field that stands for it: the reference itself, or the first of the parent's fields. */
  readonly field: string;
  /** That field's link first. */
  readonly links: readonly Link[];
}

/** A type's references, and what its records have of their parent as one more. */
export function referencesOf(links: readonly Link[]): readonly Reference[] {
  const parents = links.filter(({ kind }) => kind === "parent");
  const found = links.filter(({ kind }) => kind === "ref").map((link) => [link]);
  return [...found, ...(parents.length > 0 ? [parents] : [])].map((own) => {
    const taken = [...own];
    // By way of a field that is itself read through a reference, too.
    for (let index = 0; index < taken.length; index++)
      taken.push(...links.filter(({ kind, via }) => kind === "through" && via === taken[index]?.from));
    const [{ type, from }] = own as [Link, ...Link[]];
    return { type, field: from, links: taken };
  });
}
