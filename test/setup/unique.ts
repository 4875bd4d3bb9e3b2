import { randomBytes } from "node:crypto";

/** A name that nobody else has, for a database, a topic, a group or a prefix. */
export function unique(what: string): string {
  return `${what}_${randomBytes(6).toString("hex")}`;
}
