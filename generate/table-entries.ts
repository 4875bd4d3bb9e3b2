import { dayMs } from "./dates.ts";
import type { Node } from "./shapes/nodes.ts";
import { mostRanks } from "./skew.ts";

/** How many entries the tables have that are made before a node's first value is drawn: of ranks, of days, of weights. */
export function tableEntries(node: Node): number {
  if (node.kind !== "scalar") return 0;
  const { operator, skew } = node;
  const ranks = skew > 0 ? mostRanks : 0;
  if (operator.kind === "values") return operator.values.length;
  if (operator.kind !== "between" || (operator.growth === 1 && operator.rhythm === "none")) return ranks;
  const { period } = operator;
  return ranks + ("days" in period ? period.days : Math.ceil((period.toMs - period.fromMs) / dayMs));
}
