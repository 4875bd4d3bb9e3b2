import { dependenciesOf } from "../../generate/dependencies.ts";
import type { ScalarNode } from "../../generate/shapes/nodes.ts";
import { tokensOf } from "../../generate/shapes/pointer.ts";
import type { Builder, Entry, Scope } from "./builder.ts";
import { isRefusal, type Refusal, refuse } from "./facets.ts";
import { limits } from "./limits.ts";

/** Of which another problem tells already. */
const toldElsewhere: Refusal = { faults: [], canBeLeftOut: false };

/**
 * The field that another one is made from: `price` beside it or in an object around it, `address/city` within one of these, `/price` from
 * the record's root.
 */
export function findField(
  path: string,
  pointer: string,
  scope: Scope | null,
  canBeNull: boolean,
  { opened }: Builder,
): ScalarNode | Refusal {
  const entry = findEntry(path, pointer, scope);
  if (isRefusal(entry)) return entry;
  if (opened.includes(entry.place)) {
    const cycle = [...opened.slice(opened.indexOf(entry.place)), entry.place].map((place) =>
      tokensOf(place).join("/"),
    );
    return refuse(pointer, `depends on itself: ${cycle.join(" -> ")}`);
  }
  const tooLong = refuse(
    pointer,
    `is the last of more than ${limits.chain} fields that are made from one another`,
  );
  if (opened.length > limits.chain + limits.recordDepth) return tooLong;
  const node = entry.build();
  if (isRefusal(node)) {
    if (node.canBeLeftOut) return refuse(pointer, `${path} never has a value`);
    return toldElsewhere;
  }
  if (node.kind === "scalar" && chainOf(node) >= limits.chain) return tooLong;
  if (node.kind !== "scalar")
    return refuse(
      pointer,
      `${path} has no single value: it is ${node.kind === "choice" ? "a choice" : `an ${node.kind}`}`,
    );
  if (node.nulls > 0 && !canBeNull)
    return refuse(
      pointer,
      `${path} can be null, and this field cannot; allow null here, or give ${path} nulls: 0`,
    );
  return node;
}

const chains = new WeakMap<ScalarNode, number>();

/** How many fields a field is made from, one behind the other, itself included. */
function chainOf(node: ScalarNode): number {
  const length = chains.get(node) ?? 1 + Math.max(0, ...dependenciesOf(node.operator).map(chainOf));
  chains.set(node, length);
  return length;
}

function findEntry(path: string, pointer: string, scope: Scope | null): Entry | Refusal {
  const isFromRoot = path.startsWith("/");
  const [first = "", ...rest] = scope?.fields.has(path) ? [path] : tokensOf(isFromRoot ? path : `/${path}`);
  let around = scope;
  if (isFromRoot) while (around?.parent) around = around.parent;
  else while (around?.parent && !around.fields.has(first)) around = around.parent;
  let entry = around?.fields.get(first);
  for (const token of rest) {
    if (entry === undefined) break;
    const within: Scope | null = entry.prepared().scope;
    if (within === null) return refuse(pointer, `${path} leads through what is no object with fixed fields`);
    entry = within.fields.get(token);
  }
  if (entry) return entry;
  const known = [...(scope?.fields.keys() ?? [])].slice(0, 20).join(", ");
  return refuse(pointer, `names ${JSON.stringify(path)}, which is no field here; there are ${known}`);
}
