import type { VNode } from "preact";
import { notePreview, PreviewTable } from "../page/preview-table.tsx";
import { ScrollRegion } from "../page/scroll-region.tsx";
import type { TypePreview } from "./preview-type.ts";

interface TypeRecordsProps {
  readonly name: string;
  readonly preview: TypePreview;
  readonly labels?: ReadonlyMap<string, string>;
}

/** A type's first records. */
export function TypeRecords({ name, preview, labels = new Map() }: TypeRecordsProps): VNode {
  if (preview.kind === "none") return <p class="notice error">No records: {preview.reason}</p>;
  return (
    <>
      <p class="hint">{notePreview(preview.preview)}</p>
      <div class="preview type-records">
        <ScrollRegion label={`Records of ${name}`}>
          <PreviewTable preview={preview.preview} labels={labels} />
        </ScrollRegion>
      </div>
    </>
  );
}
