/**
 * Finds a record's values in its bytes, where it is clean and written as `JSON.stringify` writes it: an object of fields of
 * the type, in its order, each at most once, whose values are null or text without an escape. Everything else is left
 * to the decoder, also what would turn out to be clean: `recognise` decides nothing that the decoder would decide
 * otherwise, and what it takes the decoder takes with the same values.
 *
 * It buys most of a consumer's time: JSON.parse, a validation by ajv and the strings of a record's fields cost three times
 * as much as a look at each byte.
 */
export interface Recogniser {
  /** Whether a message's value is such a record; then `spans` says where in it the values are. */
  recognise(value: Buffer): boolean;
  /**
   * Of the last record that was recognised, four numbers a field of the type: where the field begins, with its name's
   * quotation mark, and where it ends; where its text begins and ends, without quotation marks. All are -1 where the
   * record does not have the field; the last two also where it is null.
   */
  readonly spans: Int32Array;
}

/** How many of `spans` are a field's. */
export const spansPerField = 4;

/** Whether these bytes stand at this place. */
export function beginsWith(bytes: Buffer, at: number, start: Uint8Array): boolean {
  for (let index = 0; index < start.length; index++) {
    if (bytes[at + index] !== start[index]) return false;
  }
  return true;
}

/** Whether JSON's `null` stands at this place. */
export function isNull(bytes: Buffer, at: number): boolean {
  // n, u, l, l
  return bytes[at] === 0x6e && bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x6c;
}
