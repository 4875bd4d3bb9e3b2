import type { VNode } from "preact";
import { isTerminal, type Run } from "../../ledger/runs/run.ts";
import { formatRequested } from "../page/format.ts";
import type { RunNumbers } from "./run-numbers.ts";

/**
 * The run's account, as a bookkeeper would rule it: what was asked for, what became of it, what is still open. The
 * script on the page finds each number by its `data-number`.
 */
export function LedgerTable({ run, numbers }: { readonly run: Run; readonly numbers: RunNumbers }): VNode {
  return (
    <table class="ledger" aria-label="Ledger">
      <tbody>
        <Line name="requested" label="Requested" count={run.requested} />
        <Line name="produced" label="Produced" note="acknowledged by Kafka" count={run.produced} minor />
      </tbody>
      <tbody>
        <Line name="stored" label="Stored" note="rows in PostgreSQL" count={run.stored} />
        <Line name="flagged" label="Flagged" note="of them repaired" count={run.flagged} minor />
        <Line name="deadLettered" label="Dead-lettered" note="cannot be rows" count={run.deadLettered} />
      </tbody>
      <tfoot>
        <Line name="accounted" label="Accounted for" count={numbers.accounted} />
        <Line name="outstanding" label="Balance" note={balanceNote(run)} count={numbers.outstanding} />
      </tfoot>
    </table>
  );
}

function balanceNote({ status, requested }: Run): string {
  if (status === "completed") return "nothing is missing";
  // What is yet to be made is not counted where there is no end.
  if (requested === null) return isTerminal(status) ? "of what was made" : "on the way";
  return isTerminal(status) ? "will not come" : "still to come";
}

interface LineProps {
  readonly name: string;
  readonly label: string;
  /** Null only of what is requested without an end. */
  readonly count: number | null;
  readonly note?: string;
  readonly minor?: boolean;
}

function Line({ name, label, count, note, minor }: LineProps): VNode {
  return (
    <tr class={minor ? "minor" : undefined} data-line={name} data-zero={count === 0 ? "true" : undefined}>
      <th scope="row">
        {label}
        {note === undefined ? null : <span class="note"> {note}</span>}
      </th>
      <td data-number={name}>{formatRequested(count)}</td>
    </tr>
  );
}
