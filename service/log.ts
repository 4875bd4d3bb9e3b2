import { type DestinationStream, type Logger, pino } from "pino";
import type { Config } from "./config.ts";
import { createRedactor, passwordsIn } from "./redact.ts";

export type { Logger } from "pino";

/**
 * A JSON logger on stdout whose lines carry the process's name. No secret of the configuration gets into a line,
 * whatever field or message a library puts it into.
 * @param onLine told pino's number of the level of each line that is written
 */
export function createLogger(
  service: string,
  level: string,
  secrets: readonly string[] = [],
  destination?: DestinationStream,
  onLine: (level: number) => void = () => undefined,
): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ["req.headers.authorization", "req.headers.cookie"],
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        streamWrite: createRedactor(secrets),
        logMethod(args, method, level) {
          onLine(level);
          method.apply(this, args);
        },
      },
    },
    destination ?? pino.destination(1),
  );
}

/** Everything in the configuration that must not be told. */
export function secretsOf({ databaseUrl, redis, http, otlpEndpoint }: Config): string[] {
  const { credentials, token } = http.access;
  return [
    ...passwordsIn(databaseUrl),
    ...passwordsIn(redis.url),
    ...(otlpEndpoint === null ? [] : passwordsIn(otlpEndpoint)),
    ...(credentials === null ? [] : [credentials.password]),
    ...(token === null ? [] : [token]),
  ];
}
