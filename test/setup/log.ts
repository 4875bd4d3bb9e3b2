import { Writable } from "node:stream";
import { pino } from "pino";
import { createLogger, type Logger } from "../../service/log.ts";

export const silentLog: Logger = createLogger("test", "silent");

/** A logger that keeps its lines instead of printing them. */
export function keptLog(): { readonly log: Logger; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  return { lines, log: pino({ level: "trace" }, sink) };
}
