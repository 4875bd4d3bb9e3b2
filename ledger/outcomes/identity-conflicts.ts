import { isSameJson } from "../../json/same-json.ts";
import type { RecordTable } from "../../records/record-type.ts";
import type { Client } from "../database/database.ts";
import { namesIn } from "../database/table-names.ts";
import type { BatchMessage } from "./batch.ts";

/** A message whose sequence number has an outcome already. */
export interface Duplicate {
  readonly message: BatchMessage;
  readonly runId: string;
  readonly seq: number;
}

/**
 * Of the messages whose sequence number has an outcome already, those that say something else than that outcome.
 * The rest are the same record again, sent twice by an at-least-once producer: nothing to tell.
 *
 * A stored text of more than eight times a message's bytes is not read, and taken for something else: no writer of JSON
 * takes so much more for the same record, and small messages must not have a batch read and compare gigabytes. Of texts
 * of more than a million characters only the bytes are compared.
 */
export async function findConflicts(
  client: Client,
  table: RecordTable,
  duplicates: readonly Duplicate[],
): Promise<Duplicate[]> {
  if (duplicates.length === 0) return [];
  const names = namesIn(table);
  const { rows } = await client.query<Outcome>(
    `SELECT u.${names.id} IS NOT NULL AS is_row,
            -- What the value takes on disk is known without reading it, and is never more than its text.
            CASE WHEN pg_column_size(u.${names.payload}) <= d.max_bytes THEN
              CASE WHEN octet_length(u.${names.payload}::text) <= d.max_bytes THEN u.${names.payload}::text END
            END AS stored,
            octet_length(l.payload) IS NOT DISTINCT FROM d.bytes AS is_of_length,
            CASE WHEN octet_length(l.payload) = d.bytes THEN l.payload END AS dead
       FROM unnest($1::uuid[], $2::bigint[], $3::integer[], $4::integer[])
            WITH ORDINALITY AS d (run_id, seq, bytes, max_bytes, n)
       LEFT JOIN ${names.table} u ON u.${names.runId} = d.run_id AND u.${names.seq} = d.seq
       LEFT JOIN dead_letters l ON l.run_id = d.run_id AND l.seq = d.seq AND l.accounted
      ORDER BY d.n`,
    [
      duplicates.map(({ runId }) => runId),
      duplicates.map(({ seq }) => seq),
      duplicates.map(({ message }) => message.raw.value?.length ?? null),
      // White space apart, an escape is six bytes for one.
      duplicates.map(({ message }) => 8 * (message.raw.value?.length ?? 0) + 100),
    ],
  );
  return duplicates.filter(({ message }, index) => !isSame(message, rows[index] as Outcome));
}

interface Outcome {
  /** A row; otherwise a dead letter. */
  readonly is_row: boolean;
  /** The row's text; null where it is too long. */
  readonly stored: string | null;
  /** Whether the dead letter is as long as the message, both null included. */
  readonly is_of_length: boolean;
  readonly dead: Buffer | null;
}

function isSame({ raw, decoded }: BatchMessage, outcome: Outcome): boolean {
  if (!outcome.is_row) return outcome.is_of_length && sameBytes(raw.value, outcome.dead);
  if (outcome.stored === null || decoded.kind === "dead") return false;
  if (decoded.payload === outcome.stored) return true;
  const isParsed = Math.max(decoded.payload.length, outcome.stored.length) <= maxParsedLength;
  return isParsed && isSameJson(decoded.payload, outcome.stored);
}

/** Of two texts of four million characters, parsing takes more than a consumer's heap of 192 MB. */
const maxParsedLength = 1_000_000;

function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
