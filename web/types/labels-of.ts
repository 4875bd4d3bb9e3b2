import type { RecordType } from "../../records/record-type.ts";

/** Field -> what a person reads in its place, where that is not its name. */
export const labelsOf = ({ fields }: RecordType): ReadonlyMap<string, string> =>
  new Map(fields.flatMap(({ name, label }) => (label === undefined ? [] : [[name, label]])));
