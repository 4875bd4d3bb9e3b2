import type { VNode } from "preact";
import type { PlannedType } from "../../records/plan-dataset.ts";
import type { SignedIn } from "../access/visitor.ts";
import type { FieldError } from "../http/problem.ts";
import { described, Hint, InputError } from "../new-run/input-parts.tsx";
import { firstText, type InputTexts } from "../new-run/options/option-inputs.ts";
import { CodeBlock } from "../page/code-block.tsx";
import { CsrfInput } from "../page/csrf-input.tsx";
import { formatCount, formatRequested } from "../page/format.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { countInput, endlessInput, optionsInput, realtimeInput, typesOf } from "./dataset-form.ts";

export interface NewDatasetPageProps {
  readonly texts: InputTexts;
  /** Names of the types that there are. */
  readonly typeChoices: readonly string[];
  /** What a dataset would have; null where something is wrong, or no type is chosen. */
  readonly planned: readonly PlannedType[] | null;
  readonly errors: readonly FieldError[];
  /** Whether the form was sent to start a dataset, which its errors prevented. */
  readonly wasRefused: boolean;
  /** Makes a form that is sent twice one dataset. */
  readonly formKey: string;
  /** Asks for the same. */
  readonly curl: string | null;
  readonly csrfToken: string;
  readonly signedIn: SignedIn | null;
}

/** The form that starts a dataset: first of which types, then how many records of each. */
export function renderNewDatasetPage(props: NewDatasetPageProps): string {
  const { texts, errors, wasRefused } = props;
  return renderPage(
    <Page title="New dataset" section="datasets" signedIn={props.signedIn}>
      <p class="overline">
        <a href="/datasets">Datasets</a>
      </p>
      <h1>New dataset</h1>
      <p class="lede">
        Records of several types under one seed. Types to which others refer come along, and how many records
        belong to another follows from how many there are of that one.
      </p>
      {errors.length === 0 ? null : <Errors errors={errors} wasRefused={wasRefused} />}
      {typesOf(texts).length === 0 ? <TypeChoice {...props} /> : <Counts {...props} />}
    </Page>,
  );
}

const Errors = ({ errors, wasRefused }: Pick<NewDatasetPageProps, "errors" | "wasRefused">): VNode => (
  <div class="notice error" role="alert">
    <p>{wasRefused ? "The dataset was not started:" : "A dataset like this cannot be started:"}</p>
    <ul>
      {errors.map(({ field, message }) => (
        <li>
          <a href={`#${inputOf(field)}`}>{labelOf(field)}</a> {message}
        </li>
      ))}
    </ul>
  </div>
);

/** `types.order.count` is asked for by the type's input; what else is wrong with a type is said there too. */
const inputOf = (field: string): string => {
  const type = /^types\.(\w+)/.exec(field)?.[1];
  return type === undefined ? field : countInput(type);
};
const labelOf = (field: string): string =>
  field
    .replace(/^types\./, "")
    .replace(/\.count$/, "")
    .replaceAll(".", ", ");

