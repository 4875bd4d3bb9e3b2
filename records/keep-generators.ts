import { createRecordWriter, type RecordOptions, type WriteRecord } from "./generate.ts";
import type { RecordType } from "./record-type.ts";

/**
 * Each holds what its records have been drawn from: ten megabytes at the most. Chunks of runs that are under way at the
 * same time take turns, so that of more runs than this every chunk would begin with a preparation.
 */
const kept = 12;

/**
 * Prepares generators as `createRecordWriter` does and keeps the last few: the chunks of a run need the same one, and to
 * prepare it may take longer than to make a chunk.
 */
export function keepGenerators(type: RecordType): (options: RecordOptions) => WriteRecord {
  const generators = new Map<string, WriteRecord>();
  return ({ seed, fields, referenceDate, options }) => {
    const key = JSON.stringify([seed, fields, referenceDate, options]);
    const write = generators.get(key) ?? createRecordWriter(type, { seed, fields, referenceDate, options });
    // The last one used comes last.
    generators.delete(key);
    generators.set(key, write);
    const [oldest] = generators.keys();
    if (generators.size > kept && oldest !== undefined) generators.delete(oldest);
    return write;
  };
}
