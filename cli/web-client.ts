import { setTimeout as pause } from "node:timers/promises";
import { authorizationHeader, type Credentials } from "../stack/authorization.ts";
import { ExplainedError } from "../stack/explained-error.ts";
import type { RunRequest } from "../web/schemas/run.ts";
import type { Run } from "./run.ts";

/** How long a web service that cannot be reached in mid-run is asked again: it may just be restarting. */
const patienceMs = 60_000;
const pollMs = 250;

export type { RunRequest };

export type WebClient = {
  /** Address of the web service without a slash at the end. */
  readonly url: string;
  /** Asks for a run. The same idempotency key and request always mean the same run. */
  requestRun(request: RunRequest, idempotencyKey?: string): Promise<Run>;
  getRun(id: string): Promise<Run>;
  /** Yields the run's state again and again until `isLast` is true of one. */
  watchRun(run: Run, isLast: (run: Run) => boolean, signal?: AbortSignal): AsyncGenerator<Run, void>;
};

export function webClient(address: string, credentials?: Credentials): WebClient {
  const { url, authorization } = readAddress(address, credentials);
  const headers = { accept: "application/json", ...(authorization ? { authorization } : {}) };

  async function request(path: string, init: RequestInit = {}): Promise<Run> {
    const response = await fetch(url + path, { ...init, headers: { ...headers, ...init.headers } }).catch(
      (cause: Error) => {
        throw new Unreachable(`The web service at ${url} cannot be reached: ${describeCause(cause)}`, {
          cause,
        });
      },
    );
    const body = await response.text();
    if (response.ok) return JSON.parse(body);
    const message = describeProblem(response.status, body);
    throw response.status >= 500 ? new Unreachable(message) : new ExplainedError(message);
  }

  async function getRun(id: string): Promise<Run> {
    return request(`/api/runs/${encodeURIComponent(id)}`);
  }

  /** Reads the run, and for a while again where the web service is away. */
  async function getRunPatiently(id: string, signal?: AbortSignal): Promise<Run> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await getRun(id);
      } catch (error) {
        if (!(error instanceof Unreachable) || Date.now() > deadline) throw error;
      }
      await pause(pollMs, undefined, signal ? { signal } : {});
    }
  }

  return {
    url,
    requestRun: (body, idempotencyKey) =>
      request("/api/runs", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
        },
        body: JSON.stringify(body),
      }),
    getRun,
    async *watchRun(run, isLast, signal) {
      for (let latest = run; ; latest = await getRunPatiently(run.id, signal)) {
        yield latest;
        if (isLast(latest)) return;
        await pause(pollMs, undefined, signal ? { signal } : {});
      }
    },
  };
}

/** The web service is away, or one of the services behind it; later the same request may work. */
class Unreachable extends ExplainedError {}

/** Takes user and password out of an address: fetch() refuses them there. */
function readAddress(address: string, credentials?: Credentials): { url: string; authorization?: string } {
  if (!URL.canParse(address)) {
    throw new ExplainedError(
      `"${address}" is no address of a web service; http://127.0.0.1:8080 would be one.`,
      {
        exitCode: 2,
      },
    );
  }
  const { origin, pathname, username, password } = new URL(address);
  const url = (origin + pathname).replace(/\/+$/, "");
  const chosen = username
    ? { user: decodeURIComponent(username), password: decodeURIComponent(password) }
    : credentials;
  return chosen ? { url, authorization: authorizationHeader(chosen) } : { url };
}

/** An RFC 9457 problem as a text with a line for every bad field. */
function describeProblem(status: number, body: string): string {
  const { title, detail, errors } = parseProblem(body);
  const head = [title ?? `The web service answers with status ${status}`, detail].filter(Boolean).join(": ");
  return [head, ...errors.map((error) => `  ${describeFieldError(error)}`)].join("\n");
}

type Problem = { readonly title?: string; readonly detail?: string; readonly errors: readonly unknown[] };

function parseProblem(body: string): Problem {
  try {
    const { title, detail, errors } = JSON.parse(body);
    return { title, detail, errors: Array.isArray(errors) ? errors : [] };
  } catch {
    // Something between us and the web service answered, with a page of its own.
    return { errors: [] };
  }
}

function describeFieldError(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { field, pointer, detail, message } = error as Record<string, unknown>;
  const place = field ?? pointer;
  const text = message ?? detail;
  return place !== undefined && text !== undefined ? `${place}: ${text}` : JSON.stringify(error);
}

/** fetch() says only "fetch failed"; the reason is its cause. */
function describeCause(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? cause.message || cause.name : error.message;
}
