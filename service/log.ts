import { type Logger, pino } from "pino";

export type { Logger } from "pino";

/** A JSON logger on stdout whose lines carry the process's name; credentials never get into a field. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ["req.headers.authorization", "req.headers.cookie"],
    formatters: { level: (label) => ({ level: label }) },
  });
}
