import { createGenerator, type GenerateRecord, type RecordOptions } from "./generate.ts";
import type { RecordType } from "./record-type.ts";

/**
 * Each holds what its records have been drawn from: five megabytes at the most. Chunks of runs that are under way at the
 * same time take turns, so that of more runs than this every chunk would begin with a preparation.
 */
const kept = 12;

/**
 * Prepares generators as `createGenerator` does and keeps the last few: the chunks of a run need the same one, and to
 * prepare it may take longer than to make a chunk.
 */
export function keepGenerators(type: RecordType): (options: RecordOptions) => GenerateRecord {
  const generators = new Map<string, GenerateRecord>();
  return ({ seed, fields, referenceDate, options }) => {
    const key = JSON.stringify([seed, fields, referenceDate, options]);
    const generate = generators.get(key) ?? createGenerator(type, { seed, fields, referenceDate, options });
    // The last one used comes last.
    generators.delete(key);
    generators.set(key, generate);
    const [oldest] = generators.keys();
    if (generators.size > kept && oldest !== undefined) generators.delete(oldest);
    return generate;
  };
}
