import {
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  SpanKind,
  trace,
} from "@opentelemetry/api";
import type { Telemetry } from "bullmq";
import { BullMQOTelSpan, BullMQOtel } from "bullmq-otel";

/** BullMQ writes the job's name, in which every run is named, behind the queue's. */
const addedJob = /^(add \w+)\..*$/s;

/**
 * BullMQ's spans without its housekeeping (a look for stalled jobs every few seconds, locks that are extended), which
 * belongs to no run and would be a trace each; and with names of which there are few, as tracing backends want them.
 */
export function bullmqSpans(tracerName: string): Telemetry<Context> {
  const { tracer, contextManager } = new BullMQOtel({ tracerName });
  return {
    contextManager: {
      with: (parent, work) => contextManager.with(parent, work),
      active: () => contextManager.active(),
      getMetadata: (of) => contextManager.getMetadata(of),
      fromMetadata(active, metadata) {
        try {
          return contextManager.fromMetadata(active, metadata);
        } catch {
          // Whoever adds a job may write anything there, and an error would end the worker's loop.
          return active;
        }
      },
    },
    tracer: {
      startSpan(name, options, parent) {
        const isHousekeeping = options?.kind === SpanKind.INTERNAL && !isInTrace(parent);
        if (isHousekeeping) return new BullMQOTelSpan(trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
        return tracer.startSpan(name.replace(addedJob, "$1"), options, parent);
      },
    },
  };
}

function isInTrace(parent: Context = context.active()): boolean {
  const spanContext = trace.getSpanContext(parent);
  return spanContext !== undefined && isSpanContextValid(spanContext);
}
