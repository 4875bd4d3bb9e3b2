import type { VNode } from "preact";
import type { SignedIn } from "../access/visitor.ts";
import { CodeBlock } from "../page/code-block.tsx";
import { formatCount } from "../page/format.ts";
import { Page, renderPage } from "../page/layout.tsx";
import type { TypeSummary } from "./type-catalogue.ts";

export interface TypeLine extends TypeSummary {
  /** Null where its definition cannot be read any more. */
  readonly fields: number | null;
  readonly runs: number;
  readonly records: number;
}

export interface TypesPageProps {
  readonly types: readonly TypeLine[];
  /** Whether nobody has registered one yet: there are only those that come with the product. */
  readonly isFirst: boolean;
  /** Names of those that have just been deleted. */
  readonly deleted: readonly string[];
  /** Names of those that have just been registered. */
  readonly registered: readonly string[];
  readonly signedIn: SignedIn | null;
}

/** The types that runs can be asked for. */
export function renderTypesPage({ types, isFirst, deleted, registered, signedIn }: TypesPageProps): string {
  return renderPage(
    <Page title="Types" section="types" signedIn={signedIn}>
      <header class="run-head">
        <h1>Types</h1>
        <a class="button" href="/new-type">
          New type
        </a>
      </header>
      <p class="lede">
        What the records of a run are. Each type has a topic in Kafka and, unless it does without, a table in
        PostgreSQL.
      </p>
      {deleted.length === 0 ? null : (
        <p class="notice" role="status">
          {deleted.join(", ")} {deleted.length === 1 ? "is" : "are"} deleted. Rows and topics are still there;
          registered again as it was, a type is back.
        </p>
      )}
      {registered.length === 0 ? null : (
        <p class="notice" role="status">
          {registered.join(", ")} {registered.length === 1 ? "is" : "are"} registered.
        </p>
      )}
      <TypeTable types={types} />
      {isFirst ? <FirstType /> : null}
    </Page>,
  );
}

function TypeTable({ types }: { readonly types: readonly TypeLine[] }): VNode {
  return (
    <table class="types">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Topic</th>
          <th scope="col">Table</th>
          <th scope="col" class="number">
            Fields
          </th>
          <th scope="col" class="number">
            Runs
          </th>
          <th scope="col" class="number">
            Records
          </th>
        </tr>
      </thead>
      <tbody>
        {types.map((type) => (
          <TypeRow type={type} />
        ))}
      </tbody>
    </table>
  );
}

function TypeRow({ type }: { readonly type: TypeLine }): VNode {
  const { name, version, topic, table, fields, runs, records, isBuiltIn } = type;
  return (
    <tr>
      <th scope="row">
        <a href={`/types/${name}`}>{name}</a>{" "}
        <span class="note">
          version {version}
          {isBuiltIn ? ", built in" : ""}
        </span>
      </th>
      <td data-label="Topic">
        <code>{topic}</code>
      </td>
      <td data-label="Table">
        {table === null ? <span class="note">Kafka only</span> : <code>{table}</code>}
      </td>
      <td class="number" data-label="Fields">
        {fields === null ? "–" : formatCount(fields)}
      </td>
      <td class="number" data-label="Runs" data-tone={runs === 0 ? "zero" : undefined}>
        {runs === 0 ? "0" : <a href={`/runs?type=${name}`}>{formatCount(runs)}</a>}
      </td>
      <td class="number" data-label="Records" data-tone={records === 0 ? "zero" : undefined}>
        {formatCount(records)}
      </td>
    </tr>
  );
}

const firstDefinition = `$id: sale
type: object
required: [id, email, amount]
properties:
  id: { type: string, format: uuid }
  email: { type: string }
  amount: { type: number, x-generate: { lognormal: [3, 0.8], decimals: 2 } }
`;

/** Where nobody has registered a type of their own yet. */
function FirstType(): VNode {
  return (
    <section class="first-type" aria-labelledby="first-type-title">
      <h2 id="first-type-title">Describe records of your own</h2>
      <p>
        A type is a JSON Schema of one record, in YAML or JSON. What it leaves open follows from types,
        formats, bounds and the names of fields: the e-mail address below is one because the field is called
        so.
      </p>
      <CodeBlock label="sale.yaml" text={firstDefinition} />
      <CodeBlock label="The same on the command line" text="npm run types -- add sale.yaml" />
      <p class="actions">
        <a class="button" href="/new-type?example=short">
          Begin with a short one
        </a>
        <a class="button quiet" href="/new-type">
          Paste a schema
        </a>
      </p>
    </section>
  );
}
