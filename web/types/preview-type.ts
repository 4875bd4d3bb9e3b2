import { CannotSample } from "../../generate/sampler.ts";
import type { RecordType, RunOfRecords } from "../../records/record-type.ts";
import type { TextType } from "../../types/user/text-type.ts";
import { type Preview, previewRecords } from "../new-run/preview.ts";
import { completeOptions, lastMidnight } from "../runs/request/record-options.ts";

const previewedRecords = 10;

/** The first records of a type, or why there are none, in words. */
export type TypePreview =
  | { readonly kind: "records"; readonly preview: Preview }
  | { readonly kind: "none"; readonly reason: string };

export type PreviewType = (type: RecordType, seed: number) => TypePreview;

/** Makes what a run of a type with this seed, and all else left open, begins with. */
export function createPreviewType(builtIn: TextType): PreviewType {
  return (type, seed) => {
    const { name, version } = type;
    const asked =
      name === builtIn.name
        ? completeOptions(builtIn, { seed })
        : {
            fields: type.fields.map((field) => field.name),
            seed,
            referenceDate: lastMidnight(),
            options: {},
          };
    return previewRun(type, { recordType: { name, version }, ...asked });
  };
}

function previewRun(type: RecordType, run: RunOfRecords): TypePreview {
  try {
    const maker = type.openRun(run);
    if (maker === null) return { kind: "none", reason: "This version's records cannot be made any more." };
    const count = Math.min(previewedRecords, maker.capacity);
    return { kind: "records", preview: previewRecords(run, count, count, maker) };
  } catch (error) {
    if (!(error instanceof CannotSample)) throw error;
    return { kind: "none", reason: `${error.pointer}: ${error.message}` };
  }
}
