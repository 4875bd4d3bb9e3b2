import type { VNode } from "preact";
import type { SignedIn } from "../access/visitor.ts";
import { CodeBlock } from "../page/code-block.tsx";
import { CsrfInput } from "../page/csrf-input.tsx";
import { formatCount, formatInstant } from "../page/format.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { ColumnTable } from "./column-table.tsx";
import type { TypePreview } from "./preview-type.ts";
import type { TypeDetails } from "./type-catalogue.ts";
import { TypeCommands } from "./type-commands.tsx";
import { TypeRecords } from "./type-records.tsx";

export interface TypePageProps {
  readonly type: TypeDetails;
  /** Whether its records are had in a dataset only. */
  readonly isRelated: boolean;
  /** Names of its fields, as a person reads them; the field's own where there is none. */
  readonly labels: ReadonlyMap<string, string>;
  readonly seed: number;
  readonly preview: TypePreview;
  /** Null where it has none. */
  readonly dashboard: string | null;
  /** Where the service is reached, for commands that a person copies. */
  readonly baseUrl: string;
  /** Whose password curl is to ask for. */
  readonly user: string | null;
  readonly csrfToken: string;
  readonly signedIn: SignedIn | null;
  /** What has just been done. */
  readonly done: "registered" | "unchanged" | undefined;
  /** Why a command was refused. */
  readonly refusal: string | null;
}

/** One type: what its records are like, where they go, how it was defined. */
export function renderTypePage(props: TypePageProps): string {
  const { type, done, refusal } = props;
  const newest = Math.max(...type.versions);
  const isNewest = type.version === newest;
  return renderPage(
    <Page title={`Type ${type.name}`} section="types" signedIn={props.signedIn} script="type.js">
      {refusal === null ? null : (
        <p class="notice error" role="alert">
          {refusal}
        </p>
      )}
      {done === undefined ? null : (
        <p class="notice" role="status">
          {done === "registered"
            ? `${type.name} is registered, version ${type.version}. Consumers take it up within seconds.`
            : `${type.name} was there already, as it is.`}
        </p>
      )}
      <header class="run-head">
        <div>
          <p class="overline">
            <a href="/types">Types</a>
          </p>
          <h1>
            <span class="type-name">{type.name}</span> <span class="badge">version {type.version}</span>
          </h1>
          {type.title === null ? null : (
            <p class="type-title" dir="auto">
              {type.title}
            </p>
          )}
        </div>
        {isNewest ? <TypeActions {...props} /> : null}
      </header>
      {type.description === null ? null : (
        <p class="lede" dir="auto">
          {type.description}
        </p>
      )}
      {isNewest ? null : (
        <p class="notice">
          Runs take the newest version, <a href={`/types/${type.name}`}>version {newest}</a>.
        </p>
      )}
      <div class="type-body">
        <section aria-labelledby="places-title">
          <h2 id="places-title">Where its records go</h2>
          <Places type={type} dashboard={props.dashboard} />
        </section>
        <section aria-labelledby="columns-title">
          <h2 id="columns-title">
            {type.columns.length === 0 ? "Columns" : `${formatCount(type.columns.length)} columns`}
          </h2>
          {type.table === null ? (
            <p class="hint">None: its records are in Kafka only.</p>
          ) : (
            <ColumnTable columns={type.columns} />
          )}
        </section>
      </div>
      <Records {...props} />
      <section class="definition" aria-labelledby="definition-title">
        <h2 id="definition-title">Definition</h2>
        <CodeBlock {...definitionOf(type)} />
      </section>
      <TypeCommands type={type} isRelated={props.isRelated} baseUrl={props.baseUrl} user={props.user} />
    </Page>,
  );
}

const definitionOf = ({ name, definition, schema, mediaType }: TypeDetails) =>
  definition === null
    ? { label: "Built in; its records as a JSON Schema", text: JSON.stringify(schema, null, 2) }
    : {
        label: `As it came, ${name}.${mediaType === "application/json" ? "json" : "yaml"}`,
        text: definition,
      };

function TypeActions({
  type,
  isRelated,
  csrfToken,
}: Pick<TypePageProps, "type" | "isRelated" | "csrfToken">): VNode {
  const { name, table, isBuiltIn } = type;
  return (
    <div class="run-actions">
      <a class="button" href={isBuiltIn ? "/" : `/?type=${name}`}>
        {isRelated ? "New dataset" : "New run"}
      </a>
      {isBuiltIn ? null : (
        <>
          <a class="button quiet" href={`/new-type?type=${name}`}>
            Change
          </a>
          <details class="confirm">
            <summary class="button quiet">Delete…</summary>
            <form method="post" action={`/types/${name}/delete`}>
              <CsrfInput token={csrfToken} />
              <p>
                {name} takes no more runs and leaves the list.{" "}
                {table === null ? "Its topic stays" : "Its topic, its table and all rows stay"}, and so do its
                names: registered again as it was, it is back.
              </p>
              <button type="submit" class="danger">
                Delete {name}
              </button>
            </form>
          </details>
        </>
      )}
    </div>
  );
}

function Places({ type, dashboard }: Pick<TypePageProps, "type" | "dashboard">): VNode {
  const { name, version, topic, table, stateTable, createdAt, versions } = type;
  return (
    <dl class="facts">
      <dt>Topic</dt>
      <dd>
        <code>{topic}</code>
      </dd>
      <dt>Table</dt>
      <dd>{table === null ? "none" : <code>{table}</code>}</dd>
      {stateTable === null ? null : (
        <>
          <dt>Last states</dt>
          <dd>
            <code>{stateTable}</code>
          </dd>
        </>
      )}
      <dt>Runs</dt>
      <dd>
        <a href={`/runs?type=${name}`}>Show them</a>
      </dd>
      {dashboard === null ? null : (
        <>
          <dt>Dashboard</dt>
          <dd>
            <a href={dashboard}>In Superset</a>
          </dd>
        </>
      )}
      <dt>Registered</dt>
      <dd>
        {createdAt === null ? (
          "part of the product"
        ) : (
          <time dateTime={createdAt}>{formatInstant(new Date(createdAt))}</time>
        )}
      </dd>
      <dt>Versions</dt>
      <dd>
        {versions.map((each, index) => (
          <>
            {index === 0 ? null : ", "}
            {each === version ? (
              <strong aria-current="true">{each}</strong>
            ) : (
              <a href={`/types/${name}@${each}`}>{each}</a>
            )}
          </>
        ))}
      </dd>
    </dl>
  );
}

function Records({ type, labels, seed, preview }: TypePageProps): VNode {
  return (
    <section aria-labelledby="records-title">
      <h2 id="records-title">Records</h2>
      <form class="seed-form" method="get" data-seed>
        <label for="seed">Seed</label>
        <input
          id="seed"
          name="seed"
          type="text"
          inputMode="numeric"
          autoComplete="off"
          value={seed}
          aria-describedby="seed-error"
        />
        <button type="submit" class="quiet">
          Show
        </button>
        <p class="input-error" id="seed-error" aria-live="polite" />
      </form>
      <div id="records" data-records>
        <TypeRecords name={type.name} preview={preview} labels={labels} />
      </div>
    </section>
  );
}
