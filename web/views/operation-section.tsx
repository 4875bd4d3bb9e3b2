import type { VNode } from "preact";
import { openApiPath, problemsOf } from "../openapi-document.ts";
import type { Operation } from "../operation.ts";
import { problemKinds } from "../problem.ts";
import { CodeBlock } from "./code-block.tsx";
import { curlCommand } from "./curl.ts";
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
      {operation.description === undefined ? null : <p>{operation.description}</p>}
      <CodeBlock label="Try it" text={curlOf(operation, baseUrl)} />
      <Properties title="Query" schema={operation.query} isSent />
      <Properties title="Headers" schema={operation.headers} isSent />
      <Properties title="Body, application/json" schema={operation.body} isSent />
      <Responses operation={operation} />
    </section>
  );
}

function curlOf(operation: Operation, baseUrl: string): string {
  const streams = operation.id === "watchRun" ? { Accept: "text/event-stream" } : {};
  const key = operation.headers === undefined ? {} : { "Idempotency-Key": "nightly-2026-11-24" };
  return curlCommand({
    method: operation.method,
    url: `${baseUrl}${openApiPath(operation.path).replaceAll(/\{id\}/g, "RUN_ID")}`,
    headers: { ...streams, ...key },
    body: operation.bodyExample,
  });
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
              {description === "" ? null : <span>{description}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
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
              {response.description}
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
