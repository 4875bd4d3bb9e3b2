import type { RecordMaker, RecordType, RunOfRecords } from "./record-type.ts";

/**
 * Each holds what its records have been drawn from: ten megabytes at the most. Chunks of runs that are under way at the
 * same time take turns, so that of more runs than this every chunk would begin with a preparation.
 */
const kept = 12;

/**
 * Opens runs of any type as `RecordType.openRun` does and keeps the last few: the chunks of a run need the same, and to
 * prepare it may take longer than to make a chunk.
 */
export function keepGenerators(): (type: RecordType, run: RunOfRecords) => RecordMaker | null {
  const makers = new Map<string, RecordMaker>();
  return (type, asked) => {
    const { recordType, seed, fields, referenceDate, options, related } = asked;
    const { name, version } = recordType;
    const key = JSON.stringify([name, version, seed, fields, referenceDate, options]);
    const run = {
      recordType: { name, version },
      seed,
      fields,
      referenceDate,
      options,
      ...(related && { related }),
    };
    const maker = makers.get(key) ?? type.openRun(run);
    if (maker === null) return null;
    // The last one used comes last.
    makers.delete(key);
    makers.set(key, maker);
    const [oldest] = makers.keys();
    if (makers.size > kept && oldest !== undefined) makers.delete(oldest);
    return maker;
  };
}
