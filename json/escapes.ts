/**
 * In JSON text: the escape of a surrogate pair, that of a single code unit (the group), or any other: a backslash and
 * what it escapes.
 */
export const escapeSequence = /\\u(?:d[89ab][0-9a-f]{2})\\u(?:d[c-f][0-9a-f]{2})|\\u([0-9a-f]{4})|\\./gis;

/** An escape that is JSON, and that PostgreSQL cannot turn into text. */
export interface UnstorableEscape {
  /** U+0000, or half a surrogate pair. */
  readonly kind: "nul" | "surrogate";
  /** The escape as it is written. */
  readonly sequence: string;
}

/** The first of them in JSON text, wherever it stands: also in what a later value of the same name overwrites. */
export function findUnstorableEscape(text: string): UnstorableEscape | null {
  if (!text.includes("\\u")) return null;
  for (const [sequence, unit] of text.matchAll(escapeSequence)) {
    if (unit === undefined) continue;
    if (isNul(unit)) return { kind: "nul", sequence };
    if (isSurrogate(unit)) return { kind: "surrogate", sequence };
  }
  return null;
}

/** @param unit four hexadecimal digits */
export const isNul = (unit: string): boolean => unit === "0000";

export const isSurrogate = (unit: string): boolean => /^d[89a-f]/i.test(unit);
