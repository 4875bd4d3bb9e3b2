import type { Run } from "../../../ledger/runs/run.ts";
import { settleOptions } from "../../../types/user/options.ts";
import { userType } from "../../../types/user/user.ts";
import { optionsOfVersion } from "../../../types/user/versions.ts";
import { requestHash } from "./request-hash.ts";

/** What was asked for in a run. */
export type AskedRun = Pick<
  Run,
  "recordType" | "requested" | "fields" | "seed" | "referenceDate" | "options" | "pace" | "chunkSize"
>;

export const isBuiltIn = ({ recordType }: Pick<Run, "recordType">): boolean =>
  recordType.name === userType.name;

/** The shortest request that gives the run once more: of its options those that its preset does not give by itself. */
export function runRequestOf(run: AskedRun): Record<string, unknown> {
  return {
    ...(isBuiltIn(run) ? {} : { type: run.recordType.name }),
    count: run.requested,
    ...(isBuiltIn(run) ? { fields: [...run.fields] } : {}),
    seed: run.seed,
    referenceDate: shortInstant(run.referenceDate),
    ...(isBuiltIn(run) ? openOptions(run) : openFaults(run)),
    ...openPace(run),
    chunkSize: run.chunkSize,
  };
}

/** One option after the other in the order in which they are settled, since an earlier one decides what a later one is by default. */
function openOptions(run: AskedRun): Record<string, unknown> {
  const wanted: Readonly<Record<string, unknown>> = { ...(optionsOfVersion(userType, run) ?? run.options) };
  const said: Record<string, unknown> = {};
  const settle = (): Readonly<Record<string, unknown>> => ({
    ...settleOptions(userType, { count: run.requested, fields: run.fields, ...said }),
  });
  let settled = settle();
  for (const name of Object.keys(settled)) {
    const value = wanted[name];
    if (value === undefined || value === null) continue;
    if (requestHash(settled[name] ?? null) === requestHash(value)) continue;
    said[name] = value;
    settled = settle();
  }
  return said;
}

const openFaults = ({ options: { faults = {} } }: AskedRun): Record<string, unknown> =>
  Object.keys(faults).length === 0 ? {} : { faults };

/** A constant rate needs no shape. */
function openPace({ pace }: AskedRun): Record<string, unknown> {
  if (pace === null) return {};
  return pace.shape.kind === "constant" ? { rate: pace.rate } : { rate: pace.rate, shape: pace.shape };
}

/** A midnight as a date alone. */
export function shortInstant(date: Date): string {
  const text = date.toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text;
}
