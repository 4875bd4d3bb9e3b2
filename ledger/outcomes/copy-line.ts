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
