import type { Comparison } from "./compare.ts";
import type { Measurement } from "./measure.ts";

/** Measurements as lines that a person reads. */
export function describeMeasurements(measurements: readonly Measurement[]): string {
  return measurements.map(describeMeasurement).join("\n");
}

function describeMeasurement({ stage, what, recordsPerSecond, limits, figures }: Measurement): string {
  const rate = recordsPerSecond === null ? "" : `${count(recordsPerSecond)}/s`;
  const lines = [`${`${stage}: ${what}`.padEnd(labelWidth)}${rate.padStart(figureWidth)}`];
  for (const limit of limits) {
    lines.push(
      `${`  ${limit.ratio} of ${limit.what}`.padEnd(labelWidth)}${`${count(limit.recordsPerSecond)}/s`.padStart(figureWidth)}`,
    );
  }
  for (const [name, figure] of Object.entries(figures)) {
    lines.push(`${`  ${name}`.padEnd(labelWidth)}${count(figure).padStart(figureWidth)}`);
  }
  return lines.join("\n");
}

/** Two results' figures side by side. */
export function describeComparisons(comparisons: readonly Comparison[]): string {
  const lines = comparisons.map(({ what, before, now, ratio }) => {
    const figures = [count(before), count(now), `x ${ratio.toFixed(2)}`].map((text) =>
      text.padStart(figureWidth),
    );
    return `${what.padEnd(labelWidth)}${figures.join("")}`;
  });
  const head = `${"".padEnd(labelWidth)}${["before", "now", "ratio"].map((text) => text.padStart(figureWidth)).join("")}`;
  return [head, ...lines].join("\n");
}

const labelWidth = 72;
const figureWidth = 14;

const count = (figure: number): string => figure.toLocaleString("en");
