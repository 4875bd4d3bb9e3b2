import type { TProperties } from "typebox";
import type { Related } from "../generate/related.ts";
import type { ChooseRecord } from "../generate/relations.ts";
import type { Sampler } from "../generate/sampler.ts";
import type { Belonging, JsonSchema, ScalarType } from "../generate/shapes/nodes.ts";
import type { WriteRecord } from "../generate/write-record.ts";
import type { DecodedRow, DecodeMessage } from "./decoded.ts";
import type { FaultRates } from "./faults/fault-kinds.ts";
import type { FieldFaults } from "./faults/field-faults.ts";
import type { SpoilRecord } from "./faults/spoiled-record.ts";
import type { KeyOfMade, ReadKey } from "./message-key.ts";
import type { Recogniser } from "./recogniser.ts";
import type { Column, RecordField } from "./record-field.ts";
import type { RunFields } from "./run-fields.ts";

/** A type of records: all that the pipeline knows of them. It asks for no more, whatever the records are about. */
export interface RecordType {
  readonly name: string;
  /** Raised by every change that changes a record made from the same seed. */
  readonly version: number;
  /** The record's fields, in the order of the table's columns. */
  readonly fields: readonly RecordField[];
  /** Of a record, as validators take it (draft 2020-12). */
  readonly schema: JsonSchema;
  /** No record that it makes has more bytes as JSON. */
  readonly largestBytes: number;
  /** Null: its records go to Kafka only. */
  readonly table: RecordTable | null;
  /** How many records a run has where nobody says; null: that has to be said. */
  readonly defaultCount: number | null;
  /** What its runs can be asked for. */
  readonly options: TypeOptions;
  /** From sequence number 0 so many records can be made of such a run; asked before it is prepared. */
  readonly capacityOf: (run: RunOfRecords) => number;
  /** Those fields whose values together tell one record from another; none where nothing is said of it. */
  readonly keyFields: readonly string[];
  /** Prepares the making of a run's records; null where this program cannot make them, since they are of another version. */
  readonly openRun: (run: RunOfRecords) => RecordMaker | null;
  /** The row of a clean record, of any. */
  readonly exampleRow: () => DecodedRow;
  /** Compiles what reads the values of its messages. */
  readonly createDecoder: () => DecodeMessage;
  /** Compiles the decoder's short cut; null where there is none. */
  readonly createRecogniser: () => Recogniser | null;
  /** The faults of single fields that its records can be given; found out when they are first asked for. */
  readonly fieldFaults: () => FieldFaults;
  /** Of any message of the type; null: they have no key. */
  readonly readKey: ReadKey | null;
  /** How its records change; null: each has one message. */
  readonly changes: TypeChanges | null;
  /** What its records have to do with those of others. */
  readonly relations: Relations;
  /** What can be said of a field's values before there is a run; null where there is no such field that others can refer to. */
  readonly describeField: (path: string) => FieldFacts | null;
  /** Makes one field of a run's records, for records of other types; null for a version that this program does not make. */
  readonly openField: (run: RunOfRecords, path: string) => Sampler | null;
  /** Which record of another type a record's `ref` or `parent` field is of; null as `openField`. */
  readonly openChoice: (run: RunOfRecords, path: string) => ChooseRecord | null;
  /** @param names the run's fields; those that the type does not have are passed over */
  readonly createRunFields: (names: readonly string[]) => RunFields;
}

/** Records that change: sequence numbers of a run are those of its messages. */
export interface TypeChanges {
  /** How many messages there are of so many records under a seed. */
  readonly messagesOf: (seed: number, records: number) => number;
  /** All messages of a record lie between two multiples of this: no chunk ends elsewhere. */
  readonly messagesOfBlock: number;
  /** Whether messages are Debezium's envelopes; else they are the records themselves. */
  readonly isEnveloped: boolean;
  /** Null: there is none. */
  readonly state: StateTable | null;
  /** Finds the record that a message is about, and makes what its state is after it; null for a version that this program does not make. */
  readonly openStates: (run: RunOfRecords) => ((seq: number) => StateAfter) | null;
}

export interface StateAfter {
  /** The record's own sequence number. */
  readonly record: number;
  readonly isDeleted: boolean;
  /** One value a column of the state table, as COPY takes it as text; of a deleted record as it was. */
  readonly values: () => readonly (string | null)[];
}

/** The table of the last states of a type's records. */
export interface StateTable {
  readonly name: string;
  /** Those of the record, in its order. */
  readonly fields: readonly RecordField[];
  /** Columns by whose values together a run's records are told apart. */
  readonly key: readonly string[];
  readonly own: typeof stateColumns;
}

/** The columns that every table of last states has beside its fields'. */
export const stateColumns = { runId: "_run_id", seq: "_seq", deleted: "_deleted" } as const;

/** How a type's records hang together with those of other types, which are in the same request. */
export interface Relations {
  /** Whose children or readings its records are; null: nobody's. */
  readonly belongsTo: Belonging | null;
  /** What its records say of others, in the order of its fields. */
  readonly links: readonly Link[];
  /** The types that have to be in a request beside it, itself aside. */
  readonly types: readonly string[];
}

