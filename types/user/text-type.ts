import { uniqueFields } from "../../generate/people/model-schema.ts";
import { generateText } from "../../generate/write-record.ts";
import type { FieldFaults } from "../../records/faults/field-faults.ts";
import { createSpoiler } from "../../records/faults/spoil-records.ts";
import type { FieldFacts, RecordTable, StoredType } from "../../records/record-type.ts";
import { createDecoder } from "./decode.ts";
import { createFieldSampler, createRecordWriter, longestRecordBytes } from "./generate.ts";
import { createRunFields } from "./missing-fields.ts";
import { createRecogniser } from "./recognise.ts";
import { recordSchema, type TextDefinition } from "./text-definition.ts";
import { textFaults } from "./text-faults.ts";
import { createTextOptions } from "./text-options.ts";
import { optionsOfVersion } from "./versions.ts";

/** A record type with all that its definition says. */
export type TextType = Omit<StoredType, "fields"> & TextDefinition;

/** There are no more sequence numbers. */
const mostRecords = 2 ** 53;

/** What the pipeline asks of a record type, of one of texts. */
export function createTextType(definition: TextDefinition & { readonly table: RecordTable }): TextType {
  let faults: FieldFaults | undefined;
  const fieldFaults = (): FieldFaults => {
    faults ??= textFaults(definition.fields);
    return faults;
  };
  return {
    ...definition,
    fields: definition.fields.map((field) => ({ ...field, description: field.schema.description })),
    largestBytes: longestRecordBytes,
    schema: recordSchema(definition),
    defaultCount: null,
    options: createTextOptions({ ...definition, fieldFaults }),
    // What unique fields suffice for was settled with the options.
    capacityOf: () => mostRecords,
    keyFields: [],
    openRun(run) {
      const options = optionsOfVersion(definition, run);
      if (options === null) return null;
      const ofRun = { ...run, options };
      const write = createRecordWriter(definition, ofRun);
      return {
        capacity: mostRecords,
        write,
        readKey: null,
        spoil: createSpoiler({ ...definition, fieldFaults }, ofRun, generateText(write)),
      };
    },
    exampleRow() {
      const values = definition.fields.map((field) => field.schema.examples[0] ?? null);
      const entries = definition.fields.map(({ name }, index) => [name, values[index]]);
      return { kind: "row", payload: JSON.stringify(Object.fromEntries(entries)), values, error: null };
    },
    readKey: null,
    fieldFaults,
    createDecoder: () => createDecoder(definition),
    createRecogniser: () => createRecogniser(definition),
    createRunFields: (names) => createRunFields(definition, names),
    changes: null,
    relations: { belongsTo: null, links: [], types: [] },
    describeField: (path) => describeField(definition, path),
    openChoice: () => null,
    openField(run, path) {
      const options = optionsOfVersion(definition, run);
      return options === null ? null : createFieldSampler(definition, { ...run, options }, path);
    },
  };
}

/** Every field is a text that a record has unless its run asks for nulls. */
function describeField({ fields }: TextDefinition, path: string): FieldFacts | null {
  const field = fields.find(({ name }) => name === path);
  if (field === undefined) return null;
  return {
    type: "string",
    isOptional: false,
    uniqueness: uniqueFields.some((name) => name === path) ? "on_request" : "never",
    range: null,
    isTime: field.column.type === "timestamptz",
    // No character is written as an escape.
    bytes: field.schema.maxLength * 4 + 2,
    follows: [],
  };
}
