export interface RecordField {
  /** The key in the message. */
  readonly name: string;
  /** What a person reads in its place; its name where there is none. */
  readonly label?: string;
  readonly description?: string;
  readonly column: Column;
}

/** The column that a field becomes. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** The most characters of a `varchar`. */
  readonly length?: number;
}

export type ColumnType =
  | "varchar"
  | "text"
  | "bigint"
  | "numeric"
  | "double precision"
  | "boolean"
  | "timestamptz"
  | "date"
  | "uuid"
  | "jsonb";

/** The fields of these names, in the type's order. @throws RangeError for a name that the type lacks */
export function selectFields<F extends RecordField>(
  type: { readonly name: string; readonly fields: readonly F[] },
  names: readonly string[],
): readonly F[] {
  const unknown = names.find((name) => !type.fields.some((field) => field.name === name));
  if (unknown !== undefined) throw new RangeError(`${type.name} has no field ${JSON.stringify(unknown)}`);
  return type.fields.filter((field) => names.includes(field.name));
}
