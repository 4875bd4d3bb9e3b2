import type { Sampler, SamplingContext } from "../../generate/people/sampling-context.ts";
import type { RecordField } from "../../records/record-field.ts";

/** The JSON Schema of a field's value; keywords as in draft 2020-12. */
export interface FieldSchema {
  readonly type: readonly ["string", "null"];
  readonly description: string;
  readonly maxLength: number;
  readonly examples: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly anyOf?: readonly { readonly format: string }[];
}

/** The columns that text becomes. */
export type TextColumn =
  | { readonly name: string; readonly type: "varchar"; readonly length: number }
  | { readonly name: string; readonly type: "timestamptz" };

export interface Field extends RecordField {
  readonly label: string;
  readonly schema: FieldSchema;
  readonly column: TextColumn;
  /** Prepares what is the same for every record of a run. */
  readonly sampler: (context: SamplingContext) => Sampler;
}

/** A flat type of texts, about the built-in people: what form, generator, validator, OpenAPI document and COPY columns read. */
export interface TextDefinition {
  readonly name: string;
  /** Raised by every change that changes a record made from the same seed. */
  readonly version: number;
  /** Names the fields' random streams: the first version that drew from them as this one does. */
  readonly streams: string;
  readonly fields: readonly Field[];
}

/** The JSON Schema of a record's message value (draft 2020-12). */
export function recordSchema(type: TextDefinition): Record<string, unknown> {
  return {
    type: "object",
    minProperties: 1,
    properties: Object.fromEntries(type.fields.map((field) => [field.name, field.schema])),
    additionalProperties: true,
  };
}
