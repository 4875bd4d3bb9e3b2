import type { VNode } from "preact";
import type { SignedIn } from "../access/visitor.ts";
import { deadLetterSchema } from "../dead-letters/dead-letter-schema.ts";
import type { Operation } from "../http/operation.ts";
import { problemKinds } from "../http/problem.ts";
import { problemSchema } from "../http/problem-schema.ts";
import { Page, renderPage } from "../page/layout.tsx";
import { runSchema } from "../runs/request/run-schema.ts";
import { OperationSection, Properties } from "./operation-section.tsx";

export interface DocsPageProps {
  readonly operations: readonly Operation[];
  readonly baseUrl: string;
  readonly signedIn: SignedIn | null;
}

/** The reference of the API, from the definitions that requests are checked against. */
export function renderDocsPage({ operations, baseUrl, signedIn }: DocsPageProps): string {
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return renderPage(
    <Page title="API" section="docs" signedIn={signedIn}>
      <h1>API</h1>
      <p class="lede">
        JSON over HTTP. The same as an <a href="/api/openapi.json">OpenAPI 3.1 document</a>. In the examples{" "}
        <code>RUN_ID</code> stands for the id of a run of yours, <code>DATASET_ID</code> for that of a
        dataset; all the others run as they stand.
      </p>
      <div class="docs">
        <nav class="contents" aria-label="Contents">
          {tags.map((tag) => (
            <Contents tag={tag} operations={operations.filter((operation) => operation.tag === tag)} />
          ))}
          <p>Reference</p>
          <ul>
            <li>
              <a href="#schemas">Run and dead letter</a>
            </li>
            <li>
              <a href="#problems">Problems</a>
            </li>
          </ul>
        </nav>
        <div class="reference">
          {tags.map((tag) => (
            <section aria-label={tag}>
              <h2>{tag}</h2>
              {operations
                .filter((operation) => operation.tag === tag)
                .map((operation) => (
                  <OperationSection operation={operation} baseUrl={baseUrl} />
                ))}
            </section>
          ))}
          <section id="schemas" aria-label="Run and dead letter">
            <h2>Run and dead letter</h2>
            <Properties title="Run" schema={runSchema} />
            <Properties title="DeadLetter" schema={deadLetterSchema} />
          </section>
          <Problems />
        </div>
      </div>
    </Page>,
  );
}

function Contents({
  tag,
  operations,
}: {
  readonly tag: string;
  readonly operations: readonly Operation[];
}): VNode {
  return (
    <>
      <p>{tag}</p>
      <ul>
        {operations.map(({ id, summary }) => (
          <li>
            <a href={`#${id}`}>{summary}</a>
          </li>
        ))}
      </ul>
    </>
  );
}

function Problems(): VNode {
  return (
    <section id="problems" aria-label="Problems">
      <h2>Problems</h2>
      <p>
        Whatever goes wrong is <code>application/problem+json</code> (RFC 9457); its <code>type</code> leads
        here.
      </p>
      <Properties title="Problem" schema={problemSchema} />
      <h4>Kinds</h4>
      <dl class="responses">
        {Object.entries(problemKinds).map(([kind, { status, title }]) => (
          <div id={`problem-${kind}`}>
            <dt>{status}</dt>
            <dd>
              <code>{kind}</code> <span class="type">{title}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
