import type { Related } from "../generate/related.ts";
import type { RecordType, RunOptions } from "./record-type.ts";

/** A run's messages, where it was asked for so many records; null: without an end. */
export const messagesOf = (type: RecordType, seed: number, records: number | null): number | null =>
  records === null || type.changes === null ? records : type.changes.messagesOf(seed, records);

/** How many records a run was asked for: of those that change it has more messages. */
export function recordsOf({
  recordType,
  requested,
  options,
}: {
  readonly recordType: { readonly name: string };
  readonly requested: number | null;
  readonly options: RunOptions;
}): number | null {
  const own = options.related?.[recordType.name];
  return own === undefined ? requested : own.count;
}

/** The options of a run that stands alone: where its records change, it keeps how many there are, since that does not follow from its messages. */
export const optionsAlone = (type: RecordType, options: RunOptions, records: number | null): RunOptions =>
  type.changes === null
    ? options
    : { ...options, related: { [type.name]: { version: type.version, count: records, options } } };

/** What such a run is opened with. */
export const relatedAlone = (type: RecordType, records: number | null): { readonly related?: Related } =>
  type.changes === null ? {} : { related: onlyCount(type.name, records) };

const onlyCount = (name: string, records: number | null): Related => {
  const none = (): never => {
    throw new Error(`records of ${name} alone follow from no others`);
  };
  return { countOf: (asked) => (asked === name ? records : null), fieldOf: none, dealOf: none };
};
