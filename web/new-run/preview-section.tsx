import type { VNode } from "preact";
import { notePreview, PreviewTable } from "../page/preview-table.tsx";
import type { Preview } from "./preview.ts";

interface PreviewSectionProps {
  /** Names of fields, as a person reads them. */
  readonly labels: ReadonlyMap<string, string>;
  /** Null where the options cannot be carried out. */
  readonly preview: Preview | null;
}

/** The first records of the run that the form asks for. */
export function PreviewSection({ labels, preview }: PreviewSectionProps): VNode {
  return (
    <section class="preview" aria-labelledby="preview-title" data-preview>
      <header>
        <h2 id="preview-title">Preview</h2>
        <p class="hint" id="preview-note" data-live data-state={preview === null ? "refused" : "shown"}>
          {preview === null ? "Mend what is marked to see its records." : notePreview(preview)}
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scroll" id="preview-table" tabIndex={0} aria-label="Preview, to be scrolled" data-live>
        {preview === null ? (
          <p class="empty">No records with these options</p>
        ) : (
          <PreviewTable labels={labels} preview={preview} />
        )}
      </section>
    </section>
  );
}
