import type { VNode } from "preact";
import type { TextType } from "../../../records/text-type.ts";
import type { Preview, PreviewCell, PreviewRow } from "../../preview.ts";
import { formatCount } from "../format.ts";

interface PreviewSectionProps {
  readonly recordType: TextType;
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
          {preview === null ? "Mend what is marked to see its records." : noteOf(preview)}
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="scroll" id="preview-table" tabIndex={0} aria-label="Preview, to be scrolled" data-live>
        {preview === null ? (
          <p class="empty">No records with these options</p>
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
  readonly recordType: TextType;
  readonly preview: Preview;
}): VNode {
  const { fields, rows, further } = preview;
  const labels = new Map(recordType.fields.map(({ name, label }) => [name, label]));
  return (
    <table>
      <thead>
        <tr>
          <th scope="col" class="seq">
            <abbr title="Sequence number, from 0">#</abbr>
          </th>
          {fields.map((field) => (
            <th scope="col">{labels.get(field) ?? field}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row row={row} columns={fields.length} />
        ))}
      </tbody>
      {further.length === 0 ? null : (
        <tbody>
          <tr class="further">
            <th scope="rowgroup" colSpan={fields.length + 1}>
              Further on, the first of other faults
            </th>
          </tr>
          {further.map((row) => (
            <Row row={row} columns={fields.length} />
          ))}
        </tbody>
      )}
    </table>
  );
}

function Row({ row, columns }: { readonly row: PreviewRow; readonly columns: number }): VNode {
  const { seq, fault, cells, text } = row;
  const isPlaced = cells?.some(({ isSpoiled }) => isSpoiled) ?? false;
  return (
    <tr class={fault === null ? undefined : "faulty"}>
      <th scope="row" class="seq">
        {formatCount(seq)}
        {fault === null || isPlaced || cells === null ? null : <Mark fault={fault} />}
      </th>
      {cells === null ? (
        <td colSpan={columns}>
          <Mark fault={fault ?? ""} /> {text}
        </td>
      ) : (
        cells.map((cell) => <Cell cell={cell} fault={fault} />)
      )}
    </tr>
  );
}

function Cell({ cell, fault }: { readonly cell: PreviewCell; readonly fault: string | null }): VNode {
  const text = cell.kind === "value" ? cell.text : <span class="absent">{cell.text}</span>;
  if (!cell.isSpoiled || fault === null) return <td>{text}</td>;
  return (
    <td>
      <Mark fault={fault} /> {text}
    </td>
  );
}

const Mark = ({ fault }: { readonly fault: string }): VNode => <span class="mark">{fault}</span>;
