import type { RecordType } from "../../records/record-type.ts";
import type { RecordTypes } from "../../records/record-types.ts";

/** The types that there are, but for those that are to be had in place of theirs. */
export function withTypes(
  types: Pick<RecordTypes, "findNewest">,
  others: readonly RecordType[],
): Pick<RecordTypes, "findNewest"> {
  return {
    async findNewest(name) {
      const type = others.find((each) => each.name === name);
      // Their records are looked at, and sent nowhere.
      return type === undefined ? types.findNewest(name) : { type, topic: name };
    },
  };
}
