import type { VNode } from "preact";
import type { RunHistory, RunMoment } from "../../ledger/history/run-history.ts";
import { assetUrl } from "../page/assets.ts";
import { formatCount, formatDuration } from "../page/format.ts";
import { ScrollRegion } from "../page/scroll-region.tsx";

interface RunChartProps {
  readonly history: RunHistory;
  readonly live: boolean;
}

/**
 * Throughput and backlog over time: as a sentence and a table, from which the page's script draws the picture. What is
 * marked with `data-part` it replaces while the run goes on.
 */
export function RunChart({ history, live }: RunChartProps): VNode {
  const { moments } = history;
  return (
    <section class="over-time" aria-labelledby="over-time-title">
      <h2 id="over-time-title">Over time</h2>
      <link rel="stylesheet" href={assetUrl("uplot.css")} />
      <p class="hint" data-part="history-text">
        {summary(history, live)}
      </p>
      <div
        class="charts"
        data-charts
        data-script={assetUrl("run-charts.js")}
        data-library={assetUrl("uplot.js")}
        data-refresh-ms={refreshMs(history)}
        aria-hidden="true"
        hidden
      >
        <div data-chart="throughput" />
        <div data-chart="waiting" />
      </div>
      <details class="figures">
        <summary>The figures</summary>
        <ScrollRegion label="Figures over time" tall part="history">
          <table class="grid">
            <thead>
              <tr>
                <th scope="col">Since the start</th>
                <th scope="col" class="number">
                  Produced a second
                </th>
                <th scope="col" class="number">
                  Stored a second
                </th>
                <th scope="col" class="number">
                  Waiting in Kafka
                </th>
              </tr>
            </thead>
            <tbody>
              {moments.map((moment) => (
                <MomentRow moment={moment} />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </details>
    </section>
  );
}

function MomentRow({ moment }: { readonly moment: RunMoment }): VNode {
  const { fromMs, toMs, producedPerSecond, storedPerSecond, waiting } = moment;
  return (
    <tr
      data-from={Math.round(fromMs)}
      data-to={Math.round(toMs)}
      data-produced={Math.round(producedPerSecond)}
      data-stored={Math.round(storedPerSecond)}
      data-waiting={Math.round(waiting)}
    >
      <th scope="row">{formatDuration(toMs)}</th>
      <td class="number">{formatCount(Math.round(producedPerSecond))}</td>
      <td class="number">{formatCount(Math.round(storedPerSecond))}</td>
      <td class="number">{formatCount(Math.round(waiting))}</td>
    </tr>
  );
}

/** A long run's history changes seldom. */
function refreshMs({ moments }: RunHistory): number {
  const [first] = moments;
  const widthMs = first === undefined ? 0 : first.toMs - first.fromMs;
  return Math.round(Math.min(Math.max(widthMs, 3_000), 15_000));
}

function summary({ moments, isSampled }: RunHistory, live: boolean): string {
  const first = moments[0];
  if (first === undefined) {
    return live ? "The figures begin with the first chunks that are stored." : "No chunk of it was stored.";
  }
  const best = moments.reduce((most, moment) =>
    moment.storedPerSecond > most.storedPerSecond ? moment : most,
  );
  const mostWaiting = Math.round(Math.max(...moments.map(({ waiting }) => waiting)));
  const width = formatDuration(first.toMs - first.fromMs);
  const parts = [
    moments.length === 1
      ? `${formatCount(Math.round(best.storedPerSecond))} records a second were stored.`
      : `At best ${formatCount(Math.round(best.storedPerSecond))} records a second were stored, ${formatDuration(best.toMs)} after the start, and ${mostWaiting === 0 ? "none" : `at most ${formatCount(mostWaiting)}`} waited in Kafka.`,
    moments.length === 1
      ? ""
      : `Each point stands for ${width}; a record counts once its whole chunk is through.`,
    isSampled ? "Estimated from an even sample of the chunks." : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}
