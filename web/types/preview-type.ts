import { CannotSample } from "../../generate/sampler.ts";
import type { RecordType } from "../../records/record-type.ts";
import { type Preview, previewRecords } from "../new-run/preview.ts";
import { completeOptions } from "../runs/request/record-options.ts";

const previewedRecords = 10;

/** The first records of a type, or why there are none, in words. */
export type TypePreview =
  | { readonly kind: "records"; readonly preview: Preview }
  | { readonly kind: "none"; readonly reason: string };

/** Makes what a run of a type with this seed, and all else left open, begins with. */
export function previewType(type: RecordType, seed: number): TypePreview {
  try {
    const run = completeOptions(type, { seed });
    const maker = type.openRun(run);
    if (maker === null) return { kind: "none", reason: "This version's records cannot be made any more." };
    const count = Math.min(previewedRecords, maker.capacity);
    return { kind: "records", preview: previewRecords(run, count, count, maker) };
  } catch (error) {
    if (!(error instanceof CannotSample)) throw error;
    return { kind: "none", reason: `${error.pointer}: ${error.message}` };
  }
}
