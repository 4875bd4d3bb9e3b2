import type { Changes, Definition } from "../../generate/shapes/nodes.ts";
import { listMembers } from "../../json/json-members.ts";
import { type DecodedRow, type DecodeMessage, dead } from "../../records/decoded.ts";
import { createKeyReader, isJsonObject, type ReadKey } from "../../records/message-key.ts";
import type { RecordType } from "../../records/record-type.ts";
import { columnTexts } from "../compile/column-text.ts";
import { layOutTable, type TableColumn } from "../compile/table.ts";

/** Reads the key off Debezium's envelope: that of what is, or where there is nothing any more, of what was. */
export function readEnvelopeKey(fields: readonly string[]): ReadKey | null {
  const readKey = createKeyReader(fields);
  if (readKey === null) return null;
  return (json) => {
    const text = json.toString();
    if (!isJsonObject(text)) return null;
    const members = new Map(
      Array.from(listMembers(text), ({ name, start, end }) => [name, text.slice(start, end)]),
    );
    const state = ["after", "before"].map((name) => members.get(name)).find((each) => each?.startsWith("{"));
    return state === undefined ? null : readKey(Buffer.from(state));
  };
}

/** A message without a value is a row as well. Of upserts it says by its key which record is deleted. */
export function tombstoneDecoder(
  definition: Definition & { readonly changes: Changes },
  log: Pick<RecordType, "createDecoder" | "fields">,
): DecodeMessage {
  const decode = log.createDecoder();
  const columns = layOutTable({ ...definition, table: definition.table ?? definition.name })?.columns ?? [];
  const empty = log.fields.map(() => null);
  const row = (values: DecodedRow["values"]): DecodedRow => ({
    kind: "row",
    payload: "null",
    values,
    error: null,
  });
  return (value, key = null) => {
    if (value !== null) return decode(value);
    if (definition.changes.envelope === "debezium") return row(empty);
    const values = key === null ? null : readTombstone(key.toString(), definition.key, columns);
    return values === null
      ? dead("tombstone", "the message has neither a value nor a key that says which record is deleted")
      : row(values);
  };
}

/** The key's columns, as `keyOf` writes keys; null of one that is written otherwise. */
function readTombstone(
  text: string,
  key: readonly string[],
  columns: readonly TableColumn[],
): readonly (string | null)[] | null {
  const parts = key.length === 1 ? [text] : readScalars(text);
  if (parts?.length !== key.length) return null;
  const texts = new Map(key.map((name, index) => [name, parts[index]]));
  const values = columns.map(({ field, sqlType }) => {
    const part = texts.get(field);
    if (part === undefined) return null;
    // Of one field a text's characters stand as they are.
    const json = key.length === 1 && textTypes.has(sqlType) ? JSON.stringify(part) : part;
    return columnTexts[sqlType](readJson(json), () => json) ?? undefined;
  });
  return values.includes(undefined) ? null : (values as readonly (string | null)[]);
}

const textTypes = new Set(["text", "timestamptz", "date", "uuid"]);

/** The texts of an array of single values, whose digits JSON.parse would round; null of anything else. */
function readScalars(text: string): readonly string[] | null {
  const value = readJson(text);
  if (!Array.isArray(value) || value.some((each) => typeof each === "object" && each !== null)) return null;
  return text.match(/"(?:[^"\\]|\\.)*"|[^\s,[\]"]+/g);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
