import type { Decoded } from "./decode.ts";
import { spansPerField } from "./recognise.ts";
import type { TextDefinition } from "./text-definition.ts";

/** What a run's records must have. */
export interface RunFields {
  /** Whether a record that was recognised has all of them; `spans` say what was recognised in it. */
  readonly isComplete: (spans: Int32Array) => boolean;
  /**
   * Flags the row of a record that lacks some of them; it is kept. A field that is null is there. The schema cannot say
   * this: which fields a message must have depends on its run, and other producers' need none in particular.
   */
  readonly flagMissing: (decoded: Decoded) => Decoded;
}

/** Of a message that belongs to no run, or to one that is not known: whatever it has will do. */
export const anyFields: RunFields = { isComplete: () => true, flagMissing: (decoded) => decoded };

/** @param names the run's fields; those that the type does not have are passed over */
export function createRunFields(type: TextDefinition, names: readonly string[]): RunFields {
  const expected = type.fields.flatMap(({ name }, index) => (names.includes(name) ? [index] : []));
  const spansOf = Int32Array.from(expected, (index) => spansPerField * index);
  return {
    isComplete(spans) {
      for (let at = 0; at < spansOf.length; at++) {
        if ((spans[spansOf[at] as number] as number) < 0) return false;
      }
      return true;
    },
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
