import { largestValue } from "../../generate/largest-value.ts";
import { type Refusal, refuse } from "./facets.ts";
import { limits } from "./limits.ts";
import type { Node } from "./nodes.ts";

/** A type whose records may be too large for Kafka is told of the smallest part that is too large by itself. */
export function refuseTooLarge(root: Node): Refusal | null {
  const node = findTooLarge(root);
  if (node === null) return null;
  const [bytes, most] = [largestValue(node), limits.recordBytes].map((each) => each.toLocaleString("en"));
  return refuse(
    node.pointer,
    `may have ${bytes} bytes as JSON; a record may have ${most}: give it fewer items or properties, or shorter texts`,
  );
}

function findTooLarge(node: Node): Node | null {
  if (largestValue(node) <= limits.recordBytes) return null;
  for (const part of partsOf(node)) {
    const found = findTooLarge(part);
    if (found !== null) return found;
  }
  return node;
}

function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "scalar":
      return node.operator.kind === "template"
        ? node.operator.parts.filter((part) => typeof part !== "string")
        : [];
    case "object":
      return [
        ...node.fields.map((field) => field.node),
        ...node.extras.flatMap(({ names, values }) => [names, values]),
      ];
    case "array":
      return [...node.prefix, ...(node.items === null ? [] : [node.items])];
    case "choice":
      return node.branches;
  }
}
