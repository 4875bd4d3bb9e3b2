import type { Trap } from "./proxy.ts";

/** Moments of the protocol at which a process can be killed: the frame is in the proxy, its receiver does not have it. */
export const points = {
  /** The messages have been sent; Kafka does not have them. */
  "before-kafka-send": { server: "kafka", from: "client", frame: "Produce" },
  /** Kafka has the messages; nobody knows it. */
  "after-kafka-send": { server: "kafka", from: "server", frame: "Produce" },
  "before-commit": { server: "postgres", from: "client", frame: "COMMIT" },
  /** PostgreSQL has committed; nobody knows it. */
  "after-commit": { server: "postgres", from: "server", frame: "COMMIT" },
  /** The ledger has the batch, Kafka's hint is not moved yet. */
  "before-offset-commit": { server: "kafka", from: "client", frame: "OffsetCommit" },
  /** The ledger has the run, Redis has no job for it. */
  "before-run-job": { server: "redis", from: "client", frame: "add run" },
  /** The ledger has the chunks, Redis has no jobs for them. */
  "before-chunk-jobs": { server: "redis", from: "client", frame: "add chunk" },
} as const satisfies Record<
  string,
  { readonly server: "kafka" | "postgres" | "redis" } & Omit<Trap, "isOwner">
>;

export type PointName = keyof typeof points;
