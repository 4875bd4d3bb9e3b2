import type { Registry } from "prom-client";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { createLogger, type Logger, secretsOf } from "./log.ts";
import { openTracing } from "./open-tracing.ts";
import { countLogLines, createProcessRegistry } from "./process-metrics.ts";
import type { Tracing } from "./tracing.ts";

/** Takes the closer of each thing as it is opened; they are run in the reverse order. */
export type OnClose = (name: string, close: () => Promise<unknown> | unknown) => void;

export interface ServiceContext {
  readonly config: Config;
  readonly log: Logger;
  readonly onClose: OnClose;
  /** The process's metrics; what is added to it is served too. */
  readonly registry: Registry;
  /** Null where no traces are wanted. */
  readonly tracing: Tracing | null;
  /** Ends the process for its supervisor to start it anew: something broke that only a restart repairs. */
  readonly fail: (error: Error) => void;
}

/**
 * A process's main: reads the configuration, starts, and on SIGTERM, SIGINT or a failure closes what was opened,
 * last opened first, bounded in time. Exits with 0 only where everything closed as it should.
 */
export async function runService(
  name: string,
  start: (context: ServiceContext) => Promise<void>,
): Promise<void> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name}: the configuration is wrong. ${error.message}\n`);
    process.exitCode = 1;
    return;
  }
  const registry = createProcessRegistry();
  const log = createLogger(name, config.logLevel, secretsOf(config), undefined, countLogLines(registry));
  const closers: { name: string; close: () => Promise<unknown> | unknown }[] = [];
  let stopping = false;
  let exitCode = 0;

  async function stop(code: number): Promise<void> {
    // What breaks while the process is stopping still counts.
    exitCode = Math.max(exitCode, code);
    if (stopping) return;
    stopping = true;
    // Keeps the process alive: a closer that waits for nothing more would else let it end as if all were well.
    setTimeout(() => {
      log.error({ timeoutMs: config.shutdownTimeoutMs }, "shutdown took too long");
      process.exit(1);
    }, config.shutdownTimeoutMs);
    for (const closer of closers.reverse()) {
      try {
        await closer.close();
      } catch (error) {
        log.error({ err: error, closer: closer.name }, "closing failed");
        exitCode = 1;
      }
    }
    log.info({ exitCode }, "stopped");
    process.exit(exitCode);
  }

  const fail = (error: Error): void => {
    log.fatal({ err: error }, "failed");
    void stop(1);
  };
  // For every signal: a second one, as npm adds to the terminal's own, must not cut the closing short.
  process.on("SIGTERM", () => void stop(0));
  process.on("SIGINT", () => void stop(0));
  process.on("uncaughtException", fail);
  const onClose: OnClose = (closerName, close) => closers.push({ name: closerName, close });
  try {
    const tracing = await openTracing(name, config.otlpEndpoint, log);
    if (tracing !== null) onClose("traces", tracing.close);
    await start({ config, log, fail, registry, tracing, onClose });
    log.info("started");
  } catch (error) {
    fail(error instanceof Error ? error : new Error(String(error)));
  }
}
