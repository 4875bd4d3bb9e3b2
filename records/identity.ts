/** Who a message is, from its headers. */
export type Identity =
  /** A run's record: (run, sequence number). */
  | { readonly kind: "record"; readonly runId: string; readonly seq: number }
  /** Another producer's message: its identity is topic, partition, offset. */
  | { readonly kind: "foreign" }
  /** Headers that claim an identity and name none. */
  | { readonly kind: "invalid"; readonly detail: string };
