import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import type { RecordType } from "../records/record-type.ts";
import { copyColumns } from "./batch.ts";
import { type Client, sqlState } from "./database.ts";

/** A line that PostgreSQL refuses, with its reason. */
export interface RefusedLine<Item> {
  readonly item: Item;
  readonly detail: string;
}

/**
 * Data that no retry makes acceptable: data exceptions (class 22), violated constraints (23), program limits (54,
 * e.g. JSON nested too deeply). https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const refusals = new Set(["22", "23", "54"]);

/** What one COPY takes: in the binary format the whole of it, its head included, in the text format any lines. */
export interface CopyData {
  readonly format: "binary" | "text";
  readonly pieces: Iterable<Buffer>;
}

/**
 * Copies rows into users_raw, all or none.
 * @returns why PostgreSQL refuses one of them; null where it took all
 */
export async function copyAll(
  client: Client,
  type: RecordType,
  copies: readonly CopyData[],
): Promise<string | null> {
  await client.query("SAVEPOINT copy_rows");
  try {
    for (const { format, pieces } of copies) {
      const statement =
        format === "binary"
          ? `COPY users_raw (${copyColumns(type)}) FROM STDIN (FORMAT binary)`
          : `COPY users_raw (${copyColumns(type)}) FROM STDIN (FORMAT text)`;
      const copy = client.query(copyFrom(statement));
      await pipeline(Readable.from(pieces), copy);
    }
    await client.query("RELEASE SAVEPOINT copy_rows");
    return null;
  } catch (error) {
    const state = sqlState(error);
    if (state === null || !refusals.has(state.slice(0, 2))) throw error;
    await client.query("ROLLBACK TO SAVEPOINT copy_rows");
    return `PostgreSQL: ${(error as Error).message} (SQLSTATE ${state})`;
  }
}

/**
 * Copies lines into users_raw; where PostgreSQL refuses one, they are halved until it stands alone, so that one message
 * nobody foresaw costs its neighbours nothing but time.
 * @returns the refused lines
 */
export async function copyRows<Item extends { readonly line: string }>(
  client: Client,
  type: RecordType,
  items: readonly Item[],
): Promise<RefusedLine<Item>[]> {
  if (items.length === 0) return [];
  const detail = await copyAll(client, type, [{ format: "text", pieces: joinLines(items) }]);
  if (detail === null) return [];
  const only = items.length === 1 ? items[0] : undefined;
  if (only !== undefined) return [{ item: only, detail }];
  const middle = items.length >>> 1;
  const first = await copyRows(client, type, items.slice(0, middle));
  return [...first, ...(await copyRows(client, type, items.slice(middle)))];
}

/** Joins lines to pieces of a few hundred kilobytes: one write each, without one huge string. */
export function* joinLines(items: readonly { readonly line: string }[]): Generator<Buffer> {
  const linesPerPiece = 500;
  for (let start = 0; start < items.length; start += linesPerPiece) {
    let text = "";
    for (const { line } of items.slice(start, start + linesPerPiece)) text += line;
    yield Buffer.from(text);
  }
}
