import type { VNode } from "preact";
import { formatCount } from "../page/format.ts";
import { SafeText } from "../page/raw-bytes.tsx";
import { reasonWords } from "./dead-letter-reasons.ts";
import type { Forecast, Prediction } from "./predict-replay.ts";

/** What would become of many letters. */
export function ForecastList({
  forecast,
  skipped,
}: {
  readonly forecast: Forecast;
  /** How many would not be sent, since no rule mends them. */
  readonly skipped: number;
}): VNode {
  const { rows, repaired, uncertain, dead } = forecast;
  return (
    <ul class="forecast">
      <li data-outcome="rows" data-none={rows === 0 ? "true" : undefined}>
        <strong>{formatCount(rows)}</strong> would become {rows === 1 ? "a row" : "rows"}
        {repaired > 0 ? `, ${formatCount(repaired)} of them flagged: something in them is repaired` : ""}
      </li>
      {dead.map(({ reason, count, detail }) => (
        <li data-outcome="dead">
          <strong>{formatCount(count)}</strong> would be dead again: {reasonWords(reason).title}
          <span class="note">
            {count > 1 ? "the first: " : ""}
            <SafeText text={detail} />
          </span>
        </li>
      ))}
      {uncertain > 0 ? (
        <li data-outcome="uncertain">
          <strong>{formatCount(uncertain)}</strong>: only the consumer can tell, which could not store them
          before
        </li>
      ) : null}
      {skipped > 0 ? (
        <li data-outcome="skipped">
          <strong>{formatCount(skipped)}</strong> would not be sent: no rule mends them, or nothing of them is
          kept
        </li>
      ) : null}
    </ul>
  );
}

/** What would become of one letter; null where it would not be sent. */
export function PredictionText({ predicted }: { readonly predicted: Prediction | null }): VNode {
  if (predicted === null) return <p>No rule mends it.</p>;
  if (predicted.kind === "dead") {
    return (
      <p>
        It would be dead again: {reasonWords(predicted.reason).title}.
        <span class="note">
          <SafeText text={predicted.detail} />
        </span>
      </p>
    );
  }
  if (predicted.kind === "uncertain")
    return <p>Only the consumer can tell, which could not store it before.</p>;
  if (predicted.repaired === null) return <p>It would become a row.</p>;
  return (
    <p>
      It would become a row, flagged: something in it is repaired.
      <span class="note">
        <SafeText text={predicted.repaired} />
      </span>
    </p>
  );
}
