import type { ChangeLog } from "./changes/change-log.ts";
import type { Draws } from "./draws.ts";
import type { FakerOf } from "./faker-instances.ts";
import type { SamplingContext } from "./people/sampling-context.ts";
import type { Related } from "./related.ts";
import type { Sampler } from "./sampler.ts";
import type { Definition, Node, ScalarNode } from "./shapes/nodes.ts";
import { createStream, type Place } from "./streams.ts";
import type { IsValid } from "./validator.ts";

/** What the samplers of a definition share while they are made. */
export interface Context {
  readonly seed: number;
  /** The type of the records. */
  readonly own: Pick<Definition, "name" | "belongsTo" | "changes">;
  /** Records of the other types in the request; null: there are none. */
  readonly related: Related | null;
  /** What happens to records that change: some of their fields follow from it; null: sequence numbers are of records, not of messages. */
  readonly log: ChangeLog | null;
  /** The run's pinned "now": a UTC instant in milliseconds since 1970. */
  readonly referenceTimeMs: number;
  /** Where in arrays the node's values stand; null outside of them. */
  readonly place: Place | null;
  /** A value is drawn so many times at most. */
  readonly maxAttempts: number;
  /** What is left for drawing again in this record. */
  readonly effort: { left: number };
  /** Added to the names of streams where a value is drawn again. */
  readonly redraw: string;
  /** Fields of the objects around the node. */
  readonly scope: Scope | null;
  /** Nodes on which others depend: their values are remembered. */
  readonly remembered: ReadonlySet<Node>;
  readonly fakerOf: FakerOf;
  /** The sampler of a node, its nulls included. */
  readonly compile: Compile<Node>;
  /** The sampler of a field on which others depend: they take the value that it has where it is not null. */
  readonly compileShared: Compile<ScalarNode>;
  /** Of the built-in people. */
  readonly people: SamplingContext;
  /** Of nodes that are checked. */
  readonly isValid: IsValid;
  /** Says how many records, from sequence number 0, a unique node suffices for. */
  readonly limit: (node: ScalarNode, records: number) => void;
}

/** Handed down, so that what stands in arrays and objects need not know all kinds of nodes. */
export type Compile<N extends Node> = (node: N, context: Context) => Sampler;

/** Finds the sampler of a field of an object, or of one of those around it. */
export type Scope = (node: ScalarNode) => Sampler;

/** The stream of a node, or one beside it that decides what `purpose` says. */
export function streamOf({ seed, redraw, place }: Context, { stream }: Node, purpose = ""): Draws {
  return createStream(seed, `${stream}${purpose}${redraw}`, place);
}

/** The sampler of a field that another depends on. */
export function dependency(context: Context, node: ScalarNode): Sampler {
  const { scope } = context;
  // No field of this record, but of one that it is related to.
  if (node.isApart) return context.compileShared(node, context);
  if (scope === null) throw new Error(`${node.pointer} is no field of an object around what depends on it`);
  return scope(node);
}

/** Numbers a record's values through all records: the sequence number, in arrays with the position. */
export function ordinalOf({ place }: Context): (seq: number) => number {
  return place === null ? (seq) => seq : (seq) => seq * place.size + place.position;
}

/** Says that each value is there once, of so many. In arrays every place of every record takes one of them. */
export function limitTo(size: number, node: ScalarNode, { limit, place }: Context): void {
  limit(node, Math.floor(size / (place?.size ?? 1)));
}
