import { setImmediate } from "node:timers/promises";
import type { FindType } from "../records/record-types.ts";
import { inspectionMs, type Parsed, parseDefinitions } from "./definition/parse-definitions.ts";
import type { Fault } from "./definition/problem.ts";
import { inspectDefinition } from "./inspect-definition.ts";
import { linkTypes } from "./link-types.ts";

/**
 * Parses a file of definitions, links it with the types that it names, and makes records of each, within `inspectionMs` for all: one type after the other, so
 * that a process has its other work in between.
 */
export async function checkFile(text: string, findType: FindType): Promise<Parsed> {
  const faults = new Map<string, readonly Fault[]>();
  const parsed = parseDefinitions(text);
  const { definitions } = parsed;
  for (const definition of definitions) {
    faults.set(definition.name, inspectDefinition(definition, inspectionMs / definitions.length));
    await setImmediate();
  }
  for (const [name, linked] of await linkTypes(definitions, findType, inspectionMs))
    faults.set(name, [...(faults.get(name) ?? []), ...linked]);
  // Most have nothing wrong with them, and to parse a file takes its time.
  if ([...faults.values()].every((each) => each.length === 0)) return parsed;
  return parseDefinitions(text, { inspect: ({ name }) => faults.get(name) ?? [] });
}
