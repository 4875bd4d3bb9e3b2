import type { VNode } from "preact";
import type { RecordType } from "../../records/record-type.ts";
import type { SignedIn } from "../access/visitor.ts";
import type { FieldError } from "../problem.ts";
import { errorsByInput, type RunFormValues } from "../run-form.ts";
import { CsrfInput } from "./csrf-input.tsx";
import { formatCount } from "./format.ts";
import { Page, renderPage } from "./layout.tsx";

export interface NewRunPageProps {
  readonly recordType: RecordType;
  readonly values: RunFormValues;
  readonly errors: readonly FieldError[];
  /** Makes a form that is sent twice one run. */
  readonly formKey: string;
  readonly csrfToken: string;
  readonly signedIn: SignedIn | null;
  readonly maxCount: number;
  readonly defaultChunkSize: number;
}

/** The form that starts a run. */
export function renderNewRunPage(props: NewRunPageProps): string {
  const errors = errorsByInput(props.errors);
  const { values } = props;
  const advanced = ["referenceDate", "chunkSize"] as const;
  return renderPage(
    <Page title="New run" section="new-run" signedIn={props.signedIn} script="form.js">
      <h1>New run</h1>
      <p class="lede">
        Makes synthetic {props.recordType.name}s. Each one ends as a row in PostgreSQL or is named as a dead
        letter, and the run's ledger shows which.
      </p>
      {errors.size > 0 ? <ErrorSummary errors={errors} /> : null}
      <form class="run-form" method="post" action="/generate" novalidate>
        <CsrfInput token={props.csrfToken} />
        <input type="hidden" name="formKey" value={props.formKey} />
        <Input
          name="count"
          label="Records"
          hint={`How many, up to ${formatCount(props.maxCount)}`}
          value={values.count}
          error={errors.get("count")}
          required
        />
        <FieldChoice recordType={props.recordType} chosen={values.fields} error={errors.get("fields")} />
        <Input
          name="seed"
          label="Seed"
          hint="Empty for a random one. The same seed gives the same records again."
          value={values.seed}
          error={errors.get("seed")}
          placeholder="random"
        />
        <details open={advanced.some((name) => values[name] !== "" || errors.has(name))}>
          <summary>Advanced options</summary>
          <Input
            name="referenceDate"
            label="Reference date"
            hint="Dates are drawn from the year before it. Empty for today, in UTC."
            value={values.referenceDate}
            error={errors.get("referenceDate")}
            placeholder="YYYY-MM-DD"
          />
          <Input
            name="chunkSize"
            label="Chunk size"
            hint="Records that one job makes. It changes how the work is split, never the records."
            value={values.chunkSize}
            error={errors.get("chunkSize")}
            placeholder={formatCount(props.defaultChunkSize)}
          />
        </details>
        <p class="actions">
          <button type="submit">Start the run</button>
          <button type="button" class="quiet" data-preview hidden>
            Preview five records
          </button>
        </p>
      </form>
      <section class="preview" aria-live="polite" data-preview-output hidden />
    </Page>,
  );
}

function ErrorSummary({ errors }: { readonly errors: ReadonlyMap<string, string> }): VNode {
  return (
    <div class="notice error" role="alert">
      <p>The run was not started:</p>
      <ul>
        {Array.from(errors, ([input, message]) => (
          <li>
            <a href={`#${input}`}>{inputLabels[input] ?? input}</a> {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

const inputLabels: Readonly<Record<string, string>> = {
  count: "Records",
  fields: "Fields",
  seed: "Seed",
  referenceDate: "Reference date",
  chunkSize: "Chunk size",
};

interface InputProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly placeholder?: string;
  readonly required?: boolean;
}

function Input({ name, label, hint, value, error, placeholder, required }: InputProps): VNode {
  const isNumber = name !== "referenceDate";
  return (
    <div class="input">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type="text"
        inputMode={isNumber ? "numeric" : "text"}
        autoComplete="off"
        value={value}
        placeholder={placeholder}
        required={required}
        aria-describedby={error === undefined ? `${name}-hint` : `${name}-error ${name}-hint`}
        aria-invalid={error === undefined ? undefined : "true"}
      />
      {error === undefined ? null : <InputError name={name} message={error} />}
      <p class="hint" id={`${name}-hint`}>
        {hint}
      </p>
    </div>
  );
}

function InputError({ name, message }: { readonly name: string; readonly message: string }): VNode {
  return (
    <p class="input-error" id={`${name}-error`}>
      {message.charAt(0).toUpperCase() + message.slice(1)}
    </p>
  );
}

interface FieldChoiceProps {
  readonly recordType: RecordType;
  readonly chosen: readonly string[];
  readonly error: string | undefined;
}

function FieldChoice({ recordType, chosen, error }: FieldChoiceProps): VNode {
  return (
    <fieldset id="fields" aria-describedby={error === undefined ? undefined : "fields-error"}>
      <legend>Fields</legend>
      <p class="choose" data-choose hidden>
        <button type="button" class="link" data-choose-all>
          Select all
        </button>
        <button type="button" class="link" data-choose-none>
          Select none
        </button>
      </p>
      {error === undefined ? null : <InputError name="fields" message={error} />}
      <div class="fields">
        {recordType.fields.map((field) => (
          <label class="field">
            <input type="checkbox" name="fields" value={field.name} checked={chosen.includes(field.name)} />
            <span>
              {field.label}
              <span class="example">{field.schema.examples[0]}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
