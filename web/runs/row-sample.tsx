import type { VNode } from "preact";
import type { Run } from "../../ledger/runs/run.ts";
import { formatCount } from "../page/format.ts";
import { ScrollRegion } from "../page/scroll-region.tsx";
import { type RunDetails, runViewUrl } from "./run-details.ts";

/** A few of the run's rows as they stand in PostgreSQL, and all of them as a file. */
export function RowSection({ run, details }: { readonly run: Run; readonly details: RunDetails }): VNode {
  const { rows, columns, view } = details;
  const chosen = view.rows ?? "first";
  return (
    <section aria-labelledby="rows-title" id="rows">
      <h2 id="rows-title">Stored rows</h2>
      <div data-part="rows">
        {rows.length === 0 ? (
          <p class="hint">
            {columns.length === 0
              ? "Records of this type have no table: they are in Kafka only."
              : "No row is stored yet."}
          </p>
        ) : (
          <>
            <nav class="filter" aria-label="Which rows">
              {(["first", "last"] as const).map((end) => (
                <a
                  href={runViewUrl(run, view, { rows: end }, "rows")}
                  aria-current={end === chosen ? "true" : undefined}
                >
                  {end} {rows.length}
                </a>
              ))}
            </nav>
            <ScrollRegion label="Stored rows">
              <table class="grid sample">
                <thead>
                  <tr>
                    {columns.map((column, at) => (
                      <th scope="col" class={at === 0 ? "number" : undefined}>
                        {column}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr>
                      {row.map((value, at) => (
                        <Cell isSeq={at === 0} isError={at === columns.length - 1} value={value} />
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          </>
        )}
        {run.stored === 0 || columns.length === 0 ? null : <Downloads run={run} />}
      </div>
    </section>
  );
}

interface CellProps {
  readonly isSeq: boolean;
  readonly isError: boolean;
  readonly value: string | number | null;
}

function Cell({ isSeq, isError, value }: CellProps): VNode {
  if (value === null) {
    return (
      <td class="null">
        <span aria-hidden="true">–</span>
        <span class="visually-hidden">NULL</span>
      </td>
    );
  }
  if (isSeq) return <td class="number">{formatCount(Number(value))}</td>;
  return <td data-tone={isError ? "flagged" : undefined}>{value}</td>;
}

function Downloads({ run }: { readonly run: Run }): VNode {
  return (
    <p class="actions">
      <a class="button quiet" href={`/api/runs/${run.id}/records?format=csv&safe=spreadsheet`} download>
        Download CSV
      </a>
      <a class="button quiet" href={`/api/runs/${run.id}/records?format=ndjson`} download>
        Download NDJSON
      </a>
      <span class="note">
        {run.stored === 1 ? "One row" : `All ${formatCount(run.stored)} rows`}, streamed at any size. In the
        CSV an apostrophe stands before what a spreadsheet would take for a formula, telephone numbers too.
      </span>
    </p>
  );
}
