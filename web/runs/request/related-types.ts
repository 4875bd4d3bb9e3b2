import { isRelated, type RecordType } from "../../../records/record-type.ts";
import { invalidRequest } from "../../http/problem.ts";

/** Records that belong to others are determined only together with them. @throws Problem that says what to ask for */
export function refuseRelated(type: RecordType): void {
  const { name, relations } = type;
  if (!isRelated(relations)) return;
  const others = relations.types.length === 0 ? "one another" : `records of ${relations.types.join(", ")}`;
  const how = relations.belongsTo === null ? "refers to" : "belongs to";
  const message = `${name} ${how} ${others}; ask for a dataset: POST /api/datasets {"types": {"${name}": {}}}`;
  throw invalidRequest([{ field: "type", message }]);
}
