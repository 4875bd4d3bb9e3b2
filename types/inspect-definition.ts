import type { Definition } from "../generate/shapes/nodes.ts";
import { isRelated } from "../records/record-type.ts";
import { relationsOf } from "./compile/describe-field.ts";
import { checkTable } from "./compile/table.ts";
import type { Fault } from "./definition/problem.ts";
import { tryRecords } from "./try-records.ts";

/** What parsing alone does not tell: whether PostgreSQL can have the table, and whether the records that are made are valid. @param maxMs as `tryRecords` */
export const inspectDefinition = (definition: Definition, maxMs?: number): readonly Fault[] => [
  ...checkTable(definition),
  // Records that follow from those of other types are tried where these are known.
  ...(isRelated(relationsOf(definition)) ? [] : tryRecords(definition, maxMs)),
];
