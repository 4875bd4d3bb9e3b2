import { escapeSequence, isNul, isSurrogate } from "../json/escapes.ts";
import type { DeadLetterReason } from "./decoded.ts";

/**
 * What can be done to a dead letter so that it may become a row:
 * - `text`: its payload can be mended by the rules of `mendPayload`;
 * - `identity`: its payload may be well, but it claims a place in a run that it cannot have. Without that claim it is
 *   another producer's record;
 * - `none`: there is nothing of which one record could be made, or nobody knows what is wrong.
 */
export type Remedy = "text" | "identity" | "none";

const remedies: Readonly<Record<DeadLetterReason, Remedy>> = {
  tombstone: "none",
  empty: "none",
  not_utf8: "text",
  not_json: "text",
  not_an_object: "none",
  nul_character: "text",
  lone_surrogate: "text",
  invalid_record: "none",
  invalid_headers: "identity",
  unknown_run: "identity",
  sequence_out_of_range: "identity",
  identity_conflict: "identity",
  rejected_by_database: "none",
  undecodable_batch: "none",
  processing_failed: "none",
  not_kept: "none",
};

/** Of a reason as it stands in the database, where an older version may have written it. */
export function remedyOf(reason: string): Remedy {
  return isReason(reason) ? remedies[reason] : "none";
}

/** Whether a letter of this reason has the bytes of a message, without which nothing can be sent again. */
export const isMessage = (reason: string): boolean => reason !== "not_kept" && reason !== "undecodable_batch";

const isReason = (reason: string): reason is DeadLetterReason => Object.hasOwn(remedies, reason);

/**
 * Mends a message's value where that needs no guess at what was meant:
 * - a byte order mark in front is removed;
 * - bytes that are no UTF-8 become U+FFFD, as a browser would show them;
 * - the escape of U+0000, which PostgreSQL cannot store, is removed;
 * - the escape of half a surrogate pair becomes that of U+FFFD.
 *
 * Everything else stays as it was, byte for byte. Pure; doing it twice changes nothing more.
 */
export function mendPayload(payload: Buffer | null): Buffer | null {
  if (payload === null) return null;
  const text = payload.toString("utf8").replace(/^\uFEFF/, "");
  return Buffer.from(text.includes("\\u") ? mendEscapes(text) : text);
}

function mendEscapes(text: string): string {
  return text.replace(escapeSequence, (sequence: string, unit?: string) => {
    if (unit === undefined) return sequence;
    if (isNul(unit)) return "";
    return isSurrogate(unit) ? "\\ufffd" : sequence;
  });
}
