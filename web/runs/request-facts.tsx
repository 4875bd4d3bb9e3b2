import type { VNode } from "preact";
import type { Run } from "../../ledger/runs/run.ts";
import { recordsOf } from "../../records/changing-runs.ts";
import { builtInType } from "../../types/built-in.ts";
import { isSchema } from "../new-run/options/option-kind.ts";
import { writeText } from "../new-run/options/option-text.ts";
import { formatCount } from "../page/format.ts";
import { runRequestOf, shortInstant } from "./request/run-request.ts";

/** What was asked for: of the options those that were not left to their defaults. */
export function RequestFacts({ run }: { readonly run: Run }): VNode {
  const request = runRequestOf(run);
  const asked = recordsOf(run);
  const options = Object.entries(builtInType.options.properties()).filter(([name]) => name in request);
  return (
    <dl class="facts" data-part="request">
      <dt>Type</dt>
      <dd>
        <a href={`/types/${run.recordType.name}@${run.recordType.version}`}>{run.recordType.name}</a>, version{" "}
        {run.recordType.version}
      </dd>
      {asked === run.requested || asked === null ? null : (
        <>
          <dt>Records</dt>
          <dd>{formatCount(asked)}, each change of which is a message</dd>
        </>
      )}
      {run.datasetId === null ? null : (
        <>
          <dt>Dataset</dt>
          <dd>
            <a href={`/datasets/${run.datasetId}`}>
              <code class="id">{run.datasetId}</code>
            </a>
          </dd>
        </>
      )}
      <dt>Seed</dt>
      <dd>
        <code>{run.seed}</code>
      </dd>
      <dt>Fields</dt>
      <dd>
        <bdi>{listFields(run.fields)}</bdi>
      </dd>
      {options.map(([name, schema]) => (
        <>
          <dt>{isSchema(schema) && typeof schema.title === "string" ? schema.title : name}</dt>
          <dd>{writeText(request[name]).replaceAll(",", ", ")}</dd>
        </>
      ))}
      <dt>Reference date</dt>
      <dd>
        <time dateTime={run.referenceDate.toISOString()}>{shortInstant(run.referenceDate)}</time>
      </dd>
      <dt>Chunk size</dt>
      <dd>{formatCount(run.chunkSize)} at most</dd>
    </dl>
  );
}

/** Of an own type there may be hundreds. */
const listFields = (names: readonly string[]): string =>
  names.length <= mostFields
    ? names.join(", ")
    : `${names.slice(0, mostFields).join(", ")} and ${formatCount(names.length - mostFields)} more`;

const mostFields = 30;
