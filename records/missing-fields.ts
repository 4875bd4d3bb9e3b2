import type { Decoded } from "./decode.ts";
import type { RecordType } from "./record-type.ts";

/** Completes what was decoded of a run's message. */
export type FlagMissing = (decoded: Decoded) => Decoded;

/**
 * Prepares the check that a record has every field that its run asked for. One that lacks some is kept and flagged; a
 * field that is null is there. The schema cannot say this: which fields a message must have depends on its run, and
 * other producers' need none in particular.
 * @param names the run's fields; those that the type does not have are passed over
 */
export function createMissingCheck(type: RecordType, names: readonly string[]): FlagMissing {
  const expected = type.fields.flatMap(({ name }, index) => (names.includes(name) ? [{ name, index }] : []));
  return (decoded) => {
    if (decoded.kind === "dead") return decoded;
    const { values, payload, error } = decoded;
    // Nearly always each has a value, and the message need not be read a second time.
    if (expected.every(({ index }) => values[index] !== null)) return decoded;
    const record: object = JSON.parse(payload);
    const missing = expected.filter(({ name }) => !Object.hasOwn(record, name));
    if (missing.length === 0) return decoded;
    const notes = missing.map(({ name }) => `${name}: missing`);
    return { ...decoded, error: (error === null ? notes : [error, ...notes]).join("; ") };
  };
}
