import type { VNode } from "preact";
import type { RunCommand } from "../../ledger/control-run.ts";
import { isTerminal, type Run, type RunStatus } from "../../ledger/run.ts";

/** Whether a command makes sense in a status; the script on the page shows and hides the buttons by it too. */
const offeredIn: Readonly<Record<RunCommand, (status: RunStatus) => boolean>> = {
  pause: (status) => status === "queued" || status === "running",
  resume: (status) => status === "paused",
  cancel: (status) => !isTerminal(status),
};

/** The commands to a run, as forms: they work without JavaScript. */
export function RunActions({ run }: { readonly run: Run }): VNode {
  return (
    <div class="run-actions">
      <CommandForm run={run} command="pause" text="Pause" />
      <CommandForm run={run} command="resume" text="Resume" />
      <details class="confirm" data-command="cancel" hidden={!offeredIn.cancel(run.status)}>
        <summary class="button quiet">Cancel…</summary>
        <form method="post" action={`/runs/${run.id}/cancel`}>
          <p>No further records are made; what is stored stays. A cancelled run cannot be resumed.</p>
          <button type="submit" class="danger">
            Cancel this run
          </button>
        </form>
      </details>
    </div>
  );
}

interface CommandFormProps {
  readonly run: Run;
  readonly command: RunCommand;
  readonly text: string;
}

function CommandForm({ run, command, text }: CommandFormProps): VNode {
  return (
    <form
      method="post"
      action={`/runs/${run.id}/${command}`}
      data-command={command}
      hidden={!offeredIn[command](run.status)}
    >
      <button type="submit" class={command === "resume" ? undefined : "quiet"}>
        {text}
      </button>
    </form>
  );
}
