import { pipeline } from "node:stream/promises";
import { from as copyFrom } from "pg-copy-streams";
import { toExplanation } from "../../records/explanation.ts";
import type { StoredType } from "../../records/record-type.ts";
import { type Client, inTransaction, type Pool, sqlState } from "../database/database.ts";
import { namesIn } from "../database/table-names.ts";
import { copyColumns, sampleLine } from "./batch.ts";
import { Strides } from "./strides.ts";

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
 * Copies rows into the type's table, all or none.
 * @returns why PostgreSQL refuses one of them; null where it took all
 */
export async function copyAll(
  client: Client,
  type: StoredType,
  copies: readonly CopyData[],
): Promise<string | null> {
  await client.query("SAVEPOINT copy_rows");
  try {
    for (const data of copies) await copy(client, type, data);
    await client.query("RELEASE SAVEPOINT copy_rows");
    return null;
  } catch (error) {
    const state = sqlState(error);
    if (state === null || !refusals.has(state.slice(0, 2))) throw error;
    await undoCopies(client);
    return toExplanation(`PostgreSQL: ${(error as Error).message} (SQLSTATE ${state})`);
  }
}

async function copy(client: Client, type: StoredType, { format, pieces }: CopyData): Promise<void> {
  const names = namesIn(type.table);
  const statement =
    format === "binary"
      ? `COPY ${names.table} (${copyColumns(type)}) FROM STDIN (FORMAT binary)`
      : `COPY ${names.table} (${copyColumns(type)}) FROM STDIN (FORMAT text)`;
  await pipeline(pieces, client.query(copyFrom(statement)));
}

/** Going back leaves the savepoint where it was: unless it is released, the next one is a level deeper, and holds its locks. */
async function undoCopies(client: Client): Promise<void> {
  await client.query("ROLLBACK TO SAVEPOINT copy_rows; RELEASE SAVEPOINT copy_rows");
}

/**
 * Copies lines into the type's table; where PostgreSQL refuses one, fewer are tried until it stands alone, so that one message
 * nobody foresaw costs its neighbours nothing but time.
 * @returns the refused lines
 * @throws where it refuses all of them and a clean record too: that is not the lines' fault
 */
export async function copyRows<Item extends { readonly line: string }>(
  client: Client,
  type: StoredType,
  items: readonly Item[],
): Promise<RefusedLine<Item>[]> {
  const refused: RefusedLine<Item>[] = [];
  for (const strides = new Strides(items.length); !strides.isDone; ) {
    const tried = items.slice(strides.first, strides.end);
    const detail = await copyAll(client, type, [{ format: "text", pieces: joinLines(tried) }]);
    if (detail === null) strides.goOn();
    else if (!strides.isSingle) strides.halve();
    else {
      refused.push(...tried.map((item) => ({ item, detail })));
      strides.passOver();
    }
  }
  if (refused.length > 0 && refused.length === items.length) await copySample(client, type);
  return refused;
}

/**
 * Does what storing any message does, with a clean record of our own that is taken back: whatever this fails of is no
 * message's fault.
 */
export async function probeCopy(pool: Pool, type: StoredType): Promise<void> {
  await inTransaction(pool, (client) => copySample(client, type));
}

async function copySample(client: Client, type: StoredType): Promise<void> {
  await client.query("SAVEPOINT copy_rows");
  await copy(client, type, { format: "text", pieces: [Buffer.from(sampleLine(type))] });
  await undoCopies(client);
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
