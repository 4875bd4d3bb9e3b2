import { largestValue } from "../../generate/largest-value.ts";
import type { Node } from "../../generate/shapes/nodes.ts";
import { tableEntries } from "../../generate/table-entries.ts";
import { type Refusal, refuse } from "./facets.ts";
import { limits } from "./limits.ts";

/**
 * A type whose records may be too large for Kafka is told of the smallest part that is too large by itself; one of which too much is weighed or
 * checked, of the first value that is too many.
 */
export function refuseTooLarge(root: Node): Refusal | null {
  const weighed = findBeyond(root, limits.tableEntries, tableEntries);
  if (weighed !== null)
    return refuse(
      weighed.pointer,
      `weighs more days, ranks or values than are left of the ${limits.tableEntries.toLocaleString("en")} that a definition may; give fewer fields a growth, rhythm or skew, or shorter periods`,
    );
  const checked = findBeyond(root, limits.checked, ({ check }) => (check === null ? 0 : 1));
  if (checked !== null)
    return refuse(
      checked.pointer,
      `is more than the ${limits.checked}th value that only drawing again can make valid (${checked.check?.keywords.join(", ")}); ${limits.checked} are allowed`,
    );
  const node = findTooLarge(root);
  if (node === null) return null;
  const [bytes, most] = [largestValue(node), limits.recordBytes].map((each) => each.toLocaleString("en"));
  return refuse(
    node.pointer,
    `may have ${bytes} bytes as JSON; a record may have ${most}: give it fewer items or properties, or shorter texts`,
  );
}

/** The node with which a sum over all of them goes beyond a limit. */
function findBeyond(root: Node, limit: number, costOf: (node: Node) => number): Node | null {
  let left = limit;
  const visit = (node: Node): Node | null => {
    left -= costOf(node);
    if (left < 0) return node;
    for (const part of node.kind === "scalar" ? [] : partsOf(node)) {
      const found = visit(part);
      if (found !== null) return found;
    }
    return null;
  };
  return visit(root);
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
