import { CannotSample } from "../../generate/sampler.ts";
import { isRelated, type RecordType, type RunOfRecords } from "../../records/record-type.ts";
import type { FindType } from "../../records/record-types.ts";
import { relateAlone } from "../../records/relate-alone.ts";
import { type Preview, previewRecords } from "../new-run/preview.ts";
import { completeOptions } from "../runs/request/record-options.ts";

const previewedRecords = 10;

/** The first records of a type, or why there are none, in words. */
export type TypePreview =
  | { readonly kind: "records"; readonly preview: Preview }
  | { readonly kind: "none"; readonly reason: string };

/** @param others to which it may be related, in place of those that are registered */
export type PreviewType = (
  type: RecordType,
  seed: number,
  others?: readonly RecordType[],
) => Promise<TypePreview>;

/**
 * Makes what a run of a type with this seed, and all else left open, begins with; of one that is related to others, a dataset of
 * this type.
 */
export function createPreviewType(findType: FindType): PreviewType {
  return async (type, seed, others = []) => {
    const run = completeOptions(type, { seed });
    if (!isRelated(type.relations)) return previewRun(type, run);
    const shown = new Map([...others, type].map((each) => [each.name, each]));
    const alone = await relateAlone(async (name) => shown.get(name) ?? findType(name), [type.name], run);
    if (alone.kind === "refused")
      return { kind: "none", reason: alone.problems.map(({ message }) => message).join("; ") };
    return previewRun(type, { ...run, related: alone.related });
  };
}

function previewRun(type: RecordType, run: RunOfRecords): TypePreview {
  try {
    const maker = type.openRun(run);
    if (maker === null) return { kind: "none", reason: "This version's records cannot be made any more." };
    const most = run.related?.countOf(type.name) ?? previewedRecords;
    const count = Math.min(previewedRecords, maker.capacity, most);
    return { kind: "records", preview: previewRecords(run, count, count, maker) };
  } catch (error) {
    if (!(error instanceof CannotSample)) throw error;
    return { kind: "none", reason: `${error.pointer}: ${error.message}` };
  }
}
