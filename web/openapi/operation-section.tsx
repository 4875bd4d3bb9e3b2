import type { VNode } from "preact";
import type { Operation } from "../http/operation.ts";
import { problemKinds } from "../http/problem.ts";
import { Text } from "../new-run/input-parts.tsx";
import { CodeBlock } from "../page/code-block.tsx";
import { curlCommand } from "../page/curl.ts";
import { exampleOfSchema } from "./example-of-schema.ts";
import { openApiPath, problemsOf } from "./openapi-document.ts";
import { describeProperties, describeType } from "./schema-text.ts";

/** One operation: what it does, a command to try it, what goes in and what comes out. */
export function OperationSection({
  operation,
  baseUrl,
}: {
  readonly operation: Operation;
  readonly baseUrl: string;
}): VNode {
  return (
    <section class="operation" id={operation.id}>
      <h3>{operation.summary}</h3>
      <p class="endpoint">
        <span class="method">{operation.method.toUpperCase()}</span>{" "}
        <code>{openApiPath(operation.path)}</code>
      </p>
      {operation.description === undefined ? null : (
        <p>
          <Text text={operation.description} />
        </p>
      )}
      <CodeBlock label="Try it" text={curlOf(operation, baseUrl)} />
      <Properties title="Query" schema={operation.query} isSent />
      <Properties title="Headers" schema={operation.headers} isSent />
      <Properties title="Body, application/json" schema={operation.body} isSent />
      <Responses operation={operation} />
      <Answer operation={operation} />
    </section>
  );
}

/** What stands in the example for an id that only the reader knows, by the name in the path before it. */
const placeholders: Readonly<Record<string, string>> = {
  runs: "RUN_ID",
  datasets: "DATASET_ID",
  "dead-letters": "DEAD_LETTER_ID",
  // The one that the example above it registers.
  types: "order",
};

function curlOf(operation: Operation, baseUrl: string): string {
  const streams = operation.id === "watchRun" ? { Accept: "text/event-stream" } : {};
  const key =
    operation.headers === undefined || !("Idempotency-Key" in operation.headers.properties)
      ? {}
      : { "Idempotency-Key": "nightly-2026-11-24" };
  const path = openApiPath(operation.path).replaceAll(
    /([\w-]+)\/\{(\w+)\}/g,
    (_, collection: string, name: string) =>
      `${collection}/${placeholders[collection] ?? name.toUpperCase()}`,
  );
  return curlCommand({
    method: operation.method,
    url: `${baseUrl}${path}${neededQuery(operation)}`,
    headers: { ...streams, ...key },
    body: operation.bodyExample,
  });
}

/** The parameters without which it is refused. */
function neededQuery({ query }: Operation): string {
  const parameters = new URLSearchParams();
  for (const name of query?.required ?? []) {
    parameters.set(name, String(exampleOfSchema(query?.properties[name])));
  }
  return parameters.size === 0 ? "" : `?${parameters}`;
}

interface PropertiesProps {
  readonly title: string;
  readonly schema: unknown;
  /** In an answer every property is there: only of what is sent some are required. */
  readonly isSent?: boolean;
}

/** Properties of an object, such as a body. */
export function Properties({ title, schema, isSent = false }: PropertiesProps): VNode | null {
  const properties = describeProperties(schema);
  if (properties.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <dl class="properties">
        {properties.map(({ name, type, isRequired, description }) => (
          <div>
            <dt>
              <code>{name}</code>
              {isRequired && isSent ? <span class="required"> required</span> : null}
            </dt>
            <dd>
              <span class="type">{type}</span>
              {description === "" ? null : (
                <span>
                  <Text text={description} />
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** What the first of its answers looks like, where it is JSON. */
function Answer({ operation }: { readonly operation: Operation }): VNode | null {
  const [first] = Object.entries(operation.responses);
  const schema = first?.[1].content?.["application/json"];
  if (first === undefined || schema === undefined) return null;
  return <CodeBlock label={`Answer, ${first[0]}`} text={JSON.stringify(exampleOfSchema(schema), null, 2)} />;
}

function Responses({ operation }: { readonly operation: Operation }): VNode {
  return (
    <>
      <h4>Responses</h4>
      <dl class="responses">
        {Object.entries(operation.responses).map(([status, response]) => (
          <div>
            <dt>{status}</dt>
            <dd>
              <Text text={response.description} />
              {Object.entries(response.content ?? {}).map(([mediaType, schema]) => (
                <span class="type">
                  {mediaType}: {describeType(schema)}
                </span>
              ))}
            </dd>
          </div>
        ))}
        <div>
          <dt>Problems</dt>
          <dd>
            {problemsOf(operation).map((kind) => (
              <a class="problem" href={`#problem-${kind}`}>
                {problemKinds[kind].status} {kind}
              </a>
            ))}
          </dd>
        </div>
      </dl>
    </>
  );
}
