import { dependenciesOf } from "../../generate/dependencies.ts";
import type { Node, ScalarNode } from "../../generate/shapes/nodes.ts";
import { tokensOf } from "../../generate/shapes/pointer.ts";
import type { Builder, Entry, Scope } from "./builder.ts";
import { isRefusal, type Refusal, refuse } from "./facets.ts";
import { limits } from "./limits.ts";
import { apart } from "./make-related.ts";

/** Of which another problem tells already. */
const toldElsewhere: Refusal = { faults: [], canBeLeftOut: false };

/**
 * The field that another one is made from: `price` beside it or in an object around it, `address/city` within one of these, `/price` from
 * the record's root. Behind a reference the path goes on in the record that it leads to: `user_email/date`.
 */
export function findField(
  path: string,
  pointer: string,
  scope: Scope | null,
  canBeNull: boolean,
  { opened, record }: Builder,
): ScalarNode | Refusal {
  const found = findEntry(path, pointer, scope);
  if (isRefusal(found)) return found;
  const { entry, beyond } = found;
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
  if (beyond.length > 0) return readBeyond(node, beyond, { path, pointer, record });
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

/** What stands in the record that a field refers to. */
function readBeyond(
  node: Node,
  beyond: readonly string[],
  { path, pointer, record }: { readonly path: string; readonly pointer: string } & Pick<Builder, "record">,
): ScalarNode | Refusal {
  const { kind } = node.kind === "scalar" ? node.operator : node;
  if (node.kind !== "scalar" || (kind !== "ref" && kind !== "through" && kind !== "parent"))
    return refuse(
      pointer,
      `${path} leads through what is neither an object with fixed fields nor a reference`,
    );
  if (node.operator.kind === "ref" && node.operator.type === record.name)
    return refuse(
      pointer,
      `${path} is of no record where ${node.pointer} is null, as it is in the first record`,
    );
  return apart({ kind: "through", of: node, field: beyond.join("/") }, pointer);
}

const chains = new WeakMap<ScalarNode, number>();

/** How many fields a field is made from, one behind the other, itself included. */
function chainOf(node: ScalarNode): number {
  const length = chains.get(node) ?? 1 + Math.max(0, ...dependenciesOf(node.operator).map(chainOf));
  chains.set(node, length);
  return length;
}

/** The field at which a path ends within the record, and what of the path leads on from it. */
function findEntry(
  path: string,
  pointer: string,
  scope: Scope | null,
): { readonly entry: Entry; readonly beyond: readonly string[] } | Refusal {
  const isFromRoot = path.startsWith("/");
  const [first = "", ...rest] = scope?.fields.has(path) ? [path] : tokensOf(isFromRoot ? path : `/${path}`);
  let around = scope;
  if (isFromRoot) while (around?.parent) around = around.parent;
  else while (around?.parent && !around.fields.has(first)) around = around.parent;
  let entry = around?.fields.get(first);
  for (const [index, token] of rest.entries()) {
    if (entry === undefined) break;
    const within: Scope | null = entry.prepared().scope;
    if (within === null) return { entry, beyond: rest.slice(index) };
    entry = within.fields.get(token);
  }
  if (entry) return { entry, beyond: [] };
  const known = [...(scope?.fields.keys() ?? [])].slice(0, 20).join(", ");
  return refuse(pointer, `names ${JSON.stringify(path)}, which is no field here; there are ${known}`);
}
