import { builtInType } from "../../types/built-in.ts";
import { withDeadline } from "../http/deadline.ts";
import type { TypeCatalogue } from "../types/type-catalogue.ts";

/** The form does not wait for its choice of types for longer. */
const patienceMs = 400;

/** Names of the types that runs can be asked for; while PostgreSQL does not say, those that it said last. Never rejects. */
export function createTypeChoices(catalogue: TypeCatalogue): () => Promise<readonly string[]> {
  let last: readonly string[] = [builtInType.name];
  return async () => {
    const asked = catalogue.list().then((types) => {
      last = types.map(({ name }) => name);
    });
    await withDeadline(asked, patienceMs, "the list of types").catch(() => undefined);
    return last;
  };
}
