import type { Kafka } from "kafkajs";
import type { Draws } from "../../generate/draws.ts";
import type { ProxiedStack } from "./proxied-stack.ts";

/** What a fault can lay its hands on. */
export interface Target {
  readonly stack: ProxiedStack;
  readonly kafka: Kafka;
  readonly topic: string;
  readonly group: string;
  /** Every choice comes from here, so that a seed gives the same faults. */
  readonly draws: Draws;
}

/**
 * Small disks: a file system of its own for each store, which only root may mount. Cluster: three brokers. Kafka's
 * proxy: it stands before a single broker.
 */
export type Need = "small disks" | "cluster" | "Kafka's proxy";

export interface Fault {
  readonly name: string;
  /** What it does, as the report says it. */
  readonly sentence: string;
  /** Whether messages of other producers that nobody has read yet may be gone: they exist nowhere else. */
  readonly losesMessages?: boolean;
  /** What the stack must have for it. */
  readonly needs?: Need;
  /** Does it, and resolves when what it broke is whole again: from then on the system has 60 seconds. */
  readonly inject: (target: Target) => Promise<void>;
}
