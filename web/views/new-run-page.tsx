import type { TextType } from "../../records/text-type.ts";
import type { SignedIn } from "../access/visitor.ts";
import type { RunEstimate } from "../estimate-run.ts";
import type { Preview } from "../preview.ts";
import { drawnSeedInput } from "../run-form.ts";
import { CsrfInput } from "./csrf-input.tsx";
import { Page, renderPage } from "./layout.tsx";
import { ActionBar } from "./new-run/action-bar.tsx";
import { Commands, type RunCommands } from "./new-run/commands.tsx";
import { ErrorSummary } from "./new-run/error-summary.tsx";
import { Essentials } from "./new-run/essentials.tsx";
import type { FormState } from "./new-run/form-state.ts";
import { OptionGroups } from "./new-run/option-groups.tsx";
import { PreviewSection } from "./new-run/preview-section.tsx";

export interface NewRunPageProps {
  readonly recordType: TextType;
  readonly form: FormState;
  /** Whether the form was sent to start a run, which its errors prevented. */
  readonly wasRefused: boolean;
  readonly preview: Preview | null;
  readonly estimate: RunEstimate | null;
  readonly commands: RunCommands | null;
  /** Makes a form that is sent twice one run. */
  readonly formKey: string;
  /** The run's seed where none is typed. */
  readonly drawnSeed: number;
  readonly csrfToken: string;
  readonly signedIn: SignedIn | null;
  readonly maxCount: number;
}

/** The form that starts a run, with its first records. */
export function renderNewRunPage(props: NewRunPageProps): string {
  const { recordType, form } = props;
  return renderPage(
    <Page title="New run" section="new-run" signedIn={props.signedIn} script="form.js">
      <div class="new-run">
        <h1>New run</h1>
        <p class="lede">
          Synthetic {recordType.name}s: each ends as a row in PostgreSQL or as a dead letter that says why.
        </p>
        {props.wasRefused ? <ErrorSummary form={form} /> : null}
        <form class="run-form" method="post" action="/generate" novalidate>
          <CsrfInput token={props.csrfToken} />
          <input type="hidden" name="formKey" value={props.formKey} />
          <input type="hidden" name={drawnSeedInput} value={props.drawnSeed} />
          <div class="run-form-body">
            <Essentials
              form={form}
              fields={recordType.fields}
              maxCount={props.maxCount}
              drawnSeed={props.drawnSeed}
            />
            <PreviewSection labels={form.labels} preview={props.preview} />
            <OptionGroups form={form} />
          </div>
          <Commands commands={props.commands} />
          <ActionBar form={form} estimate={props.estimate} />
        </form>
      </div>
    </Page>,
  );
}
