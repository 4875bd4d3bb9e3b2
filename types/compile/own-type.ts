/** The entry to this folder: `createOwnType(definition)` gives what the pipeline asks of a record type. */

import {
  compileChoice,
  compileField,
  compileSampler,
  type FieldNode,
} from "../../generate/compile-sampler.ts";
import { largestValue } from "../../generate/largest-value.ts";
import type { Definition, Node } from "../../generate/shapes/nodes.ts";
import { generateText } from "../../generate/write-record.ts";
import { faultProperties, settleFaults, shortenFaults } from "../../records/faults/fault-rates.ts";
import type { FieldFaults } from "../../records/faults/field-faults.ts";
import { createSpoiler } from "../../records/faults/spoil-records.ts";
import { createKeyReader, createQuickKeyReader, type ReadKey } from "../../records/message-key.ts";
import type { Column, RecordField } from "../../records/record-field.ts";
import type {
  RecordMaker,
  RecordTable,
  RecordType,
  RunOfRecords,
  TypeOptions,
} from "../../records/record-type.ts";
import { anyFields } from "../../records/run-fields.ts";
import { asChanging, withChanges } from "../changes/changing-type.ts";
import { logDefinition } from "../changes/log-definition.ts";
import { ownFaults } from "../faults/own-faults.ts";
import { describeField, findScalar, relationsOf } from "./describe-field.ts";
import { createOwnDecoder } from "./own-decoder.ts";
import { createOwnRecogniser } from "./own-recogniser.ts";
import { layOutTable, type TableColumn, type TableLayout } from "./table.ts";

/** A record type of somebody's own, of whose definition nothing else has to be known. */
export function createOwnType(definition: Definition): RecordType {
  const changing = asChanging(definition);
  return changing === null
    ? createType(definition, definition)
    : withChanges(changing, createType(changing, logDefinition(changing)));
}

/**
 * @param records what the definition describes
 * @param definition what a message says, of which the table has a row: mostly the record
 */
function createType(records: Definition, definition: Definition): RecordType {
  const { name, version } = definition;
  // Of a type without a table the columns tell at least which fields it has.
  const layout = layOutTable({ ...definition, table: definition.table ?? name });
  if (layout === null) throw new Error("a definition with a table has a layout");
  let faults: FieldFaults | undefined;
  const fieldFaults = (): FieldFaults => {
    faults ??= ownFaults(definition, createOwnDecoder(definition, layout.columns, mostStepsOfFaulty));
    return faults;
  };
  return {
    name,
    version,
    fields: layout.columns.map(toField),
    largestBytes: largestValue(definition.root),
    table: definition.table === null ? null : toTable(layout),
    schema: definition.schema,
    defaultCount: definition.count,
    options: faultOptions({ name, fieldFaults }),
    capacityOf: (run) => compileSampler(definition, run).capacity,
    keyFields: definition.key,
    openRun: (run) => openRun(definition, fieldFaults, run),
    // Every column may be NULL. A record that was made may be no row: what a type may hold, PostgreSQL may not.
    exampleRow: () => ({ kind: "row", payload: "{}", values: layout.columns.map(() => null), error: null }),
    readKey: createKeyReader(definition.messageKey),
    fieldFaults,
    createDecoder: () => createOwnDecoder(definition, layout.columns),
    createRecogniser: () => createOwnRecogniser(definition, layout.columns),
    // What a record must have, its schema says.
    createRunFields: () => anyFields,
    changes: null,
    relations: relationsOf(records),
    describeField: (path) => describeField(records, path),
    openField: (run, path) => openField(records, path, run, compileField),
    openChoice: (run, path) => openField(records, path, run, compileChoice),
  };
}

/** Its records are drawn as the definition says; they can be spoiled. */
const faultOptions = (type: Pick<RecordType, "name" | "fieldFaults">): TypeOptions => ({
  areFieldsChosen: false,
  properties: () => faultProperties(type.fieldFaults()),
  settle: (request) => ({ faults: settleFaults(type, request) }),
  defaultsOf: () => ({}),
  shorten: ({ options }) => shortenFaults(options),
  toOneSpelling: (options) => options,
});

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

/** A type whose records need more to be validated is not asked, some thousand times, what can be wrong with them. */
const mostStepsOfFaulty = 20_000;

function openRun(
  definition: Definition,
  fieldFaults: () => FieldFaults,
  run: RunOfRecords,
): RecordMaker | null {
  const { name, version } = definition;
  if (run.recordType.name !== name || run.recordType.version !== version) return null;
  const { capacity, write } = compileSampler(definition, run);
  const spoil = createSpoiler({ name, version, fieldFaults }, run, generateText(write));
  return { capacity, write, readKey: readKeyOfMade(definition), spoil };
}

function openField<Made>(
  definition: Definition,
  path: string,
  run: RunOfRecords,
  compile: (definition: Definition, field: FieldNode, run: RunOfRecords) => Made,
): Made | null {
  const { name, version } = definition;
  if (run.recordType.name !== name || run.recordType.version !== version) return null;
  const found = findScalar(definition, path);
  if (found === null) throw new Error(`${name} has no field ${path} to which others can refer`);
  return compile(definition, [found.objects, found.node], run);
}

function readKeyOfMade({ root, messageKey }: Definition): ReadKey | null {
  const fields = root.kind === "object" ? root.fields : [];
  const last = Math.max(...messageKey.map((key) => fields.findIndex(({ name }) => name === key)));
  const isFlat = fields.length > 0 && fields.slice(0, last + 1).every(({ node }) => isSingleValue(node));
  return isFlat ? createQuickKeyReader(messageKey) : createKeyReader(messageKey);
}

const isSingleValue = (node: Node): boolean =>
  (node.kind === "scalar" && node.type !== "any") ||
  (node.kind === "choice" && node.branches.every(isSingleValue));
