import type { Draws } from "./draws.ts";
import type { Model } from "./model.ts";
import type { People } from "./people.ts";
import type { RecordField } from "./record-type.ts";
import type { Utf8Writer } from "./utf8-writer.ts";

/** What the records of a run depend on beside their sequence numbers. */
export interface SamplingContext {
  readonly seed: number;
  /** The run's pinned "now": a UTC instant in milliseconds since 1970. */
  readonly referenceTimeMs: number;
  readonly model: Model;
  /** Whom the records are about, where their fields fit one another. */
  readonly people: () => People;
}

/**
 * Draws one value of a sequence number from the field's stream, which is opened at it, and writes it: text that may stand
 * between JSON's quotes without escaping.
 */
export type Sampler = (draws: Draws, out: Utf8Writer, seq: number) => void;

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
  /** The name that a person reads in the form. */
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
