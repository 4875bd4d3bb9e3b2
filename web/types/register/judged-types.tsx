import type { VNode } from "preact";
import { formatCount } from "../../page/format.ts";
import { ColumnTable } from "../column-table.tsx";
import { TypeRecords } from "../type-records.tsx";
import type { JudgedDefinitions, JudgedType } from "./judge-definitions.ts";

/** What would come of each definition: where its records go, its columns, its first records. */
export function JudgedTypes({ judged: { problem, types } }: { readonly judged: JudgedDefinitions }): VNode {
  if (types.length === 0)
    return (
      <div class="empty">
        <p>
          {problem === null
            ? "Records and columns appear here as you type."
            : "Mend what is marked to see records."}
        </p>
      </div>
    );
  return (
    <>
      {types.map((type) => (
        <Judged type={type} />
      ))}
    </>
  );
}

function Judged({ type }: { readonly type: JudgedType }): VNode {
  const { name, version, topic, table, isUnchanged, columns, preview } = type;
  return (
    <section class="judged">
      <h2>
        {name} <span class="badge">version {version}</span>
      </h2>
      <p class="hint">
        Topic <code>{topic}</code>,{" "}
        {table === null ? (
          "no table: Kafka only"
        ) : (
          <>
            table <code>{table}</code>
          </>
        )}
        {isUnchanged === true ? "; registered already" : ""}
      </p>
      {preview === null ? null : <TypeRecords name={name} preview={preview} />}
      {columns.length === 0 ? null : (
        <details class="group" id={`columns-of-${name}`}>
          <summary>
            <span>{formatCount(columns.length)} columns</span>
          </summary>
          <ColumnTable columns={columns} />
        </details>
      )}
    </section>
  );
}
