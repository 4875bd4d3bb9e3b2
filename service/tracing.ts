import type { Telemetry } from "bullmq";

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  readonly kind: "internal" | "server" | "client" | "producer" | "consumer";
  readonly attributes?: Attributes;
  /** Where the span belongs, as a W3C traceparent; by default to the span in which we are. Null begins a trace. */
  readonly parent?: string | null;
  /** Further spans that led to this one, as W3C traceparents. */
  readonly links?: readonly string[];
}

/** A span under way. */
export interface OpenSpan {
  rename(name: string): void;
  set(attributes: Attributes): void;
  /** Marks it as failed; a span whose work throws is so by itself. */
  fail(message: string): void;
}

/**
 * Traces of this process. Whoever has none to make (`Tracing | null`) does without any of this: the hot paths know
 * nothing of traces, those who open them wrap them.
 */
export interface Tracing {
  /** BullMQ's own spans, which carry the trace through Redis. */
  readonly bullmq: Telemetry;
  /** Does work within a span, which ends with it. */
  inSpan<T>(name: string, options: SpanOptions, work: (span: OpenSpan) => Promise<T>): Promise<T>;
  /** The span in which we are, as a W3C traceparent; null outside of any. https://www.w3.org/TR/trace-context/ */
  traceparent(): string | null;
  /** Sends what is left, bounded in time. */
  readonly close: () => Promise<void>;
}