function TypeChoice({ typeChoices }: NewDatasetPageProps): VNode {
  return (
    <form class="run-form dataset-form" method="get" action="/new-dataset">
      <fieldset id="types" class="choices">
        <legend>Types</legend>
        <div class="checks">
          {typeChoices.map((name) => (
            <label class="check">
              <input type="checkbox" name="type" value={name} />
              <span>{name}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <p class="actions">
        <button type="submit">Go on</button>
        <a class="button quiet" href="/new-type">
          New type
        </a>
      </p>
    </form>
  );
}

function Counts(props: NewDatasetPageProps): VNode {
  const { texts, planned, errors, formKey, curl } = props;
  const rows =
    planned?.map((each) => [each.type.name, each] as const) ??
    typesOf(texts).map((name) => [name, null] as const);
  return (
    <form class="run-form dataset-form" method="post" action="/new-dataset" novalidate>
      <CsrfInput token={props.csrfToken} />
      <input type="hidden" name="formKey" value={formKey} />
      {firstText(texts, "chunkSize") === "" ? null : (
        <input type="hidden" name="chunkSize" value={firstText(texts, "chunkSize")} />
      )}
      {(texts.get("type") ?? []).map((name) => (
        <input type="hidden" name="type" value={name} />
      ))}
      {typesOf(texts).map((name) => {
        const options = firstText(texts, optionsInput(name));
        return options === "" ? null : <input type="hidden" name={optionsInput(name)} value={options} />;
      })}
      <section aria-labelledby="counts-title">
        <h2 id="counts-title">Records</h2>
        <div class="dataset-counts">
          {rows.map(([name, each]) => (
            <Count name={name} planned={each} texts={texts} error={errorOf(name, errors)} />
          ))}
        </div>
        {planned === null ? null : <p>{describeTotal(planned)}</p>}
      </section>
      <section aria-labelledby="all-title">
        <h2 id="all-title">Of all types</h2>
        <div class="dataset-counts">
          <Text name="seed" label="Seed" hint="Same seed, same records" {...props} />
          <Text
            name="scale"
            label="Scale"
            hint="Multiplies the counts above; 1 where it is empty"
            {...props}
          />
          <Text
            name="referenceDate"
            label="Reference date"
            hint={
              planned?.some(({ type }) => type.relations.belongsTo?.kind === "series")
                ? "Such as 2026-11-24; today where it is empty, of a time series in real time the start"
                : "Such as 2026-11-24; today where it is empty"
            }
            {...props}
          />
        </div>
      </section>
      <p class="actions">
        <button type="submit">Start the dataset</button>
        <button type="submit" class="quiet" formmethod="get">
          Count again
        </button>
        <a class="button quiet" href="/new-dataset">
          Other types
        </a>
      </p>
      {curl === null ? null : (
        <section class="commands" aria-label="The same as a command">
          <CodeBlock label="The same dataset by curl" text={curl} />
        </section>
      )}
    </form>
  );
}

/** What is wrong with a type, at its input; with another member than its count, by that member's name. */
function errorOf(type: string, errors: readonly FieldError[]): FieldError | undefined {
  const error = errors.find(({ field }) => inputOf(field) === countInput(type));
  if (error === undefined) return undefined;
  const member = /^types\.\w+\.(.+)$/.exec(error.field)?.[1] ?? "count";
  return member === "count"
    ? error
    : { ...error, message: `${member.replaceAll(".", ", ")} ${error.message}` };
}

interface CountProps {
  readonly name: string;
  readonly planned: PlannedType | null;
  readonly texts: InputTexts;
  readonly error: FieldError | undefined;
}

function Count({ name, planned, texts, error }: CountProps): VNode {
  const input = countInput(name);
  const typed = firstText(texts, input);
  const options = firstText(texts, optionsInput(name));
  const belongsTo = planned?.type.relations.belongsTo ?? null;
  const follows = belongsTo?.kind === "children" && typed === "";
  return (
    <div class="input">
      <label for={input}>{name}</label>
      {follows ? (
        <output id={input} class="follows">
          {formatRequested(planned?.count ?? 0)}
        </output>
      ) : (
        <input
          id={input}
          name={input}
          type="text"
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          placeholder={planned === null ? "" : (planned.count?.toString() ?? formatRequested(null))}
          {...described(input, error?.message, true)}
        />
      )}
      {belongsTo?.kind === "series" || texts.has(realtimeInput(name)) || texts.has(endlessInput(name)) ? (
        <div class="checks">
          <Switch name={realtimeInput(name)} label="In real time" texts={texts} />
          <Switch name={endlessInput(name)} label="Without an end" texts={texts} />
        </div>
      ) : null}
      <InputError input={input} message={error?.message} />
      <Hint input={input}>
        {planned === null ? "" : describeRelations(planned)}
        {options === "" ? null : (
          <>
            {" "}
            With <code>{options}</code>
          </>
        )}
      </Hint>
    </div>
  );
}

const Switch = ({
  name,
  label,
  texts,
}: {
  readonly name: string;
  readonly label: string;
  readonly texts: InputTexts;
}): VNode => (
  <label class="check">
    <input type="checkbox" name={name} checked={texts.has(name)} />
    <span>{label}</span>
  </label>
);

function describeTotal(planned: readonly PlannedType[]): string {
  const sum = formatCount(planned.reduce((total, { count }) => total + (count ?? 0), 0));
  const endless = planned.filter(({ count }) => count === null).map(({ type }) => type.name);
  return endless.length === 0
    ? `${sum} records altogether.`
    : `${sum} records altogether, and ${endless.join(" and ")} until the dataset is cancelled.`;
}

/** Why it is there, and why so many. */
function describeRelations({ type, count, isImplied, uniqueOnRequest }: PlannedType): string {
  const { belongsTo, links } = type.relations;
  const others = [...new Set(links.filter(({ kind }) => kind === "ref").map((link) => link.type))];
  const parts = [
    belongsTo === null ? "" : `${belongsTo.kind === "series" ? "A series" : "Some"} for each ${belongsTo.of}`,
    others.length === 0 ? "" : `Refer to ${others.join(", ")}`,
    isImplied ? "Come along, since others need them" : "",
    uniqueOnRequest.length === 0 ? "" : `Each has another ${uniqueOnRequest.join(" and ")}`,
  ].filter((part) => part !== "");
  const many = count === null ? "Goes on until the dataset is cancelled" : `${formatCount(count)} records`;
  return `${[many, ...parts].join(". ")}.`;
}

function Text({
  name,
  label,
  hint,
  texts,
  errors,
}: NewDatasetPageProps & { readonly name: string; readonly label: string; readonly hint: string }): VNode {
  const error = errors.find(({ field }) => field === name)?.message;
  return (
    <div class="input">
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        type="text"
        autoComplete="off"
        value={firstText(texts, name)}
        {...described(name, error, true)}
      />
      <InputError input={name} message={error} />
      <Hint input={name}>{hint}</Hint>
    </div>
  );
}
