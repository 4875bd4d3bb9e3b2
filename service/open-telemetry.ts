import { setTimeout as pause } from "node:timers/promises";
import {
  type Context,
  context,
  DiagLogLevel,
  diag,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { bullmqSpans } from "./bullmq-spans.ts";
import type { Logger } from "./log.ts";
import type { OpenSpan, SpanOptions, Tracing } from "./tracing.ts";

const exportTimeoutMs = 3_000;
const instrumentation = "synthetic-data-pipeline";

/**
 * Sends spans as OTLP/JSON over HTTP. The SDK reads OpenTelemetry's other variables by itself: OTEL_TRACES_SAMPLER,
 * OTEL_EXPORTER_OTLP_HEADERS, OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME and OTEL_BSP_*.
 */
export function traceTo(endpoint: string, service: string, log: Logger): Tracing {
  const warn = (message: string): void => log.warn({ detail: message }, "traces are not sent");
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: warn, warn, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const own = resourceFromAttributes({
    "service.namespace": "synthetic-data",
    "service.name": service,
    "service.instance.id": `${service}-${process.pid}`,
  });
  const provider = new NodeTracerProvider({
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [
      new BatchSpanProcessor(
        new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: exportTimeoutMs }),
      ),
    ],
  });
  // With W3C trace context, and a context that follows asynchronous calls.
  provider.register();
  const tracer = trace.getTracer(instrumentation);

  return {
    bullmq: bullmqSpans(instrumentation),
    inSpan(name, options, work) {
      const parent = contextOf(options.parent);
      const links = (options.links ?? []).flatMap(linkTo);
      const attributes = { ...options.attributes };
      return tracer.startActiveSpan(
        name,
        { kind: kinds[options.kind], attributes, links },
        parent,
        async (span) => {
          try {
            return await work(openSpan(span));
          } catch (error) {
            if (error instanceof Error) span.recordException(error);
            span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
            throw error;
          } finally {
            span.end();
          }
        },
      );
    },
    traceparent() {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      return carrier.traceparent ?? null;
    },
    async close() {
      // A collector that is away must not keep the process, nor make its end a failure.
      const sent = provider.shutdown().catch((error: unknown) => warn(String(error)));
      await Promise.race([sent, pause(exportTimeoutMs, undefined, { ref: false })]);
    },
  };
}

const kinds: Readonly<Record<SpanOptions["kind"], SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

function contextOf(parent: string | null | undefined): Context {
  if (parent === undefined) return context.active();
  return parent === null ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent: parent });
}

function linkTo(traceparent: string): Link[] {
  const linked = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent }));
  return linked === undefined ? [] : [{ context: linked }];
}

function openSpan(span: Span): OpenSpan {
  return {
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes({ ...attributes }),
    fail: (message) => void span.setStatus({ code: SpanStatusCode.ERROR, message }),
  };
}
