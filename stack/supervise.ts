import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ExplainedError } from "./explained-error.ts";
import { type Exit, end, killGroup, type Launched, launch } from "./launch.ts";
import { removeProcess, writeProcess } from "./pid-files.ts";
import type { Service } from "./service.ts";
import { waitUntil } from "./wait-until.ts";

/** How soon a program that ended by itself is started again. Times in milliseconds. */
export type Backoff = {
  readonly firstMs: number;
  /** The delay doubles with each end in a row up to this. */
  readonly longestMs: number;
  /** A program that ran for so long starts again from the first delay. */
  readonly stableMs: number;
};

const defaultBackoff: Backoff = { firstMs: 200, longestMs: 10_000, stableMs: 10_000 };

/** A program that ends so often before it ever was ready is not going to be. */
const hopelessExits = 3;

export type SuperviseOptions = {
  /** The stack's folder, for `pids/NAME.pid` and `logs/NAME.log`. */
  readonly directory: string;
  readonly onExit?: (service: Service, exit: Exit, restartInMs: number) => void;
  readonly backoff?: Backoff;
};

export type Supervised = {
  readonly service: Service;
  readonly logFile: string;
  /** The process that runs now; undefined between two starts and after the stop. */
  pid(): number | undefined;
  /** Resolves once the program answers. Rejects, with the end of its log, where it ends or takes too long. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Ends the program, if need be with SIGKILL after its time is up. No restart follows. Can be called again. */
  stop(): Promise<"stopped" | "killed">;
  /** Kills the program and its children at once. */
  kill(): void;
};

/** Starts a service and keeps it running: what dies is started again until `stop` is called. */
export async function supervise(
  service: Service,
  { directory, onExit, backoff = defaultBackoff }: SuperviseOptions,
): Promise<Supervised> {
  const logFile = path.join(directory, "logs", `${service.name}.log`);
  await service.prepare();

  const ending = {
    signal: service.stopSignal,
    timeoutMs: service.stopTimeoutMs,
    wholeGroup: service.stopsByGroup ?? false,
  };
  const stopping = new AbortController();
  const hopeless = new AbortController();
  const nextDelay = restartDelays(backoff);
  let current: Launched | undefined;
  let stopped: Promise<"stopped" | "killed"> | undefined;

  async function start(): Promise<Launched> {
    const launched = await launch(service, logFile);
    current = launched;
    try {
      writeProcess(directory, service.name, launched.pid);
    } catch (error) {
      killGroup(launched.pid);
      throw error;
    }
    // The stop may have come while the program was being started, and then found nothing to end.
    if (stopping.signal.aborted) await end(launched, ending);
    return launched;
  }

  async function keepRunning(first: Launched): Promise<void> {
    let launched: Launched | undefined = first;
    for (let exits = 1; launched; exits += 1) {
      const startedAt = Date.now();
      const exit: Exit = await launched.exited;
      current = undefined;
      // The stop sees to the group itself: its processes may still be about to end in order.
      if (!stopping.signal.aborted) killGroup(launched.pid);
      removeProcess(directory, service.name);
      if (exits === hopelessExits) hopeless.abort(new Error(`${service.name} ended ${exits} times.`));
      launched = await startAgain(exit, Date.now() - startedAt);
    }
  }

  /** Undefined where no restart is wanted any more. */
  async function startAgain(exit: Exit, ranForMs: number): Promise<Launched | undefined> {
    if (stopping.signal.aborted) return undefined;
    const delayMs = nextDelay(ranForMs);
    onExit?.(service, exit, delayMs);
    await pause(delayMs, undefined, { signal: stopping.signal }).catch(() => {});
    if (stopping.signal.aborted) return undefined;
    // A system that cannot start a process just now (no memory, no process number) is asked again.
    return start().catch((error: Error) => startAgain({ code: null, signal: null, error }, 0));
  }

  // The first start is waited for: a command that does not exist is an error of the caller.
  const running = keepRunning(await start());

  return {
    service,
    logFile,
    pid: () => current?.pid,
    async ready(signal) {
      const giveUp = AbortSignal.any([hopeless.signal, ...(signal ? [signal] : [])]);
      const waiting = { timeoutMs: service.readyTimeoutMs, signal: giveUp };
      try {
        await waitUntil(`${service.name} to answer`, service.probe, waiting);
      } catch (cause) {
        if (signal?.aborted) throw cause;
        throw await explainFailedStart(service, logFile, cause);
      }
    },
    stop() {
      stopped ??= (async () => {
        stopping.abort();
        const outcome = current ? await end(current, ending) : "stopped";
        await running;
        return outcome;
      })();
      return stopped;
    },
    kill() {
      stopping.abort();
      if (current) killGroup(current.pid);
      removeProcess(directory, service.name);
    },
  };
}

/** Tells from how long a program ran how long to wait before its next start. */
function restartDelays({ firstMs, longestMs, stableMs }: Backoff): (ranForMs: number) => number {
  let failures = 0;
  return (ranForMs) => {
    failures = ranForMs >= stableMs ? 1 : failures + 1;
    return Math.min(firstMs * 2 ** (failures - 1), longestMs);
  };
}

/** Says why a service did not start: what its probe last met, and what the program itself had to say. */
export async function explainFailedStart(
  { name }: Service,
  logFile: string,
  cause: unknown,
): Promise<ExplainedError> {
  const reasons: string[] = [];
  for (let error = cause; error instanceof Error; error = error.cause) reasons.push(error.message);
  const log = (await readFile(logFile, "utf8")).trimEnd().split("\n").slice(-15);
  return new ExplainedError(
    [`${name} did not start.`, ...reasons, `The end of ${logFile}:`, ...log].join("\n"),
    { cause },
  );
}
