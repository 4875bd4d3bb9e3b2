import { setImmediate } from "node:timers/promises";
import { type Candidate, candidatesOf } from "../../../ledger/types/register-types.ts";
import { inspectionMs, parseDefinitions } from "../../../types/definition/parse-definitions.ts";
import type { Fault, Problem as Mistake } from "../../../types/definition/problem.ts";
import { inspectDefinition } from "../../../types/inspect-definition.ts";
import { Problem } from "../../http/problem.ts";
import { createTurns } from "../../http/take-turns.ts";

export interface Checked {
  readonly candidates: readonly Candidate[];
  readonly problems: readonly Mistake[];
}

/** A check takes the process, which serves everybody else too, up to a few seconds. */
export const maxWaitingChecks = 5;
const retryAfterSeconds = 10;

const takeTurn = createTurns(maxWaitingChecks, () => {
  const detail = `${maxWaitingChecks} files of definitions are waiting to be checked, and no more may. Please try again in ${retryAfterSeconds} s.`;
  return new Problem("busy", detail, { headers: { "Retry-After": String(retryAfterSeconds) } });
});

/**
 * Parses a file of definitions and makes records of each, one after the other, so that other requests have their turn in between. One file is
 * checked at a time.
 * @throws Problem where too many are waiting
 */
export const checkDefinitions = (text: string): Promise<Checked> => takeTurn(() => check(text));

async function check(text: string): Promise<Checked> {
  const faults = new Map<string, readonly Fault[]>();
  let parsed = parseDefinitions(text);
  const { definitions } = parsed;
  for (const definition of definitions) {
    const found = inspectDefinition(definition, inspectionMs / definitions.length);
    if (found.length > 0) faults.set(definition.name, found);
    await setImmediate();
  }
  // With what was found, only its place in the file is missing.
  if (faults.size > 0) parsed = parseDefinitions(text, { inspect: ({ name }) => faults.get(name) ?? [] });
  return { candidates: candidatesOf(parsed), problems: parsed.problems };
}
