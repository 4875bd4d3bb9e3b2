import { spansPerField } from "../../records/recogniser.ts";
import type { RunFields } from "../../records/run-fields.ts";
import type { TextDefinition } from "./text-definition.ts";

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
