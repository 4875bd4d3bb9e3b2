import type { RecordType, RunOfRecords, RunOptions } from "./record-type.ts";
import { relate } from "./related-records.ts";

/** A run's messages, where it was asked for so many records; null: without an end. */
export const messagesOf = (type: RecordType, seed: number, records: number | null): number | null =>
  records === null || type.changes === null ? records : type.changes.messagesOf(seed, records);

/** All chunks of a run but the last one end at multiples of so many messages. */
export const chunkMultipleOf = ({ changes }: RecordType): number => changes?.messagesOfBlock ?? 1;

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

/** A run that stands alone, as it is opened. */
export function openAlone(type: RecordType, run: RunOfRecords, records: number | null): RunOfRecords {
  const { related } = optionsAlone(type, run.options, records);
  if (related === undefined) return run;
  return { ...run, related: relate(new Map([[type.name, type]]), run, related) };
}
