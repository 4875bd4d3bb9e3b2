import { randomBytes } from "node:crypto";

/** A name that nobody else has, for a database, a topic, a group or a prefix. */
export function unique(what: string): string {
  return `${what}_${randomBytes(6).toString("hex")}`;
}

/** Whether a test, maybe of a file that runs beside, has named something so. */
export function isUnique(name: string): boolean {
  return /_[0-9a-f]{12}$/.test(name);
}
