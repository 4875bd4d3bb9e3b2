import { groupFields } from "../../generate/changes/group-fields.ts";
import { largestValue } from "../../generate/largest-value.ts";
import { isObject } from "../../generate/shapes/is-object.ts";
import type {
  Belonging,
  Changes,
  ChoiceNode,
  Definition,
  Json,
  Node,
  ObjectNode,
} from "../../generate/shapes/nodes.ts";
import { pointTo } from "../../generate/shapes/pointer.ts";
import type { Schema } from "../../generate/shapes/walk-schema.ts";
import { stateColumns } from "../../records/record-type.ts";
import { sourceBytes } from "../changes/log-definition.ts";
import { limits } from "./limits.ts";
import type { Fault } from "./problem.ts";
import { parseDuration } from "./read-times.ts";
import { namesOf, textOf } from "./said-values.ts";

const usualOverMs = 30 * 86_400_000;

/** How the records change. */
export function settleChanges(
  { changes: said }: Schema,
  belongsTo: Belonging | null,
): Changes | null | Fault {
  if (!isObject(said)) return null;
  const fault = (member: string, message: string): Fault => ({
    pointer: pointTo("/x-record/changes", member),
    message,
  });
  if (belongsTo?.kind === "series")
    return { pointer: "/x-record/changes", message: "stands beside seriesOf; readings do not change" };
  const { updates = 0, deletes = 0, over, envelope, state = null, fields } = said;
  if (!isInHundredths(updates)) return fault("updates", "must be a whole number of hundredths, as 0.3");
  if (!isInHundredths(deletes)) return fault("deletes", "must be a whole number of hundredths, as 0.05");
  const overMs = typeof over === "string" ? parseDuration(over) : usualOverMs;
  if (overMs === 0) return fault("over", "must be at least a second");
  return {
    updates: updates as number,
    deletes: deletes as number,
    overMs,
    envelope: envelope === "upsert" ? "upsert" : "debezium",
    state: textOf(state),
    fields: fields === undefined ? null : namesOf(fields),
  };
}

/** Whether no two records have the same. That a parent's field is unique among parents is checked where types are linked. */
function isUniqueKey(keys: readonly Node[]): boolean {
  const has = (kind: string): boolean =>
    keys.some((node) => node.kind === "scalar" && node.operator.kind === kind);
  return (
    keys.some((node) => node.kind === "scalar" && node.unique) ||
    has("sequence") ||
    has("uuid") ||
    (has("parent") && has("ordinal"))
  );
}

const isInHundredths = (value: Json): boolean =>
  Math.abs(Math.round((value as number) * 100) - (value as number) * 100) < 1e-9;

/** What stands in the way of records' changes. */
export function checkChanges(
  record: Omit<Definition, "schema" | "root" | "version">,
  root: ObjectNode | ChoiceNode,
): readonly Fault[] {
  const { changes, key, messageKey, table, stats } = record;
  if (changes === null) return [];
  const pointer = "/x-record/changes";
  const fail = (message: string): readonly Fault[] => [{ pointer, message }];
  if (root.kind !== "object" || root.check !== null || root.extras.length > 0)
    return fail(
      "needs records whose properties are named and valid by themselves: without oneOf, anyOf, additionalProperties and the like at the root",
    );
  if (key.length === 0)
    return fail("needs a key, by which changes are told to be of one record: write x-record: {key: …}");
  const keys = root.fields.filter(({ name }) => key.includes(name)).map(({ node }) => node);
  const isMixed = (node: Node): boolean => node.kind !== "scalar" || node.type === "any";
  const mixed = keys.find(isMixed);
  if (mixed !== undefined)
    return [{ pointer: mixed.pointer, message: "is of the key, and must have values of one type" }];
  if (!isUniqueKey(keys))
    return [
      {
        pointer: "/x-record/key",
        message:
          "must tell records apart: one of its fields unique, a sequence or a UUID, or of children a field of the parent with ordinal",
      },
    ];
  if (messageKey.join() !== key.join())
    return [
      {
        pointer: "/x-record/messageKey",
        message: "must be the key, since a deleted record is known by nothing else; leave it out",
      },
    ];
  if (changes.state !== null && table === null)
    return [{ pointer: `${pointer}/state`, message: "is made of the rows; leave it out with table: null" }];
  if (changes.state !== null && changes.state === table)
    return [
      { pointer: `${pointer}/state`, message: `the table ${table} is that of the changes; choose another` },
    ];
  const bytes = 2 * largestValue(root) + sourceBytes;
  if (changes.envelope === "debezium" && bytes > limits.recordBytes)
    return fail(
      `comes to ${bytes.toLocaleString("en")} bytes with what a record was and what it is, and a message to ${limits.recordBytes.toLocaleString("en")}; bound its fields, or write envelope: upsert`,
    );
  if (changes.state !== null && root.fields.some(({ name }) => name === stateColumns.deleted))
    return [
      {
        pointer: `${pointer}/state`,
        message: `would have the column ${stateColumns.deleted} twice; rename the field of that name`,
      },
    ];
  const keyBytes = root.fields
    .filter(({ name }) => key.includes(name))
    .reduce((sum, { node }) => sum + largestValue(node), 0);
  if (changes.state !== null && keyBytes > limits.indexedBytes)
    return [
      {
        pointer: `${pointer}/state`,
        message: `finds records by their key, which may come to ${keyBytes.toLocaleString("en")} bytes, and PostgreSQL indexes ${limits.indexedBytes.toLocaleString("en")}; bound its fields`,
      },
    ];
  if (changes.envelope === "debezium" && stats.by.length + stats.sum.length > 0)
    return [
      {
        pointer: "/x-record/stats",
        message:
          "names fields, which Debezium's rows have within before and after; leave it out: they are counted by op",
      },
    ];
  const { belongsTo } = record;
  const { changing, moving, faults } = groupFields({ root, key, messageKey, changes, belongsTo });
  if (faults.length > 0)
    return faults.map(({ field, message }) => {
      const index = changes.fields?.indexOf(field) ?? -1;
      const own = root.fields.find(({ name }) => name === field);
      return {
        pointer: index >= 0 ? pointTo(`${pointer}/fields`, index) : (own?.node.pointer ?? pointer),
        message: index >= 0 ? `names ${JSON.stringify(field)}, which ${message}` : message,
      };
    });
  return changes.updates > 0 && changing.length + moving.length === 0
    ? [
        {
          pointer: `${pointer}/updates`,
          message:
            "has nothing to change: all fields are of the key, unique, always the same, times, or follow from others",
        },
      ]
    : [];
}
