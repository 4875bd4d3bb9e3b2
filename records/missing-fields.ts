import type { Decoded } from "./decode.ts";
import type { RecordType } from "./record-type.ts";

/** What a run's records must have. */
export interface RunFields {
  /** Their places in the record type's order. */
  readonly expected: readonly number[];
  /**
   * Flags the row of a record that lacks some of them; it is kept. A field that is null is there. The schema cannot say
   * this: which fields a message must have depends on its run, and other producers' need none in particular.
   */
  readonly flagMissing: (decoded: Decoded) => Decoded;
}

/** Of a message that belongs to no run, or to one that is not known: whatever it has will do. */
export const anyFields: RunFields = { expected: [], flagMissing: (decoded) => decoded };

/** @param names the run's fields; those that the type does not have are passed over */
export function createRunFields(type: RecordType, names: readonly string[]): RunFields {
  const expected = type.fields.flatMap(({ name }, index) => (names.includes(name) ? [index] : []));
  return {
    expected,
    flagMissing(decoded) {
      if (decoded.kind === "dead") return decoded;
      const { values, payload, error } = decoded;
      // Nearly always each has a value, and the message need not be read a second time.
      if (!expected.some((index) => values[index] === null)) return decoded;
      const record: object = JSON.parse(payload);
      const missing = expected.flatMap((index) => {
        const name = type.fields[index]?.name ?? "";
        return Object.hasOwn(record, name) ? [] : [`${name}: missing`];
      });
      if (missing.length === 0) return decoded;
      return { ...decoded, error: (error === null ? missing : [error, ...missing]).join("; ") };
    },
  };
}
