import { withDeadline } from "../http/deadline.ts";

export interface CheckResult {
  readonly status: "up" | "down";
  /** What was found, or why it is down. */
  readonly detail?: string;
}

export interface Readiness {
  readonly status: "ready" | "not_ready";
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** Resolves with what was found where the dependency can do its part, else rejects. */
export type Check = () => Promise<string>;

/**
 * Asks every dependency, all at once and each within `timeoutMs`. An answer counts for `cacheMs`, so that many who
 * ask cost no more than one.
 */
export function createReadiness(
  checks: Readonly<Record<string, Check>>,
  { timeoutMs, cacheMs }: { readonly timeoutMs: number; readonly cacheMs: number },
): () => Promise<Readiness> {
  let latest: { readonly askedMs: number; readonly answer: Promise<Readiness> } | null = null;

  async function ask(): Promise<Readiness> {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await runCheck(check, timeoutMs)] as const),
    );
    const ready = results.every(([, { status }]) => status === "up");
    return { status: ready ? "ready" : "not_ready", checks: Object.fromEntries(results) };
  }

  return () => {
    const nowMs = Date.now();
    if (latest === null || nowMs - latest.askedMs >= cacheMs) latest = { askedMs: nowMs, answer: ask() };
    return latest.answer;
  };
}

async function runCheck(check: Check, timeoutMs: number): Promise<CheckResult> {
  try {
    return { status: "up", detail: await withDeadline(check(), timeoutMs, "an answer") };
  } catch (error) {
    return { status: "down", detail: describeCause(error) };
  }
}

/** The message of an error and of what caused it; an AggregateError, as of a refused connection, has none itself. */
export function describeCause(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeCause).join("; ");
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? describeCause(error.cause) : error.message;
}
