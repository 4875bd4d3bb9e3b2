import { type FieldError, Problem } from "../http/problem.ts";

/** What the work gives; null where it refuses, whose errors are added then. */
export function collectErrors<T>(
  errors: FieldError[],
  work: () => T,
  rename: (field: string) => string = (field) => field,
): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "invalid-request") throw error;
    errors.push(...error.errors.map((each) => ({ ...each, field: rename(each.field) })));
    return null;
  }
}

/** A field of a type's request, as one of the whole. */
export const withinType =
  (type: string) =>
  (field: string): string =>
    field === "body" ? `types.${type}` : `types.${type}.${field}`;
