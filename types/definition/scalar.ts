import type { Definition, Grid, Operator, ScalarNode } from "../../generate/shapes/nodes.ts";
import type { Refusal } from "./facets.ts";
import type { Names } from "./guess-operator.ts";

/** What a scalar's values are made by. */
export interface Made {
  readonly operator: Operator;
  readonly grid: Grid | null;
  readonly length: ScalarNode["length"];
  /** Keywords that the operator alone does not meet. */
  readonly checks: readonly string[];
}

/** What an operator may have to know of what is around its field. */
export interface Surroundings {
  readonly names: Names;
  /** Whether the schema allows null. */
  readonly isNullable: boolean;
  readonly record: Pick<Definition, "name" | "belongsTo" | "changes">;
  /** @param pointer where the path is written */
  readonly findField: (path: string, pointer: string) => ScalarNode | Refusal;
}
