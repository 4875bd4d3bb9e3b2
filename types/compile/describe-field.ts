import { dependenciesOf, scalarsOf } from "../../generate/dependencies.ts";
import { largestValue } from "../../generate/largest-value.ts";
import { toNumber } from "../../generate/shapes/decimal.ts";
import type { Definition, ObjectNode, ScalarNode } from "../../generate/shapes/nodes.ts";
import { tokensOf } from "../../generate/shapes/pointer.ts";
import type { FieldFacts, Link, Relations } from "../../records/record-type.ts";

interface Found {
  /** In which it stands, the record first. */
  readonly objects: readonly ObjectNode[];
  readonly node: ScalarNode;
  readonly isAlwaysThere: boolean;
}

/** A single value by its path `a/b`; null where there is none that others could make again by itself. */
export function findScalar({ root }: Definition, path: string): Found | null {
  const objects: ObjectNode[] = [];
  let node: Definition["root"] | ScalarNode = root;
  let isAlwaysThere = true;
  for (const token of tokensOf(`/${path}`)) {
    // What is checked as a whole may be drawn again as a whole.
    if (node.kind !== "object" || node.check !== null) return null;
    objects.push(node);
    const field: ObjectNode["fields"][number] | undefined = node.fields.find(({ name }) => name === token);
    if (field === undefined || (field.node.kind !== "object" && field.node.kind !== "scalar")) return null;
    isAlwaysThere &&= field.presence === 1 && field.node.nulls === 0;
    node = field.node;
  }
  return node.kind === "scalar" ? { objects, node, isAlwaysThere } : null;
}

export function describeField(definition: Definition, path: string): FieldFacts | null {
  const found = findScalar(definition, path);
  if (found === null) return null;
  const { node, isAlwaysThere } = found;
  const { grid, operator } = node;
  return {
    type: node.type,
    isOptional: !isAlwaysThere || isMissingAtFirst(definition, node),
    uniqueness: isUnique(node) ? "always" : "never",
    range:
      grid === null
        ? null
        : {
            lowest: toNumber({ units: grid.lowest, decimals: grid.decimals }),
            highest: toNumber({ units: grid.highest, decimals: grid.decimals }),
            decimals: grid.decimals,
          },
    isTime: "shape" in operator && operator.shape !== undefined,
    bytes: largestValue(node),
    follows: followed(node, new Set()),
  };
}

/** A reference to one's own type, which the first record has not. */
const isMissingAtFirst = ({ name }: Definition, { operator }: ScalarNode): boolean =>
  operator.kind === "ref" && operator.type === name;

const isUnique = ({ unique, operator }: ScalarNode): boolean =>
  unique || operator.kind === "sequence" || operator.kind === "uuid";

/** Fields of other records, also those that it is made from by way of fields beside it. */
function followed(node: ScalarNode, known: Set<ScalarNode>): FieldFacts["follows"] {
  if (known.has(node)) return [];
  known.add(node);
  return [...ownFollowed(node), ...dependenciesOf(node.operator).flatMap((each) => followed(each, known))];
}

function ownFollowed({ operator }: ScalarNode): FieldFacts["follows"] {
  switch (operator.kind) {
    case "ref":
    case "parent":
      return [{ type: operator.type, path: operator.field, records: "one" }];
    case "through":
      return [{ type: typeBehind(operator.of), path: operator.field, records: "one" }];
    case "sum":
    case "min":
    case "max":
      return [{ type: operator.type, path: operator.field, records: "children" }];
    default:
      return [];
  }
}

/** The type of the record to which a reference leads. */
export function typeBehind({ operator, pointer }: ScalarNode): string {
  if (operator.kind === "ref" || operator.kind === "parent") return operator.type;
  if (operator.kind === "through") return typeBehind(operator.of);
  throw new Error(`${pointer} is of no other record`);
}

/** All single values of a record, and those of related records that stand in their operators. */
export function* allScalars({ root }: Definition): Generator<ScalarNode> {
  for (const node of scalarsOf(root)) {
    yield node;
    for (const each of dependenciesOf(node.operator)) if (each.isApart === true) yield each;
  }
}

export function relationsOf(definition: Definition): Relations {
  const { name, belongsTo } = definition;
  const types = new Set<string>(belongsTo === null ? [] : [belongsTo.of]);
  const links: Link[] = [];
  for (const node of allScalars(definition)) {
    const { operator } = node;
    if (operator.kind === "count") types.add(operator.type);
    for (const { type } of ownFollowed(node)) types.add(type);
    const link = node.isApart === true ? null : linkOf(node);
    if (link !== null) links.push(link);
  }
  types.delete(name);
  return { belongsTo, links, types: [...types] };
}

function linkOf(node: ScalarNode): Link | null {
  const { operator } = node;
  const from = pathOf(node);
  switch (operator.kind) {
    case "ref":
    case "parent":
    case "sum":
    case "min":
    case "max":
      return { kind: operator.kind, type: operator.type, path: operator.field, from, via: null };
    case "through":
      return {
        kind: "through",
        type: typeBehind(operator.of),
        path: operator.field,
        from,
        via: pathOf(operator.of),
      };
    case "count":
      return { kind: "count", type: operator.type, path: "", from, via: null };
    default:
      return null;
  }
}

/** By which others name a field: `address/city`. */
export const pathOf = ({ stream }: ScalarNode): string => stream.slice(stream.indexOf("/") + 1);
