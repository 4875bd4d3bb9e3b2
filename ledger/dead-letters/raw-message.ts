/** A message as Kafka has it: what a dead letter keeps. */
export interface RawMessage {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Header name -> values, in order; asked for dead letters only. */
  readonly headers: () => ReadonlyMap<string, readonly Buffer[]>;
}
