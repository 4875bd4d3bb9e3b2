import type { VNode } from "preact";
import type { RunCommand } from "../../../ledger/runs/control-run.ts";
import { isTerminal, type Run, type RunStatus } from "../../../ledger/runs/run.ts";
import { CsrfInput } from "../../page/csrf-input.tsx";

/** Whether a command makes sense in a status; the script on the page shows and hides the buttons by it too. */
export const offeredIn: Readonly<Record<RunCommand, (status: RunStatus) => boolean>> = {
  pause: (status) => status === "queued" || status === "running",
  resume: (status) => status === "paused",
  cancel: (status) => !isTerminal(status),
};

interface CommandFormsProps {
  /** The page of what the commands are for. */
  readonly path: string;
  readonly noun: "run" | "dataset";
  readonly isOffered: (command: RunCommand) => boolean;
  readonly csrfToken: string;
}

/** The commands to a run. */
export const RunActions = ({ run, csrfToken }: { readonly run: Run; readonly csrfToken: string }): VNode => (
  <CommandForms
    path={`/runs/${run.id}`}
    noun="run"
    isOffered={(command) => offeredIn[command](run.status)}
    csrfToken={csrfToken}
  />
);

/** Commands as forms: they work without JavaScript. */
export function CommandForms(props: CommandFormsProps): VNode {
  const { path, noun, isOffered, csrfToken } = props;
  return (
    <div class="run-actions">
      <CommandForm {...props} command="pause" text="Pause" />
      <CommandForm {...props} command="resume" text="Resume" />
      <details class="confirm" data-command="cancel" hidden={!isOffered("cancel")}>
        <summary class="button quiet">Cancel…</summary>
        <form method="post" action={`${path}/cancel`}>
          <CsrfInput token={csrfToken} />
          <p>No further records are made; what is stored stays. A cancelled {noun} cannot be resumed.</p>
          <button type="submit" class="danger">
            Cancel this {noun}
          </button>
        </form>
      </details>
    </div>
  );
}

interface CommandFormProps extends CommandFormsProps {
  readonly command: RunCommand;
  readonly text: string;
}

function CommandForm({ path, isOffered, csrfToken, command, text }: CommandFormProps): VNode {
  return (
    <form method="post" action={`${path}/${command}`} data-command={command} hidden={!isOffered(command)}>
      <CsrfInput token={csrfToken} />
      <button type="submit" class={command === "resume" ? undefined : "quiet"}>
        {text}
      </button>
    </form>
  );
}
