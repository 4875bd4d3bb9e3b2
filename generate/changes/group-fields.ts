import { dependenciesOf, scalarsOf } from "../dependencies.ts";
import type { Definition, Field, Node, ScalarNode } from "../shapes/nodes.ts";

/** How the fields of a record that changes go together; names are in the record's order. */
export interface FieldGroups {
  /** Each update changes the fields of one of these, and those of `moving`. */
  readonly changing: readonly (readonly string[])[];
  /** Follow from the change itself: its time, its number, what state the record is in then. */
  readonly moving: readonly string[];
  /** Fields that were to change and cannot, and why. */
  readonly faults: readonly { readonly field: string; readonly message: string }[];
}

/**
 * What follows from one another changes together, so that a state is as coherent as a record that is made anew. What tells one record
 * from another never changes, nor what leads to other records; times only where the definition says so.
 */
export function groupFields({
  root,
  key,
  messageKey,
  changes,
  belongsTo,
}: Pick<Definition, "root" | "key" | "messageKey" | "changes" | "belongsTo">): FieldGroups {
  const fields = root.kind === "object" ? root.fields : [];
  const asked = changes?.fields ?? null;
  const fixed = new Set([...key, ...messageKey]);
  const groups = joinDependent(fields);
  const changing: (readonly string[])[] = [];
  const moving: string[] = [];
  const faults: { field: string; message: string }[] = [];
  for (const group of groups) {
    const names = group.map(({ name }) => name);
    const wanted = asked === null ? [] : names.filter((name) => asked.includes(name));
    const movers = group.filter(({ node }) => scalars(node).some((each) => isMoving(each, belongsTo)));
    const movingKey = movers.find(({ name }) => fixed.has(name));
    if (movingKey !== undefined) {
      faults.push({ field: movingKey.name, message: "is of the key, which no change may change" });
      continue;
    }
    if (movers.length > 0) {
      const other = group.find((field) => !movers.includes(field));
      if (other === undefined) moving.push(...names);
      else
        faults.push({
          field: other.name,
          message: `goes together with ${movers[0]?.name}, which follows from the change itself; nothing else can`,
        });
      continue;
    }
    const reason = group.map((field) => whyFixed(field, fixed)).find((each) => each !== null) ?? null;
    if (reason !== null)
      faults.push(...wanted.map((field) => ({ field, message: `cannot change: ${reason}` })));
    else if (asked === null ? !group.some(isTime) : wanted.length > 0) changing.push(names);
  }
  const known = new Set(fields.map(({ name }) => name));
  for (const field of asked ?? [])
    if (!known.has(field)) faults.push({ field, message: "is no property of the record" });
  return { changing, moving, faults };
}

const scalars = (node: Node): readonly ScalarNode[] => [...scalarsOf(node)];

/** Of children `ordinal` says which of their parent's they are, which stays. */
const isMoving = ({ operator: { kind } }: ScalarNode, belongsTo: Definition["belongsTo"]): boolean =>
  kind === "tick" || kind === "machine" || (kind === "ordinal" && belongsTo === null);

const isTime = ({ node }: Field): boolean =>
  scalars(node).some(({ operator: { kind } }) => kind === "between" || kind === "after" || kind === "before");

const related = new Set(["ref", "through", "parent", "ordinal", "sum", "min", "max", "count", "series"]);

function whyFixed({ name, node }: Field, keys: ReadonlySet<string>): string | null {
  if (keys.has(name)) return `${name} is of the key`;
  for (const { operator, unique } of scalars(node)) {
    if (unique || operator.kind === "sequence") return `${name} is unique`;
    if (related.has(operator.kind)) return `${name} follows from other records`;
  }
  return isConstant(node) ? `${name} is always the same` : null;
}

function isConstant(node: Node): boolean {
  if (node.nulls > 0) return false;
  if (node.kind === "object")
    return (
      node.extras.length === 0 && node.fields.every((each) => each.presence === 1 && isConstant(each.node))
    );
  if (node.kind !== "scalar") return false;
  const { operator, grid } = node;
  if (grid !== null && grid.lowest === grid.highest) return true;
  return operator.kind === "const" || (operator.kind === "values" && operator.values.length === 1);
}

/** Fields of which one follows from another, and those of the record's person. */
function joinDependent(fields: readonly Field[]): readonly (readonly Field[])[] {
  const groupOf = new Map<Field, Field[]>(fields.map((field) => [field, [field]]));
  const join = (one: Field, other: Field): void => {
    const [kept, taken] = [groupOf.get(one), groupOf.get(other)] as [Field[], Field[]];
    if (kept === taken) return;
    kept.push(...taken);
    for (const field of taken) groupOf.set(field, kept);
  };
  const owners = new Map(
    fields.flatMap((field) => scalars(field.node).map((node) => [node, field] as const)),
  );
  const people = fields.filter(({ node }) =>
    scalars(node).some(({ operator }) => operator.kind === "person"),
  );
  for (const field of fields) {
    for (const node of scalars(field.node)) {
      for (const each of dependenciesOf(node.operator)) {
        const owner = owners.get(each);
        if (owner !== undefined) join(field, owner);
      }
      const { operator } = node;
      const through = operator.kind === "through" ? owners.get(operator.of) : undefined;
      if (through !== undefined) join(field, through);
    }
    if (people.includes(field)) join(people[0] as Field, field);
  }
  const order = new Map(fields.map((field, index) => [field, index]));
  const inOrder = (group: readonly Field[]): readonly Field[] =>
    [...group].sort((a, b) => (order.get(a) as number) - (order.get(b) as number));
  return [...new Set(fields.map((field) => groupOf.get(field) as Field[]))].map(inOrder);
}
