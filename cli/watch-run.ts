import { setTimeout as pause } from "node:timers/promises";
import { ExplainedError } from "../stack/explained-error.ts";
import type { Run } from "./run.ts";
import { readServerEvents } from "./server-events.ts";

/** The web service is away, or one of the services behind it; later the same request may work. */
export class Unreachable extends ExplainedError {}

/** What answers is no stream, or holds one back: some proxies wait for the whole of an answer. */
class NoEventStream extends Error {}

export type RunSource = {
  getRun(id: string): Promise<Run>;
  /** Resolves with an answer in which the run's events are to come. */
  openEvents(id: string, signal: AbortSignal): Promise<RunEvents>;
  /** Told once, where the run is asked for again and again instead. */
  onPolling(reason: string): void;
};

export type RunEvents = { readonly contentType: string; readonly body: ReadableStream<Uint8Array> };

/** Milliseconds; how patient the watching of a run is. */
export type Patience = {
  /** How long a web service that cannot be reached in mid-run is asked again: it may just be restarting. */
  readonly outageMs: number;
  readonly reconnectMs: number;
  /** The web service answers at once, with the run as it is. */
  readonly firstEventMs: number;
  /** It says every 15 seconds that it is still there. */
  readonly silenceMs: number;
  readonly pollMs: number;
};

const usualPatience: Patience = {
  outageMs: 60_000,
  reconnectMs: 500,
  firstEventMs: 10_000,
  silenceMs: 40_000,
  pollMs: 1_000,
};

/**
 * Yields the run's state at each change until `isLast` is true of one, as the web service tells it by server-sent
 * events. A connection that breaks off is opened again; where there are no events to be had, the run is asked for
 * every second.
 * @throws ExplainedError where the web service says no, or has been away for too long
 */
export async function* watchRun(
  source: RunSource,
  run: Run,
  isLast: (run: Run) => boolean,
  signal: AbortSignal = new AbortController().signal,
  patience = usualPatience,
): AsyncGenerator<Run, void> {
  yield run;
  if (isLast(run)) return;
  let tells = true;
  let deadline = Date.now() + patience.outageMs;
  for (;;) {
    try {
      for await (const latest of tells ? hear(source, run.id, signal, patience) : ask(source, run.id)) {
        deadline = Date.now() + patience.outageMs;
        yield latest;
        if (isLast(latest)) return;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof NoEventStream) {
        source.onPolling(error.message);
        tells = false;
        continue;
      }
      if (!(error instanceof Unreachable) || Date.now() > deadline) throw error;
    }
    await pause(tells ? patience.reconnectMs : patience.pollMs, undefined, { signal });
  }
}

async function* ask({ getRun }: RunSource, id: string): AsyncGenerator<Run, void> {
  yield await getRun(id);
}

/** The states that one connection tells. */
async function* hear(
  { openEvents }: RunSource,
  id: string,
  signal: AbortSignal,
  { firstEventMs, silenceMs }: Patience,
): AsyncGenerator<Run, void> {
  const connection = new AbortController();
  const hangUp = (): void => connection.abort(signal.reason);
  signal.addEventListener("abort", hangUp);
  const silence = watchSilence((error) => connection.abort(error));
  try {
    signal.throwIfAborted();
    silence.expect(firstEventMs, new Unreachable("The web service does not answer."));
    const { contentType, body } = await openEvents(id, connection.signal);
    if (!/^text\/event-stream\b/i.test(contentType)) {
      await body.cancel();
      throw new NoEventStream(`it answers with ${contentType || "something without a type"}`);
    }
    silence.expect(firstEventMs, new NoEventStream("what it tells is held back on the way"));
    const parts = readParts(body, connection.signal, () =>
      silence.expect(silenceMs, new Unreachable("The web service has fallen silent.")),
    );
    for await (const { event, data } of readServerEvents(parts)) {
      if (event === "run") yield JSON.parse(data) as Run;
    }
  } finally {
    silence.end();
    signal.removeEventListener("abort", hangUp);
  }
}

/** The stream's bytes until it ends. @throws the signal's reason, or Unreachable where the connection breaks */
async function* readParts(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  onPart: () => void,
): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", cancel);
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read().catch((cause: unknown) => {
        signal.throwIfAborted();
        throw new Unreachable("The connection to the web service broke off.", { cause });
      });
      signal.throwIfAborted();
      if (done) return;
      onPart();
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

function watchSilence(onSilence: (error: Error) => void): {
  /** From now on something must come within this time. */
  expect(timeoutMs: number, otherwise: Error): void;
  end(): void;
} {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => clearTimeout(timer);
  return {
    expect(timeoutMs, otherwise) {
      end();
      timer = setTimeout(onSilence, timeoutMs, otherwise);
    },
    end,
  };
}
