import type { RecordType } from "../../../records/record-type.ts";
import { invalidRequest } from "../../http/problem.ts";

/** Whether a type's records follow from those of other types, or from other records of its own. */
export const isRelated = ({ relations: { belongsTo, links, types } }: RecordType): boolean =>
  belongsTo !== null || links.length > 0 || types.length > 0;

/** Records that belong to others are determined only together with them. @throws Problem that says what to ask for */
export function refuseRelated(type: RecordType): void {
  if (!isRelated(type)) return;
  const { name, relations } = type;
  const others = relations.types.length === 0 ? "one another" : `records of ${relations.types.join(", ")}`;
  const how = relations.belongsTo === null ? "refers to" : "belongs to";
  const message = `${name} ${how} ${others}; ask for a dataset: POST /api/datasets {"types": {"${name}": {}}}`;
  throw invalidRequest([{ field: "type", message }]);
}
