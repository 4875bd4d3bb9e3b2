import { createHash } from "node:crypto";

/** The pipeline's own columns in a table of records. */
export const pipelineColumns = {
  id: "_id",
  runId: "_run_id",
  seq: "_seq",
  partition: "_partition",
  offset: "_offset",
  error: "_error",
  raw: "_raw",
  createdAt: "_created_at",
} as const;

/** https://www.postgresql.org/docs/18/ddl-system-columns.html; `xmin` and `xmax` are what a bounding box has too. */
const systemColumns = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

const taken = new Set<string>([...Object.values(pipelineColumns), ...systemColumns]);

/** PostgreSQL's NAMEDATALEN - 1. */
const maxBytes = 63;

/**
 * The column of a field. It follows from the field's name alone, so that it stays what it is whatever fields are added: the name itself where
 * PostgreSQL can have it; with a further underscore where a column has the name already (`_id` and `xmin`, and so `_id_` in turn); otherwise
 * (too long, empty, with U+0000 or half a surrogate pair) as much of it as can be had, with a digest of the whole.
 */
export function columnName(field: string): string {
  const name = taken.has(field.replace(/_+$/, "")) ? `${field}_` : field;
  const possible = name.toWellFormed().replaceAll("\0", "\uFFFD");
  if (name !== "" && possible === name && Buffer.byteLength(name) <= maxBytes) return name;
  const digest = createHash("sha256").update(JSON.stringify(name)).digest("hex").slice(0, 8);
  return `${firstBytes(possible, maxBytes - digest.length - 1)}_${digest}`;
}

/** Whole characters, of at most so many bytes in UTF-8. */
function firstBytes(text: string, bytes: number): string {
  let kept = "";
  let left = bytes;
  for (const character of text) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    kept += character;
  }
  return kept;
}
