import type { RecordType } from "../../records/record-type.ts";
import { builtInType } from "../../types/built-in.ts";
import type { SignedIn } from "../access/visitor.ts";
import { CsrfInput } from "../page/csrf-input.tsx";
import { Page, renderPage } from "../page/layout.tsx";
import { ActionBar } from "./action-bar.tsx";
import { Commands, type RunCommands } from "./commands.tsx";
import { ErrorSummary } from "./error-summary.tsx";
import { Essentials } from "./essentials.tsx";
import type { RunEstimate } from "./estimate/estimate-run.ts";
import type { FormState } from "./form-state.ts";
import { OptionGroups } from "./option-groups.tsx";
import type { Preview } from "./preview.ts";
import { PreviewSection } from "./preview-section.tsx";
import { drawnSeedInput } from "./run-form.ts";
import { TypeChoice, TypeChoiceForm } from "./type-choice.tsx";

export interface NewRunPageProps {
  readonly type: RecordType;
  /** Names of the types that there are. */
  readonly typeChoices: readonly string[];
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
  const { type, form } = props;
  const isBuiltIn = type.name === builtInType.name;
  return renderPage(
    <Page title="New run" section="new-run" signedIn={props.signedIn} script="form.js">
      <div class="new-run">
        <h1>New run</h1>
        <p class="lede">
          {isBuiltIn ? `Synthetic ${type.name}s` : `Records of ${type.name}`}: {whereTheyEnd(type)}.
        </p>
        {props.wasRefused ? <ErrorSummary form={form} /> : null}
        <form class="run-form" method="post" action="/generate" novalidate>
          <CsrfInput token={props.csrfToken} />
          <input type="hidden" name="formKey" value={props.formKey} />
          <input type="hidden" name={drawnSeedInput} value={props.drawnSeed} />
          {isBuiltIn ? null : <input type="hidden" name="type" value={type.name} />}
          <div class="run-form-body">
            <Essentials
              choice={<TypeChoice chosen={type.name} names={props.typeChoices} />}
              form={form}
              fields={type.options.areFieldsChosen ? type.fields : []}
              maxCount={props.maxCount}
              drawnSeed={props.drawnSeed}
            />
            <PreviewSection labels={form.labels} preview={props.preview} />
            <OptionGroups form={form} />
          </div>
          <Commands commands={props.commands} />
          <ActionBar form={form} estimate={props.estimate} />
        </form>
        <TypeChoiceForm />
      </div>
    </Page>,
  );
}

const whereTheyEnd = ({ table }: RecordType): string =>
  table === null
    ? "each ends in Kafka, where no table waits for it"
    : "each ends as a row in PostgreSQL or as a dead letter that says why";
