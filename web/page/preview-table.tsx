import type { VNode } from "preact";
import type { Preview, PreviewCell, PreviewRow } from "../new-run/preview.ts";
import { formatCount } from "./format.ts";

/** What the records are, in a line above them. */
export const notePreview = ({ rows, seed }: Preview): string =>
  `${rows.length === 1 ? "The only record" : `The first ${rows.length} records`} of seed ${seed}`;

interface PreviewTableProps {
  readonly preview: Preview;
  /** Names of fields, as a person reads them; the field's own where there is none. */
  readonly labels?: ReadonlyMap<string, string>;
}

/** The first records that a run would have. */
export function PreviewTable({ preview, labels }: PreviewTableProps): VNode {
  const { fields, rows, further } = preview;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col" class="seq">
            <abbr title="Sequence number, from 0">#</abbr>
          </th>
          {fields.map((field) => (
            <th scope="col">
              <bdi>{labels?.get(field) ?? field}</bdi>
            </th>
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
          {fault === null ? (
            <span class="absent">no value: the record of this key is deleted</span>
          ) : (
            <>
              <Mark fault={fault} /> <bdi>{cut(text)}</bdi>
            </>
          )}
        </td>
      ) : (
        cells.map((cell) => <Cell cell={cell} fault={fault} />)
      )}
    </tr>
  );
}

function Cell({ cell, fault }: { readonly cell: PreviewCell; readonly fault: string | null }): VNode {
  const text = cell.kind === "value" ? <bdi>{cut(cell.text)}</bdi> : <span class="absent">{cell.text}</span>;
  if (!cell.isSpoiled || fault === null) return <td>{text}</td>;
  return (
    <td>
      <Mark fault={fault} /> {text}
    </td>
  );
}

/** A text may have 65,536 characters, of which a table's cell shows the first. */
const cut = (text: string): string => (text.length > mostShown ? `${text.slice(0, mostShown)}…` : text);
const mostShown = 300;

const Mark = ({ fault }: { readonly fault: string }): VNode => <span class="mark">{fault}</span>;