/** Whether a type's records follow from those of other types, or from other records of its own. */
export const isRelated = ({ belongsTo, links }: Relations): boolean => belongsTo !== null || links.length > 0;

/** What a field says of records of another type, or of earlier ones of its own. */
export interface Link extends FieldOf {
  /**
   * `ref`: which record it is of; `through`: of the record that another reference is of; `parent`: of whose child it is; the others are over its own
   * children, `count` of no field of theirs.
   */
  readonly kind: "ref" | "through" | "parent" | "sum" | "min" | "max" | "count";
  /** The path of the field that says it. */
  readonly from: string;
  /** Of `through`: the path of that reference. */
  readonly via: string | null;
}

/** A field of some type, by its path `a/b`. */
export interface FieldOf {
  readonly type: string;
  readonly path: string;
}

/** What can be said of a field that is in every record. */
export interface FieldFacts {
  readonly type: ScalarType;
  /** Whether it is null in some records, or missing. */
  readonly isOptional: boolean;
  /** Whether no two records of a run have the same: by construction, or where the run asks for it. */
  readonly uniqueness: "always" | "on_request" | "never";
  /** Of numbers: the least, the greatest, and how many digits there are behind the point. */
  readonly range: { readonly lowest: number; readonly highest: number; readonly decimals: number } | null;
  /** Whether its values are dates, date-times or seconds since 1970. */
  readonly isTime: boolean;
  /** No value is longer as JSON. */
  readonly bytes: number;
  /** Fields of other records that it is made from, and of how many records at most. */
  readonly follows: readonly (FieldOf & { readonly records: "one" | "children" })[];
}

/** One whose messages become rows. */
export type StoredType = RecordType & { readonly table: RecordTable };

/** Where a type's rows are. */
export interface RecordTable {
  readonly name: string;
  /** What the pipeline's own columns are called there. */
  readonly own: PipelineColumns;
  /** What is counted of the rows, beside run, minute and what was repaired. */
  readonly statistics: Statistics;
}

export interface Statistics {
  /** Rows are counted by the values of these columns together. */
  readonly by: readonly Column[];
  /** Those of numbers, which are summed up. */
  readonly sum: readonly Column[];
}

/** The columns that every table of records has beside its fields'. */
export interface PipelineColumns {
  readonly id: string;
  readonly runId: string;
  readonly seq: string;
  readonly partition: string;
  readonly offset: string;
  /** What was repaired; null in a clean row. */
  readonly error: string;
  /** The message's text. */
  readonly payload: string;
  readonly createdAt: string;
}

/** What the records of a run follow from, as the ledger has it. */
export interface RunOfRecords {
  readonly recordType: { readonly name: string; readonly version: number };
  /** Integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Names of the fields; order and repetition do not matter. */
  readonly fields: readonly string[];
  /** The run's pinned "now". */
  readonly referenceDate: Date;
  readonly options: RunOptions;
  /** The other types in its request; `openRelated` finds them by the options. Absent: it has none. */
  readonly related?: Related;
}

/** Makes the records of a run. */
export interface RecordMaker {
  /** As the type says it of the run. */
  readonly capacity: number;
  readonly write: WriteRecord;
  /** Of records as `write` has made them, by their sequence numbers; null: their messages have no key. */
  readonly readKey: KeyOfMade | null;
  /** What is made of them on purpose; null for a clean run. */
  readonly spoil: SpoilRecord | null;
}

/**
 * What shapes a run's data beside its seed, fields and reference date, kept with the run as JSON: what more there is, its type
 * knows.
 */
export interface RunOptions {
  readonly faults?: FaultRates;
  /** The types in the same request, by name, itself among them: what a record of theirs follows from, beside seed and reference date. */
  readonly related?: Readonly<Record<string, RelatedRun>>;
}

/** A run beside another in the same request. */
export interface RelatedRun {
  readonly version: number;
  /** Null: without an end. */
  readonly count: number | null;
  readonly options: Omit<RunOptions, "related">;
}

/** What a request says of its data: it has passed a schema that is made of the type's `properties`. */
export interface OptionsRequest {
  /** Null for a run without an end; left out where it makes no difference. */
  readonly count?: number | null;
  readonly fields?: readonly string[];
  readonly faults?: FaultRates;
  readonly [option: string]: unknown;
}

/** What can be asked of the data of a type's runs, beside seed and reference date. */
export interface TypeOptions {
  /** Whether a run may do without some fields; else every record has all. */
  readonly areFieldsChosen: boolean;
  /** One JSON Schema a property: of API, form, command line and documentation. */
  readonly properties: () => TProperties;
  /**
   * Fills in what a request leaves open.
   * @throws InvalidOption where values contradict one another, or ask for more than there is
   */
  readonly settle: (request: OptionsRequest) => RunOptions;
  /** What holds where a form leaves it open, whether or not the rest of it is valid. */
  readonly defaultsOf: (sent: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** The shortest request that is settled as a run's options. */
  readonly shorten: (
    run: Pick<RunOfRecords, "recordType" | "fields" | "options"> & { readonly requested: number | null },
  ) => Readonly<Record<string, unknown>>;
  /** The options as the only ones of their meaning: nothing of no weight, nothing in an order of its own. */
  readonly toOneSpelling: (options: RunOptions) => RunOptions;
}
