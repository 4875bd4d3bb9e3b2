import type { WriteStream } from "node:tty";
import cliProgress from "cli-progress";
import { elapsedSeconds, type Run } from "./run.ts";

/** Where nobody watches, a line every so often says how far the run is. */
const linePauseMs = 3_000;

export type RunProgress = {
  update(run: Run): void;
  /** Leaves the last state on the screen and the cursor on a new line. */
  end(): void;
};

/** Shows how many of a run's records are accounted for: a bar on a terminal, else a line now and then. */
export function showRunProgress(run: Run, output: WriteStream): RunProgress {
  const { requested } = run;
  // A run without an end has no share of which a bar could tell.
  return output.isTTY && requested !== null ? drawBar(run, requested, output) : printLines(output);
}

function drawBar(run: Run, requested: number, output: WriteStream): RunProgress {
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
  bar.start(requested, 0, describe(run));
  return {
    update: (latest) => bar.update(accountedFor(latest), describe(latest)),
    end: () => bar.stop(),
  };
}

function printLines(output: WriteStream): RunProgress {
  let printedAt = Date.now();
  let printed: string | undefined;
  const print = (run: Run) => {
    const { rate, state } = describe(run);
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
      if (Date.now() - printedAt >= linePauseMs) print(run);
    },
    end() {
      if (latest) print(latest);
    },
  };
}

function accountedFor({ stored, deadLettered }: Run): number {
  return stored + deadLettered;
}

function describe(run: Run): { rate: string; state: string } {
  return { rate: formatCount(recordsPerSecond(run)), state: run.status };
}

/** Over the whole time since the request. */
export function recordsPerSecond(run: Run): number {
  return Math.round(accountedFor(run) / Math.max(elapsedSeconds(run), 0.001));
}

export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}
