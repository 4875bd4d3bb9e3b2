/**
 * PostgreSQL's COPY text format: values apart by tabs, NULL as \N.
 * https://www.postgresql.org/docs/18/sql-copy.html#id-1.9.3.55.9.2
 */
const special = /[\\\b\f\n\r\t\v]/;
const specials = /[\\\b\f\n\r\t\v]/g;
const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** One value of a COPY line. */
export function copyValue(value: string | null): string {
  if (value === null) return "\\N";
  return special.test(value) ? value.replace(specials, (sign) => escapes[sign] ?? sign) : value;
}

/** One value of a COPY line that is known to hold nothing to escape. */
export function copyPlainValue(value: string | null): string {
  return value ?? "\\N";
}

/**
 * Whether JSON text, and so every string that it decodes to, can be copied as it is: JSON writes control characters
 * and backslashes with a backslash, so text without one has neither inside its strings. Asked once a record, this
 * spares a search of each of its values.
 */
export function isPlainJson(json: string): boolean {
  return !special.test(json);
}
