import type { TProperties } from "typebox";
import type { JsonSchema } from "../generate/shapes/nodes.ts";
import type { WriteRecord } from "../generate/write-record.ts";
import type { DecodedRow, DecodeMessage } from "./decoded.ts";
import type { FaultRates } from "./faults/fault-kinds.ts";
import type { FieldFaults } from "./faults/field-faults.ts";
import type { SpoilRecord } from "./faults/spoiled-record.ts";
import type { ReadKey } from "./message-key.ts";
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
  /** @param names the run's fields; those that the type does not have are passed over */
  readonly createRunFields: (names: readonly string[]) => RunFields;
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
}

/** Makes the records of a run. */
export interface RecordMaker {
  /** As the type says it of the run. */
  readonly capacity: number;
  readonly write: WriteRecord;
  /** Of records as `write` has made them; null: their messages have no key. */
  readonly readKey: ReadKey | null;
  /** What is made of them on purpose; null for a clean run. */
  readonly spoil: SpoilRecord | null;
}

/**
 * What shapes a run's data beside its seed, fields and reference date, kept with the run as JSON: what more there is, its type
 * knows.
 */
export interface RunOptions {
  readonly faults?: FaultRates;
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
