import type { Kafka } from "kafkajs";
import type { Draws } from "../../records/draws.ts";
import type { TestStack } from "../pipeline/test-stack.ts";

/** What a fault can lay its hands on. */
export interface Target {
  readonly stack: TestStack;
  readonly kafka: Kafka;
  readonly topic: string;
  readonly group: string;
  /** Every choice comes from here, so that a seed gives the same faults. */
  readonly draws: Draws;
}

/** Small disks: a file system of its own for each store, which only root may mount. Cluster: three brokers. */
export type Need = "small disks" | "cluster";

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
