import type { VNode } from "preact";
import {
  type ChunkLine,
  type ChunkSelection,
  chunkSelections,
  mostRetried,
} from "../../ledger/chunks/list-chunks.ts";
import type { Run } from "../../ledger/runs/run.ts";
import { formatCount } from "../page/format.ts";
import { ScrollRegion } from "../page/scroll-region.tsx";
import { chunkJobPath } from "../pipeline/bull-board-url.ts";
import type { ChunkTries } from "./chunk-tries.ts";
import { type RunDetails, runViewUrl } from "./run-details.ts";

interface ChunkSectionProps {
  readonly run: Run;
  readonly details: RunDetails;
}

/** The chunks into which the run was split, a page of them, with what became of each. */
export function ChunkSection({ run, details }: ChunkSectionProps): VNode {
  const { chunkPage, chunkTries, view } = details;
  return (
    <section aria-labelledby="chunks-title" id="chunks">
      <h2 id="chunks-title">Chunks</h2>
      <div data-part="chunks">
        <Selection run={run} details={details} />
        {chunkPage.chunks.length === 0 ? (
          <p class="hint">{emptyText(details)}</p>
        ) : (
          <ScrollRegion label="Chunks">
            <table class="grid">
              <thead>
                <tr>
                  <th scope="col">Chunk</th>
                  <th scope="col">Records</th>
                  <th scope="col">State</th>
                  <th scope="col" class="number">
                    Tries
                  </th>
                  <th scope="col">In Kafka</th>
                  <th scope="col" class="number">
                    Stored
                  </th>
                  <th scope="col" class="number">
                    Flagged
                  </th>
                  <th scope="col" class="number">
                    Dead letters
                  </th>
                </tr>
              </thead>
              <tbody>
                {chunkPage.chunks.map((chunk) => (
                  <ChunkRow chunk={chunk} tries={chunkTries.get(chunk.index)} />
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        )}
        <Pager run={run} details={details} from={view.chunk ?? 0} />
      </div>
    </section>
  );
}

function Selection({ run, details }: ChunkSectionProps): VNode {
  const { chunkCounts, view } = details;
  const counts: Readonly<Record<ChunkSelection, string>> = {
    all: formatCount(chunkCounts.planned),
    open: formatCount(chunkCounts.open),
    retried: `${formatCount(chunkCounts.retried)}${chunkCounts.retried === mostRetried ? " or more" : ""}`,
  };
  return (
    <nav class="filter" aria-label="Which chunks">
      {chunkSelections.map((chunks) => (
        <a
          href={runViewUrl(run, view, { chunks, chunk: 0 }, "chunks")}
          aria-current={chunks === (view.chunks ?? "all") ? "true" : undefined}
        >
          {chunks === "all" ? "planned" : chunks} <span class="count">{counts[chunks]}</span>
        </a>
      ))}
    </nav>
  );
}

function emptyText({ view }: RunDetails): string {
  if ((view.chunk ?? 0) > 0) return "There is none beyond this one.";
  if (view.chunks === "open") return "None is open: all that are planned have an outcome for each record.";
  if (view.chunks === "retried") return "None had to be made again.";
  return "None is planned yet.";
}

function ChunkRow({
  chunk,
  tries,
}: {
  readonly chunk: ChunkLine;
  readonly tries: ChunkTries | undefined;
}): VNode {
  const { index, firstSeq, endSeq, generation, partition, endOffset } = chunk;
  const state = stateOf(chunk);
  return (
    <tr>
      <th scope="row">
        {tries === undefined ? (
          formatCount(index)
        ) : (
          <a href={chunkJobPath(chunk)} title="Its job">
            {formatCount(index)}
          </a>
        )}
      </th>
      <td>
        {formatCount(firstSeq)} – {formatCount(endSeq - 1)}
      </td>
      <td>
        <span class="badge" data-status={state.tone}>
          {state.text}
        </span>
        {tries?.reason == null ? null : <span class="note reason">{tries.reason}</span>}
      </td>
      <td class="number" data-tone={generation === 0 && !tries?.failures ? "zero" : "flagged"}>
        {formatCount(generation + 1 + (tries?.failures ?? 0))}
      </td>
      <td>
        {partition === null || endOffset === null
          ? "–"
          : `partition ${partition}, up to offset ${formatCount(Math.max(0, endOffset - 1))}`}
      </td>
      <Count value={chunk.stored} />
      <Count value={chunk.flagged} tone="flagged" />
      <Count value={chunk.deadLettered} tone="dead" />
    </tr>
  );
}

function Count({ value, tone }: { readonly value: number; readonly tone?: "flagged" | "dead" }): VNode {
  return (
    <td class="number" data-tone={value === 0 ? "zero" : tone}>
      {formatCount(value)}
    </td>
  );
}

/** What stands where, in the words of the ledger; the colours are those of a run's status. */
function stateOf(chunk: ChunkLine): { readonly text: string; readonly tone: string } {
  if (chunk.closedAt !== null) return { text: "stored", tone: "completed" };
  if (chunk.stored + chunk.deadLettered > 0) return { text: "being stored", tone: "running" };
  if (chunk.producedAt !== null) return { text: "produced", tone: "running" };
  return { text: "planned", tone: "queued" };
}

function Pager({ run, details, from }: ChunkSectionProps & { readonly from: number }): VNode | null {
  const { chunkPage, view } = details;
  if (from === 0 && chunkPage.next === null) return null;
  return (
    <nav class="pager" aria-label="Pages of chunks">
      {from === 0 ? null : <a href={runViewUrl(run, view, { chunk: 0 }, "chunks")}>← First</a>}
      {chunkPage.next === null ? null : (
        <a class="older" href={runViewUrl(run, view, { chunk: chunkPage.next }, "chunks")} rel="next">
          Next →
        </a>
      )}
    </nav>
  );
}
