import type { VNode } from "preact";
import type { RunCommand } from "../../../ledger/runs/control-run.ts";
import { isTerminal, type Run, type RunStatus } from "../../../ledger/runs/run.ts";
import { CsrfInput } from "../../page/csrf-input.tsx";

/** Whether a command makes sense in a status; the script on the page shows and hides the buttons by it too. */
const offeredIn: Readonly<Record<RunCommand, (status: RunStatus) => boolean>> = {
  pause: (status) => status === "queued" || status === "running",
  resume: (status) => status === "paused",
  cancel: (status) => !isTerminal(status),
};

interface RunActionsProps {
  readonly run: Run;
  readonly csrfToken: string;
}

/** The commands to a run, as forms: they work without JavaScript. */
export function RunActions({ run, csrfToken }: RunActionsProps): VNode {
  return (
    <div class="run-actions">
      <CommandForm run={run} csrfToken={csrfToken} command="pause" text="Pause" />
      <CommandForm run={run} csrfToken={csrfToken} command="resume" text="Resume" />
      <details class="confirm" data-command="cancel" hidden={!offeredIn.cancel(run.status)}>
        <summary class="button quiet">Cancel…</summary>
        <form method="post" action={`/runs/${run.id}/cancel`}>
          <CsrfInput token={csrfToken} />
          <p>No further records are made; what is stored stays. A cancelled run cannot be resumed.</p>
          <button type="submit" class="danger">
            Cancel this run
          </button>
        </form>
      </details>
    </div>
  );
}

interface CommandFormProps extends RunActionsProps {
  readonly command: RunCommand;
  readonly text: string;
}

function CommandForm({ run, csrfToken, command, text }: CommandFormProps): VNode {
  return (
    <form
      method="post"
      action={`/runs/${run.id}/${command}`}
      data-command={command}
      hidden={!offeredIn[command](run.status)}
    >
      <CsrfInput token={csrfToken} />
      <button type="submit" class={command === "resume" ? undefined : "quiet"}>
        {text}
      </button>
    </form>
  );
}
