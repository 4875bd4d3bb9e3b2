import type { WriteStream } from "node:tty";
import cliProgress from "cli-progress";
import { measurePresentRate } from "./present-rate.ts";
import { accountedFor, elapsedSeconds, type Run } from "./run.ts";

/** Where nobody watches, a line every so often says how far the run is. */
const linePauseMs = 3_000;

export type RunProgress = {
  update(run: Run): void;
  /** Leaves the last state on the screen and the cursor on a new line. */
  end(): void;
};

/**
 * Shows how many of a run's records are accounted for: a bar on a terminal, or of a run without an end its counts; else a
 * line now and then.
 */
export function showRunProgress(run: Run, output: WriteStream): RunProgress {
  if (!output.isTTY) return printLines(output);
  return run.requested === null ? drawCounts(run, output) : drawBar(run, run.requested, output);
}

function drawCounts(run: Run, output: WriteStream): RunProgress {
  const present = measurePresentRate();
  const values = (latest: Run) => ({
    produced: formatCount(latest.produced),
    wanted: latest.rate === null ? "" : ` of ${formatRate(latest.rate)}`,
    present: formatRate(present(latest)),
    elapsed: formatElapsed(elapsedSeconds(latest)),
    state: latest.status,
  });
  const line = new cliProgress.SingleBar({
    stream: output,
    format: "  {produced} produced │ {stored} stored │ {present}{wanted} records/s │ {elapsed} │ {state}",
    hideCursor: true,
    gracefulExit: false,
  });
  const show = (latest: Run) => ({ ...values(latest), stored: formatCount(accountedFor(latest)) });
  line.start(1, 0, show(run));
  return {
    update: (latest) => line.update(0, show(latest)),
    end: () => line.stop(),
  };
}

function drawBar(run: Run, total: number, output: WriteStream): RunProgress {
  const bar = new cliProgress.SingleBar({
    stream: output,
    format: "  {bar} {percentage}% │ {value} of {total} │ {rate} records/s │ {state}",
    formatValue: (value, options, type) =>
      type === "value" || type === "total"
        ? formatCount(value)
        : cliProgress.Format.ValueFormat(value, options, type),
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    hideCursor: true,
    // A Ctrl-C is the command's business.
    gracefulExit: false,
  });
  bar.start(total, 0, describe(run));
  return {
    update: (latest) => bar.update(accountedFor(latest), describe(latest)),
    end: () => bar.stop(),
  };
}

function printLines(output: WriteStream): RunProgress {
  let printedAt = Date.now();
  let printed: string | undefined;
  const present = measurePresentRate();
  const print = (run: Run) => {
    const state = run.status;
    const rate = formatRate(run.requested === null ? present(run) : recordsPerSecond(run));
    const total = run.requested === null ? "" : ` of ${formatCount(run.requested)}`;
    const line = `${formatCount(accountedFor(run))}${total} records, ${rate} records/s, ${state}`;
    if (line !== printed) output.write(`${line}\n`);
    printed = line;
    printedAt = Date.now();
  };
  let latest: Run | undefined;
  return {
    update(run) {
      latest = run;
      present(run);
      if (Date.now() - printedAt >= linePauseMs) print(run);
    },
    end() {
      if (latest) print(latest);
    },
  };
}

function describe(run: Run): { rate: string; state: string } {
  return { rate: formatCount(recordsPerSecond(run)), state: run.status };
}

/** Over the whole time since the request. */
export function recordsPerSecond(run: Run): number {
  return Math.round(accountedFor(run) / Math.max(elapsedSeconds(run), 0.001));
}

/** Seconds as 42 s, 3:05 min or 2:05:09 h. */
function formatElapsed(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (part: number): string => String(part % 60).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${two(whole)} min`
    : `${Math.floor(minutes / 60)}:${two(minutes)}:${two(whole)} h`;
}

/** Two digits of a small rate; a dash where it is not known yet. */
function formatRate(rate: number | null): string {
  if (rate === null) return "–";
  return formatCount(rate < 10 ? Number(rate.toPrecision(2)) : Math.round(rate));
}

export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}
