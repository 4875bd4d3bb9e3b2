// Draws a run's throughput and backlog from the table of figures on its page.

const styles = (names) => {
  const values = getComputedStyle(document.documentElement);
  return Object.fromEntries(names.map((name) => [name, values.getPropertyValue(`--${name}`).trim()]));
};
const dark = matchMedia("(prefers-color-scheme: dark)");
/** Steps of the time's axis, in seconds: those of clocks. */
const steps = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
  86_400, 172_800, 604_800,
];
const heights = { throughput: 190, waiting: 120 };

let loading = null;
/** The library comes only where there is something to draw. */
function loadLibrary(url) {
  loading ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: url });
    script.addEventListener("load", () => resolve(globalThis.uPlot));
    script.addEventListener("error", () => reject(new Error(`${url} did not load`)));
    document.head.append(script);
  });
  return loading;
}

function elapsed(seconds) {
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 < 1 ? `${minutes} min` : `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** 1200 as 1.2k: an axis has no room for more. */
const short = (number) => number.toLocaleString("en", { notation: "compact", maximumFractionDigits: 1 });
const long = (number) => (number == null ? "" : number.toLocaleString("en"));

function readFigures(rows) {
  const column = (name) => rows.map((row) => Number(row.dataset[name]));
  return {
    // A rate belongs to the middle of its stretch, what waits to its end.
    middles: rows.map((row) => (Number(row.dataset.from) + Number(row.dataset.to)) / 2000),
    ends: [0, ...rows.map((row) => Number(row.dataset.to) / 1000)],
    produced: column("produced"),
    stored: column("stored"),
    waiting: [0, ...column("waiting")],
  };
}

/** Options that both charts share; `series` are the lines, `end` is where the time ends. */
function chartOptions(width, height, end, series, colours) {
  const axis = { stroke: colours.faded, font: `12px ${colours.sans}`, ticks: { show: false } };
  const grid = { stroke: colours.rule, width: 1 };
  return {
    width,
    height,
    cursor: { y: false, sync: { key: "run" }, points: { size: 7 } },
    scales: {
      x: { time: false, range: [0, end] },
      y: { range: (_chart, _least, most) => [0, Math.max(1, most * 1.08)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 90,
        size: 30,
        incrs: steps,
        values: (_chart, ticks) => ticks.map(elapsed),
      },
      { ...axis, grid, size: 56, space: 34, values: (_chart, ticks) => ticks.map(short) },
    ],
    series: [
      { label: "Since the start", value: (_chart, seconds) => (seconds == null ? "" : elapsed(seconds)) },
      ...series,
    ],
  };
}

const line = (label, stroke, more = {}) => ({
  label,
  stroke,
  width: 2,
  points: { show: false },
  value: (_chart, number) => long(number),
  ...more,
});

/**
 * Draws the charts into their places, and anew whenever `redraw` is called, the window's width or the colour scheme changes.
 */
export function showCharts(root, figures) {
  let charts = [];
  let drawn = "";

  async function draw() {
    const rows = [...figures.querySelectorAll("tr[data-from]")];
    root.hidden = rows.length < 2;
    if (root.hidden) return;
    const UPlot = await loadLibrary(root.dataset.library);
    const width = root.clientWidth;
    const key = `${width} ${dark.matches} ${rows.map((row) => row.textContent).join(" ")}`;
    if (key === drawn || width === 0) return;
    drawn = key;
    for (const chart of charts) chart.destroy();
    const colours = styles(["faded", "rule", "sans", "green", "produced-line", "amber", "amber-wash"]);
    const { middles, ends, produced, stored, waiting } = readFigures(rows);
    const place = (name) => root.querySelector(`[data-chart=${name}]`);
    charts = [
      new UPlot(
        chartOptions(
          width,
          heights.throughput,
          ends.at(-1),
          [
            line("Produced a second", colours["produced-line"], { dash: [6, 4] }),
            line("Stored a second", colours.green),
          ],
          colours,
        ),
        [middles, produced, stored],
        place("throughput"),
      ),
      new UPlot(
        chartOptions(
          width,
          heights.waiting,
          ends.at(-1),
          [line("Waiting in Kafka", colours.amber, { fill: colours["amber-wash"] })],
          colours,
        ),
        [ends, waiting],
        place("waiting"),
      ),
    ];
    root.dataset.points = String(rows.length);
  }

  // Without the library the figures are still there as a sentence and a table.
  const redraw = () => void draw().catch(() => (root.hidden = true));
  new ResizeObserver(redraw).observe(root.parentElement);
  dark.addEventListener("change", redraw);
  redraw();
  return redraw;
}
