import type { Node, ObjectNode, Operator, ScalarNode } from "./shapes/nodes.ts";

/** The fields that a value follows from. */
export function dependenciesOf(operator: Operator): readonly ScalarNode[] {
  const isNode = (part: number | string | ScalarNode): part is ScalarNode => typeof part === "object";
  switch (operator.kind) {
    case "after":
    case "before":
      return [operator.of];
    case "product":
      return operator.factors.filter(isNode);
    case "add":
      return operator.terms.filter(isNode);
    case "template":
      return operator.parts.filter(isNode);
    case "series":
      return typeof operator.base === "number" ? [] : [operator.base];
    default:
      return [];
  }
}

/** All scalar nodes of a record. */
export function* scalarsOf(node: Node): Generator<ScalarNode> {
  switch (node.kind) {
    case "scalar":
      yield node;
      return;
    case "object":
      yield* scalarsOfObject(node);
      return;
    case "array":
      for (const each of node.prefix) yield* scalarsOf(each);
      if (node.items !== null) yield* scalarsOf(node.items);
      return;
    case "choice":
      for (const branch of node.branches) yield* scalarsOf(branch);
  }
}

function* scalarsOfObject({ fields, extras }: ObjectNode): Generator<ScalarNode> {
  for (const field of fields) yield* scalarsOf(field.node);
  for (const { names, values } of extras) {
    yield names;
    yield* scalarsOf(values);
  }
}
