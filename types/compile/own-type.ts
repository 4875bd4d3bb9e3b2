/** The entry to this folder: `createOwnType(definition)` gives what the pipeline asks of a record type. */
import { compileSampler } from "../../generate/compile-sampler.ts";
import { largestValue } from "../../generate/largest-value.ts";
import type { Definition } from "../../generate/shapes/nodes.ts";
import { createSpoiler } from "../../records/faults/spoil-records.ts";
import { generateText } from "../../records/generate.ts";
import { anyFields } from "../../records/missing-fields.ts";
import type {
  Column,
  RecordField,
  RecordMaker,
  RecordTable,
  RecordType,
  RunOfRecords,
} from "../../records/record-type.ts";
import { createOwnDecoder } from "./own-decoder.ts";
import { createOwnRecogniser } from "./own-recogniser.ts";
import { layOutTable, type TableColumn, type TableLayout } from "./table.ts";

/** A record type of somebody's own, of whose definition nothing else has to be known. */
export function createOwnType(definition: Definition): RecordType {
  const { name, version } = definition;
  // Of a type without a table the columns tell at least which fields it has.
  const layout = layOutTable({ ...definition, table: definition.table ?? name });
  if (layout === null) throw new Error("a definition with a table has a layout");
  return {
    name,
    version,
    fields: layout.columns.map(toField),
    largestBytes: largestValue(definition.root),
    table: definition.table === null ? null : toTable(layout),
    openRun: (run) => openRun(definition, run),
    // Every column may be NULL. A record that was made may be no row: what a type may hold, PostgreSQL may not.
    exampleRow: () => ({ kind: "row", payload: "{}", values: layout.columns.map(() => null), error: null }),
    createDecoder: () => createOwnDecoder(definition, layout.columns),
    createRecogniser: () => createOwnRecogniser(definition, layout.columns),
    // What a record must have, its schema says.
    createRunFields: () => anyFields,
  };
}

const toField = (column: TableColumn): RecordField => ({ name: column.field, column: toColumn(column) });

const toColumn = ({ name, sqlType }: TableColumn): Column => ({ name, type: sqlType });

function toTable({ table, pipeline, statistics }: TableLayout): RecordTable {
  const { raw, ...own } = pipeline;
  const { by, sum } = statistics;
  return {
    name: table,
    own: { ...own, payload: raw },
    statistics: { by: by.map(toColumn), sum: sum.map(toColumn) },
  };
}

function openRun(definition: Definition, run: RunOfRecords): RecordMaker | null {
  const { name, version } = definition;
  if (run.recordType.name !== name || run.recordType.version !== version) return null;
  const { seed, referenceDate, options } = run;
  const { capacity, write } = compileSampler(definition, { seed, referenceDate });
  // Faults of a message and its delivery are those of any type.
  const withoutFields = { name, version, fields: [] };
  return {
    capacity,
    write,
    spoil: createSpoiler(withoutFields, { seed, fields: [], options }, generateText(write)),
  };
}
