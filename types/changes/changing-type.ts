/** The entry to this folder: `withChanges(definition, type)` makes of the type of a log's messages that of records that change. */

import { blockOf, type Change, createChangeLog, instantOf } from "../../generate/changes/change-log.ts";
import { type ChangingRecords, compileChanges } from "../../generate/changes/compile-changes.ts";
import { groupFields } from "../../generate/changes/group-fields.ts";
import { compileSampler, type RunOfType } from "../../generate/compile-sampler.ts";
import type { Changes, Definition, ObjectNode } from "../../generate/shapes/nodes.ts";
import { Utf8Writer } from "../../generate/utf8-writer.ts";
import type { WriteRecord } from "../../generate/write-record.ts";
import { keyOf } from "../../records/message-key.ts";
import {
  type RecordMaker,
  type RecordType,
  type RunOfRecords,
  type StateAfter,
  type StateTable,
  stateColumns,
  type TypeChanges,
} from "../../records/record-type.ts";
import { createOwnDecoder } from "../compile/own-decoder.ts";
import { layOutStates } from "../compile/table.ts";
import { sourceBytes } from "./log-definition.ts";
import { readEnvelopeKey, tombstoneDecoder } from "./read-log.ts";

/** Of records that change; their root is an object. */
type Changing = Definition & { readonly changes: Changes; readonly root: ObjectNode };

/** Null: the definition's records do not change. */
export const asChanging = (definition: Definition): Changing | null =>
  definition.changes === null || definition.root.kind !== "object"
    ? null
    : { ...definition, changes: definition.changes, root: definition.root };

/**
 * Records that change, of which each change is a message. They have no faults on purpose: a broken link of the chain would make the last
 * state another one.
 * @param log the type of what the messages say, as if each were a record
 */
export function withChanges(definition: Changing, log: RecordType): RecordType {
  const { changes } = definition;
  const { changing, moving } = groupFields(definition);
  const unsteady = new Set([...changing.flat(), ...moving]);
  const isSteady = (path: string): boolean => !unsteady.has(path.split("/")[0] as string);
  return {
    ...log,
    largestBytes: log.largestBytes + (changes.envelope === "debezium" ? sourceBytes : 0),
    options: {
      ...log.options,
      properties: () => ({}),
      settle: () => ({}),
      shorten: () => ({}),
    },
    capacityOf: (run) => compileChanges(definition, run).capacity,
    openRun: (run) => (isOf(definition, run) ? openRun(definition, run) : null),
    readKey: changes.envelope === "debezium" ? readEnvelopeKey(definition.messageKey) : log.readKey,
    createDecoder: () => tombstoneDecoder(definition, log),
    fieldFaults: () => new Map(),
    describeField: (path) => (isSteady(path) ? log.describeField(path) : null),
    changes: changesOf(definition),
  };
}

const isOf = ({ name, version }: Definition, { recordType }: RunOfRecords): boolean =>
  recordType.name === name && recordType.version === version;

/** What is to be known of a run to make its messages. */
type RunOfMessages = RunOfType & { readonly seed: number };

/** The messages of a run: its records, or the changes of those that change. @throws CannotSample as `compileSampler` */
export function compileMessages(
  definition: Definition,
  run: RunOfMessages,
): { readonly capacity: number; readonly write: WriteRecord } {
  const changing = asChanging(definition);
  return changing === null
    ? compileSampler(definition, run)
    : compileLog(changing, compileChanges(changing, run), run);
}

function compileLog(
  definition: Changing,
  records: ChangingRecords,
  run: RunOfMessages,
): { readonly capacity: number; readonly write: WriteRecord } {
  const { changes } = definition;
  const { log, capacity } = records;
  const block = blockOf(changes);
  return {
    capacity: log.messages ?? Math.min(Math.floor(capacity / block.records) * block.messages, 2 ** 53),
    write: changes.envelope === "debezium" ? writeEnvelopes(definition, records, run) : writeStates(records),
  };
}

function openRun(definition: Changing, run: RunOfRecords): RecordMaker {
  const records = compileChanges(definition, run);
  const { log, fixedTexts } = records;
  return {
    ...compileLog(definition, records, run),
    readKey: (_json, seq) => keyOf(fixedTexts(definition.messageKey, log.at(seq).record)),
    spoil: null,
  };
}

const writeStates =
  ({ log, writeState }: ChangingRecords): WriteRecord =>
  (seq, out) => {
    const change = log.at(seq);
    if (change.kind !== "tombstone") writeState(change, out);
  };

const operations = { create: "c", update: "u", delete: "d" } as const;

function writeEnvelopes(
  { name, changes, table }: Changing,
  { log, writeState }: ChangingRecords,
  { referenceDate }: RunOfMessages,
): WriteRecord {
  const write = (out: Utf8Writer, text: string): void => {
    out.reserve(text.length);
    out.bytes(Buffer.from(text));
  };
  return (seq, out) => {
    const change = log.at(seq);
    const { kind, former } = change;
    if (kind === "tombstone") return;
    const ms = instantOf(change, changes, referenceDate.getTime());
    write(out, '{"before":');
    if (former === null) write(out, "null");
    else writeState(former, out);
    write(out, ',"after":');
    if (kind === "delete") write(out, "null");
    else writeState(change, out);
    write(
      out,
      `,"source":{"version":"1","connector":"synthetic-data","name":"synthetic","ts_ms":${ms},"snapshot":"false","db":"synthetic","schema":"public","table":"${changes.state ?? table ?? name}"},"op":"${operations[kind]}","ts_ms":${ms}}`,
    );
  };
}

function changesOf(definition: Changing): TypeChanges {
  const { name, changes } = definition;
  return {
    messagesOf: (seed, records) => createChangeLog(seed, name, changes, records).messages as number,
    messagesOfBlock: blockOf(changes).messages,
    isEnveloped: changes.envelope === "debezium",
    state: stateTableOf(definition),
    openStates: (run) => (isOf(definition, run) ? openStates(definition, run) : null),
  };
}

function stateTableOf(definition: Changing): StateTable | null {
  const layout = layOutStates(definition);
  if (layout === null) return null;
  const fields = layout.columns.map(({ field, name, sqlType }) => ({
    name: field,
    column: { name, type: sqlType },
  }));
  return {
    name: layout.table,
    fields,
    key: fields.filter(({ name }) => definition.key.includes(name)).map(({ column }) => column.name),
    own: stateColumns,
  };
}

function openStates(definition: Changing, run: RunOfRecords): (seq: number) => StateAfter {
  const { log, writeState } = compileChanges(definition, run);
  const decode = createOwnDecoder(definition, layOutStates(definition)?.columns ?? []);
  const out = new Utf8Writer();
  return (seq) => {
    const change = log.at(seq);
    return {
      record: change.record,
      isDeleted: change.kind === "delete" || change.kind === "tombstone",
      values() {
        let last: Change = change;
        while (last.former !== null && (last.kind === "delete" || last.kind === "tombstone"))
          last = last.former;
        out.clear();
        writeState(last, out);
        const decoded = decode(Buffer.from(out.toBytes()));
        if (decoded.kind === "dead")
          throw new Error(`a state of ${definition.name} is no row: ${decoded.detail}`);
        return decoded.values;
      },
    };
  };
}
