import type { Logger } from "./log.ts";
import type { Tracing } from "./tracing.ts";

/** Loads OpenTelemetry and begins to trace where there is somewhere to send traces to; null elsewhere. */
export async function openTracing(
  service: string,
  endpoint: string | null,
  log: Logger,
): Promise<Tracing | null> {
  if (endpoint === null) return null;
  const { traceTo } = await import("./open-telemetry.ts");
  return traceTo(endpoint, service, log);
}
