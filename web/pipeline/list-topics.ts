import type { ListedType, RecordTypes } from "../../records/record-types.ts";
import { withDeadline } from "../http/deadline.ts";

/** The types whose topics are looked at. */
export type ListTopics = () => Promise<readonly [builtIn: ListedType, ...own: ListedType[]]>;

/** Whoever looks at Kafka does not wait for PostgreSQL for longer. */
export const patienceMs = 900;

/** All types; while PostgreSQL does not say, those that it named last. Never rejects. */
export function createListTopics(types: RecordTypes, builtIn: ListedType): ListTopics {
  let last: Awaited<ReturnType<ListTopics>> = [builtIn];
  return async () => {
    const asked = types.list().then((all) => {
      last = all;
    });
    await withDeadline(asked, patienceMs, "the list of types").catch(() => undefined);
    return last;
  };
}
