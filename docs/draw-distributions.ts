/**
 * Draws the pictures of docs/data-model.md from records that the generator makes: `npx tsx docs/draw-distributions.ts`.
 * Seed and reference date are fixed, so that the pictures change only where the records do.
 */
import { writeFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { ModelRequest } from "../generate/people/model.ts";
import { createGenerator } from "../types/user/generate.ts";
import { settleOptions } from "../types/user/options.ts";
import { userType } from "../types/user/user.ts";

const referenceDate = new Date("2026-07-01T00:00:00Z");
const count = 100_000;

function draw(request: ModelRequest, field: string): string[] {
  const generate = createGenerator(userType, {
    seed: 42,
    fields: [field],
    referenceDate,
    options: settleOptions(userType, request),
  });
  return Array.from({ length: count }, (_, seq) => String(JSON.parse(generate(seq))[field]));
}

function tally(values: readonly string[]): { value: string; records: number }[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Array.from(counts, ([value, records]) => ({ value, records }));
}

const byFrequency = (values: readonly string[]): { value: string; records: number }[] =>
  tally(values).sort((one, other) => other.records - one.records);

const blue = "#3564a8";
const colours = ["#3564a8", "#c8602b", "#4a8c5c"];
const { document } = parseHTML("<!doctype html><html><body></body></html>");

function save(name: string, options: Plot.PlotOptions): void {
  const svg = Plot.plot({
    document: document as unknown as Document,
    width: 720,
    height: 280,
    marginLeft: 60,
    // White behind it, so that it can be read on a dark page too.
    style: { background: "white", color: "#222", fontFamily: "system-ui, sans-serif", fontSize: "12px" },
    ...options,
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  writeFileSync(new URL(`pictures/${name}.svg`, import.meta.url), `${svg.outerHTML}\n`);
}

const frequent = byFrequency(draw({}, "country")).slice(0, 20);
save("countries", {
  height: 420,
  marginLeft: 230,
  marginRight: 50,
  marginBottom: 45,
  x: { label: "records of 100,000", grid: true },
  y: { label: null, domain: frequent.map(({ value }) => value) },
  marks: [
    Plot.barX(frequent, { x: "records", y: "value", fill: blue }),
    Plot.text(frequent, {
      x: "records",
      y: "value",
      text: (bar: { records: number }) => bar.records.toLocaleString("en"),
      dx: 4,
      textAnchor: "start",
    }),
  ],
});

const presets = ["realistic", "uniform", "launch_day"] as const;
const daily = presets.flatMap((preset) =>
  tally(draw({ preset, period: { days: 120 } }, "date").map((date) => date.slice(0, 10)))
    .map(({ value, records }) => ({ preset, day: new Date(value), records }))
    .sort((one, other) => one.day.getTime() - other.day.getTime()),
);
save("dates", {
  height: 420,
  marginRight: 80,
  x: { type: "utc", label: null },
  y: { label: "records a day", grid: true },
  fy: { label: null, domain: [...presets] },
  marks: [
    Plot.frame({ stroke: "#ddd" }),
    Plot.areaY(daily, { x: "day", y: "records", fy: "preset", fill: blue, curve: "step" }),
  ],
});

const rhythm = tally(
  draw({ growth: 1, period: { days: 364 } }, "date").map((date) => {
    const time = new Date(date);
    return String(((time.getUTCDay() + 6) % 7) * 24 + time.getUTCHours());
  }),
)
  .map(({ value, records }) => ({ hour: Number(value), records }))
  .sort((one, other) => one.hour - other.hour);
save("rhythm", {
  x: {
    label: null,
    ticks: Array.from({ length: 7 }, (_, day) => day * 24),
    tickFormat: (hour: number) => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][hour / 24] ?? "",
  },
  y: { label: "records by hour of the week (UTC)", grid: true },
  marks: [Plot.areaY(rhythm, { x: "hour", y: "records", fill: blue, curve: "step" }), Plot.ruleY([0])],
});

const growth = [0.3, 1, 3, 10].flatMap((factor) =>
  tally(draw({ preset: "uniform", growth: factor }, "date").map((date) => date.slice(0, 7)))
    .map(({ value, records }) => ({ growth: String(factor), month: new Date(value), records }))
    .sort((one, other) => one.month.getTime() - other.month.getTime()),
);
save("growth", {
  x: { type: "utc", label: null },
  y: { label: "records a month", grid: true, zero: true },
  color: { legend: false, domain: ["0.3", "1", "3", "10"], range: [...colours, "#8a4a9c"] },
  marginRight: 90,
  marks: [
    Plot.lineY(growth, { x: "month", y: "records", stroke: "growth", strokeWidth: 2 }),
    Plot.text(
      growth,
      Plot.selectLast({
        x: "month",
        y: "records",
        z: "growth",
        fill: "growth",
        text: (point: { growth: string }) => `growth ${point.growth}`,
        textAnchor: "start",
        dx: 6,
      }),
    ),
  ],
});

const skew = [0, 0.5, 1, 1.5].flatMap((exponent) =>
  byFrequency(draw({ countries: { Portugal: 1 }, skew: { company: exponent } }, "company")).map(
    ({ records }, rank) => ({ skew: String(exponent), rank: rank + 1, records }),
  ),
);
save("skew", {
  height: 330,
  x: { type: "log", label: "rank of the company", tickFormat: "~s" },
  y: { type: "log", label: "records", grid: true, tickFormat: "~s" },
  color: { domain: ["0", "0.5", "1", "1.5"], range: [...colours, "#8a4a9c"] },
  marginRight: 80,
  marks: [
    Plot.lineY(skew, { x: "rank", y: "records", stroke: "skew", strokeWidth: 2 }),
    Plot.text(
      skew,
      Plot.selectLast({
        x: "rank",
        y: "records",
        z: "skew",
        fill: "skew",
        text: (point: { skew: string }) => `skew ${point.skew}`,
        textAnchor: "start",
        dx: 6,
      }),
    ),
  ],
  marginBottom: 45,
});
