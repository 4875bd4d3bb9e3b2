import { isUtf8 } from "node:buffer";
import { createValidator } from "../../generate/shapes/create-validator.ts";
import type { Definition, JsonSchema, Node } from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import { findUnstorableEscape } from "../../json/escapes.ts";
import { beginsWith, isNull, type Recogniser, spansPerField } from "../../records/recogniser.ts";
import { isJsonbText } from "./column-text.ts";
import { type ColumnType, columnType } from "./column-type.ts";
import { createConjunction } from "./conjunction.ts";
import { createScalarCheck, kindOf, type ScalarCheck, type ScalarKind } from "./scalar-check.ts";
import type { TableColumn } from "./table.ts";

interface RecognisedField {
  /** The field as it begins: `"name":` */
  readonly start: Uint8Array;
  readonly kind: ScalarKind | "object";
  readonly isRequired: boolean;
  readonly isNullable: boolean;
  readonly isValid: ScalarCheck | null;
  /** Of an object. */
  readonly members: readonly RecognisedField[];
}

/** Keywords of an object that ask for nothing where it has none but its own properties, each at most once. */
const understood = new Set([
  "type",
  "properties",
  "required",
  "additionalProperties",
  "$defs",
  "definitions",
]);

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Finds the values of a record in its bytes where it is valid and written as the type's own
 * sampler writes it: single values, and objects of such, in the definition's order, texts without escapes. Everything else is left to the decoder.
 * @returns null for a type whose records hold arrays or anything else, or of whose schema more has to be known than its fields' own
 */
export function createOwnRecogniser(
  { schema, root }: Definition,
  columns: readonly TableColumn[],
): Recogniser | null {
  const validatorAt = createValidator(schema, { allErrors: false });
  const conjunction = createConjunction(schema);
  const typed = ({ name, node }: { readonly name: string; readonly node: Node }): Member => ({
    name,
    node,
    type: columnType(node, conjunction),
  });
  if (root.kind !== "object" || root.extras.length > 0) return null;
  const nodes = new Map(root.fields.map(({ name, node }) => [name, node]));
  const fields = readMembers(
    schema,
    "",
    columns.map(({ field, sqlType }) => ({ name: field, node: nodes.get(field) ?? null, type: sqlType })),
  );
  return fields === null ? null : recogniserOf(fields);

  function readMembers(
    own: JsonSchema,
    pointer: string,
    members: readonly Member[],
  ): readonly RecognisedField[] | null {
    const { properties } = own;
    if (!isSchema(properties) || !Object.keys(own).every((keyword) => understood.has(keyword))) return null;
    const required = Array.isArray(own.required) ? own.required : [];
    const found: RecognisedField[] = [];
    for (const member of members) {
      const { name } = member;
      const key = JSON.stringify(name);
      const ofMember = properties[name];
      // A name that PostgreSQL cannot hold makes a dead letter of any record that has it.
      if (!Object.hasOwn(properties, name) || !isSchema(ofMember) || findUnstorableEscape(key)) return null;
      const value = readValue(ofMember, `${pointer}${pointTo("/properties", name)}`, member);
      if (value === null) return null;
      const start = Uint8Array.from(Buffer.from(`${key}:`));
      found.push({ ...value, start, isRequired: required.includes(name) });
    }
    return required.every((name) => members.some((member) => member.name === name)) ? found : null;
  }

  function readValue(
    own: JsonSchema,
    place: string,
    { node, type }: Member,
  ): Omit<RecognisedField, "start" | "isRequired"> | null {
    const validate = validatorAt(place);
    const isNullable = validate(null);
    const kind = kindOf[type];
    if (kind !== null)
      return { kind, isNullable, isValid: createScalarCheck(type, own, validate), members: [] };
    const mayBeObject = own.type === "object" || (Array.isArray(own.type) && own.type.includes("object"));
    if (!mayBeObject || node?.kind !== "object" || node.extras.length > 0) return null;
    const members = readMembers(own, place, node.fields.map(typed));
    if (members === null) return null;
    return { kind: "object", isNullable, isValid: hasNumbers(members) ? isKept : null, members };
  }
}

/** A field whose value is looked for. */
interface Member {
  readonly name: string;
  /** Null of one that is not made. */
  readonly node: Node | null;
  /** What its value is held by: of fields within fields, what would hold it. */
  readonly type: ColumnType;
}

const hasNumbers = (members: readonly RecognisedField[]): boolean =>
  members.some(({ kind, members: inner }) => kind === "number" || hasNumbers(inner));

/** Whether the decoder takes the text of an object as it is: where there may be a huge number, it is written as JSON.stringify writes numbers. */
const isKept: ScalarCheck = (bytes, start, end) => isJsonbText(bytes.toString("latin1", start, end));

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function recogniserOf(fields: readonly RecognisedField[]): Recogniser {
  const spans = new Int32Array(spansPerField * fields.length);
  let isAscii = true;

  /**
   * @param spans where the fields are found; null within a field
   * @returns where the object ends that begins here; -1 where it is another one
   */
  function readObject(
    bytes: Buffer,
    begin: number,
    fields: readonly RecognisedField[],
    spans: Int32Array | null,
  ): number {
    if (bytes[begin] !== openBrace) return -1;
    let at = begin + 1;
    let isBehindComma = true;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index] as RecognisedField;
      const span = spansPerField * index;
      if (!isBehindComma || !beginsWith(bytes, at, field.start)) {
        if (field.isRequired) return -1;
        spans?.fill(-1, span, span + spansPerField);
        continue;
      }
      const startAt = at;
      at += field.start.length;
      let valueAt = at;
      let valueEnd: number;
      if (bytes[at] === quote) {
        if (field.kind !== "string") return -1;
        valueAt = ++at;
        let high = 0;
        let byte = bytes[at] as number;
        // Behind the end there is no byte, which is not greater than anything.
        while (byte !== quote && byte !== backslash && byte >= 0x20) {
          high |= byte;
          byte = bytes[++at] as number;
        }
        if (byte !== quote) return -1;
        if (high > 0x7f) isAscii = false;
        valueEnd = at++;
      } else if (isNull(bytes, at)) {
        if (!field.isNullable) return -1;
        valueAt = -1;
        valueEnd = -1;
        at += 4;
      } else if (field.kind === "object") {
        at = readObject(bytes, at, field.members, null);
        if (at < 0) return -1;
        valueEnd = at;
      } else {
        if (field.kind === "string") return -1;
        while (at < bytes.length && bytes[at] !== comma && bytes[at] !== closeBrace) at++;
        valueEnd = at;
      }
      if (valueAt >= 0 && field.isValid !== null && !field.isValid(bytes, valueAt, valueEnd)) return -1;
      if (spans !== null) {
        spans[span] = startAt;
        spans[span + 1] = at;
        spans[span + 2] = valueAt;
        spans[span + 3] = valueEnd;
      }
      isBehindComma = bytes[at] === comma;
      if (isBehindComma) at++;
    }
    // What follows a comma is a field: where none was found behind the last one, this is not the closing brace.
    const isClosed = bytes[at] === closeBrace && !(isBehindComma && at > begin + 1);
    return isClosed ? at + 1 : -1;
  }

  function recognise(bytes: Buffer): boolean {
    isAscii = true;
    return readObject(bytes, 0, fields, spans) === bytes.length && (isAscii || isUtf8(bytes));
  }

  return { recognise, spans };
}
