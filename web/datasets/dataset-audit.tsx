import type { VNode } from "preact";
import type { CheckedRelation } from "../../ledger/audit/check-relations.ts";
import { type Dataset, statusOf } from "../../ledger/datasets/dataset.ts";
import { formatCount } from "../page/format.ts";

/** What came of comparing a dataset's rows, or why nothing came of it. */
export type Audited =
  | { readonly kind: "not asked for" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "compared"; readonly checks: readonly CheckedRelation[] };

interface DatasetAuditProps {
  readonly dataset: Dataset;
  readonly audited: Audited;
}

/** Whether a dataset's rows hang together, for whoever asks. */
export function DatasetAudit({ dataset, audited }: DatasetAuditProps): VNode {
  const isCompleted = statusOf(dataset.runs) === "completed";
  return (
    <section id="audit" class="dataset-audit" aria-labelledby="audit-title">
      <h2 id="audit-title">Do the rows hang together?</h2>
      {audited.kind === "refused" ? (
        <p class="notice error" role="alert">
          {audited.reason}
        </p>
      ) : null}
      {audited.kind === "compared" ? <Outcome checks={audited.checks} /> : null}
      {isCompleted ? (
        <p class="actions">
          <CompareLink path={`/datasets/${dataset.id}/audit`} isFirst={audited.kind === "not asked for"} />
        </p>
      ) : (
        <p class="hint">Once the dataset is completed its rows can be compared with one another.</p>
      )}
    </section>
  );
}

/** Once more without a fragment: a browser that is there already would only scroll to it. */
function CompareLink({ path, isFirst }: { readonly path: string; readonly isFirst: boolean }): VNode {
  return (
    <a class="button quiet" href={isFirst ? `${path}#audit` : path}>
      {isFirst ? "Compare them" : "Compare again"}
    </a>
  );
}

function Outcome({ checks }: { readonly checks: readonly CheckedRelation[] }): VNode {
  if (checks.length === 0)
    return <p>The types are not related to one another, or have no tables: there is nothing to compare.</p>;
  const broken = checks.filter(({ violations }) => violations.length > 0).length;
  return (
    <>
      <p role="status">
        {broken === 0
          ? `All ${formatCount(checks.length)} relations hold.`
          : `${formatCount(broken)} of ${formatCount(checks.length)} relations do not hold.`}
      </p>
      <ul class="relations">
        {checks.map((check) => (
          <Relation check={check} />
        ))}
      </ul>
    </>
  );
}

function Relation({ check }: { readonly check: CheckedRelation }): VNode {
  const { sentence, runId, checked, violations, explained, orphans } = check;
  const holds = violations.length === 0;
  return (
    <li class="relation">
      <span class="badge" data-status={holds ? "completed" : "failed"}>
        {holds ? "holds" : "does not hold"}
      </span>
      <div>
        <p class="relation-says">{sentence}</p>
        <p class="relation-says hint">
          {formatCount(checked)} clean {checked === 1 ? "row" : "rows"} of{" "}
          <a href={`/runs/${runId}`}>its run</a>
          {explained === 0 ? "" : `; ${formatCount(explained)} rest on faulty records`}
          {orphans === 0 ? "" : `; ${formatCount(orphans)} are orphans on purpose`}
        </p>
        {holds ? null : (
          <ul class="violations">
            {violations.map(({ seq, ...said }) => (
              <li>
                <a href={`/runs/${runId}`}>record {formatCount(Number(seq))}</a>:{" "}
                <code>
                  {Object.entries(said)
                    .map(([name, value]) => `${name} ${value === null ? "nothing" : String(value)}`)
                    .join(", ")}
                </code>
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
