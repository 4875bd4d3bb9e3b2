import type { VNode } from "preact";
import type { RecordType } from "../../../records/record-type.ts";
import type { Preview, PreviewCell, PreviewRow } from "../../preview.ts";

interface PreviewSectionProps {
  readonly recordType: RecordType;
  /** Null where the options cannot be carried out. */
  readonly preview: Preview | null;
}

/** The first records of the run that the form asks for. */
export function PreviewSection({ recordType, preview }: PreviewSectionProps): VNode {
  return (
    <section class="preview" aria-labelledby="preview-title" data-preview>
      <header>
        <h2 id="preview-title">Preview</h2>
        <p class="hint" id="preview-note" data-live data-state={preview === null ? "refused" : "shown"}>
          {preview === null ? "Mend what is marked, and its records stand here." : noteOf(preview)}
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scroll" id="preview-table" tabIndex={0} aria-label="First records" data-live>
        {preview === null ? (
          <p class="empty">No preview</p>
        ) : (
          <PreviewTable recordType={recordType} preview={preview} />
        )}
      </section>
    </section>
  );
}

const noteOf = ({ rows, seed }: Preview): string =>
  `${rows.length === 1 ? "The only record" : `The first ${rows.length} records`} of seed ${seed}`;

function PreviewTable({
  recordType,
  preview,
}: {
  readonly recordType: RecordType;
  readonly preview: Preview;
}): VNode {
  const labels = new Map(recordType.fields.map(({ name, label }) => [name, label]));
  return (
    <table>
      <thead>
        <tr>
          {preview.fields.map((field) => (
            <th scope="col">{labels.get(field) ?? field}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {preview.rows.map((row) => (
          <Row row={row} columns={preview.fields.length} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, columns }: { readonly row: PreviewRow; readonly columns: number }): VNode {
  if (row.cells !== null) return <tr>{row.cells.map((cell) => Cell(cell))}</tr>;
  return (
    <tr class="spoiled">
      <td colSpan={columns}>
        <span class="mark">no record</span> {row.text}
      </td>
    </tr>
  );
}

function Cell({ kind, text }: PreviewCell): VNode {
  if (kind === "missing") return <td class="absent">missing</td>;
  return <td class={kind === "null" ? "absent" : undefined}>{text}</td>;
}
