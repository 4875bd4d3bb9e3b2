import { setImmediate } from "node:timers/promises";
import { type Candidate, candidatesOf } from "../ledger/register-types.ts";
import { parseDefinitions } from "../types/definition/parse-definitions.ts";
import type { Fault, Problem } from "../types/definition/problem.ts";
import { inspectDefinition } from "../types/inspect-definition.ts";

/** Parses a file of definitions and makes records of each, one after the other, so that other requests have their turn in between. */
export async function checkDefinitions(
  text: string,
): Promise<{ candidates: readonly Candidate[]; problems: readonly Problem[] }> {
  const faults = new Map<string, readonly Fault[]>();
  for (const definition of parseDefinitions(text).definitions) {
    faults.set(definition.name, inspectDefinition(definition));
    await setImmediate();
  }
  const parsed = parseDefinitions(text, { inspect: ({ name }) => faults.get(name) ?? [] });
  return { candidates: candidatesOf(parsed), problems: parsed.problems };
}
