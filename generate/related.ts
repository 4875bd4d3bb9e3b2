import type { Deal } from "./deal.ts";
import type { Draws } from "./draws.ts";
import type { Sampler } from "./sampler.ts";
import type { Json } from "./shapes/nodes.ts";

/** The records of all types in a run's request, each made again where one of another type needs it. */
export interface Related {
  /** How many there are of a type; null: without an end. */
  readonly countOf: (type: string) => number | null;
  /** A field of a type's records, by its path `a/b`: asked by the sequence numbers of that type. */
  readonly fieldOf: (type: string, path: string) => Sampler;
  /** Which records of a type are whose children. */
  readonly dealOf: (childType: string) => Deal;
  /**
   * Draws these fields of a record of a type that is not in the request; null where it cannot be shown that none of its records has them.
   */
  readonly strangersOf: (
    type: string,
    paths: readonly string[],
  ) => ((draws: Draws) => readonly Json[]) | null;
}
