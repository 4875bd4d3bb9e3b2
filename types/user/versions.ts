import { settleModel } from "../../generate/people/settle-model.ts";
import type { RunOptions } from "../../records/record-type.ts";
import type { DataOptions } from "./options.ts";
import type { TextDefinition } from "./text-definition.ts";

/** What a run's records were asked for as. */
export interface VersionedOptions {
  readonly recordType: { readonly name: string; readonly version: number };
  readonly options: RunOptions;
}

/**
 * The options under which this program makes the records of a run, whatever version of the type it was asked for as;
 * null where it cannot. The first version had no options: it drew every field by itself, as `coherent: false` still does,
 * from the same streams.
 */
export function optionsOfVersion(type: TextDefinition, run: VersionedOptions): DataOptions | null {
  const { name, version } = run.recordType;
  if (name !== type.name) return null;
  if (version === type.version) return run.options as DataOptions;
  return version === 1 ? { ...settleModel({ coherent: false }), faults: {} } : null;
}
