import type { Kafka } from "kafkajs";
import type { Draws } from "../../records/draws.ts";
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

export interface Fault {
  readonly name: string;
  /** What it does, as the report says it. */
  readonly sentence: string;
  /** Whether messages of other producers that nobody has read yet may be gone: they exist nowhere else. */
  readonly losesMessages?: boolean;
  /** Does it, and resolves when what it broke is whole again: from then on the system has 60 seconds. */
  readonly inject: (target: Target) => Promise<void>;
}
