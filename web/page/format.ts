import type { Run } from "../../ledger/runs/run.ts";
import { isBuiltIn } from "../../types/built-in.ts";

/** 1234567 as 1,234,567. */
export const formatCount = (count: number): string => count.toLocaleString("en");

/** What was asked for; null: it goes on until it is cancelled. */
export const formatRequested = (requested: number | null): string =>
  requested === null ? "endless" : formatCount(requested);

/** A run in a few words: `1,000 users`, `Endless run of users`; what is many of an own type, nobody knows: `1,000 records of order`. */
export function formatRunTitle(run: Pick<Run, "requested" | "recordType">): string {
  const { requested, recordType } = run;
  if (requested === null) return `Endless run of ${recordType.name}${isBuiltIn(run) ? "s" : ""}`;
  const plural = requested === 1 ? "" : "s";
  return isBuiltIn(run)
    ? `${formatCount(requested)} ${recordType.name}${plural}`
    : `${formatCount(requested)} record${plural} of ${recordType.name}`;
}

/** An instant for a person: `24 Nov 2026, 07:21:54 UTC`. */
export function formatInstant(instant: Date): string {
  const text = instant.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
  return `${text} UTC`;
}

/** The same for a list whose head says that times are in UTC: `24 Nov 2026, 07:21`. */
export const formatMinute = (instant: Date): string =>
  instant.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** A duration for a person: `4.2 s`, `3 min 12 s`, `2 h 5 min`. */
export function formatDuration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.floor((seconds + 0.5) / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds + 0.5) % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
