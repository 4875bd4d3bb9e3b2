import { expect } from "chai";
import { pino } from "pino";
import { createLogger } from "../../service/log.ts";
import { countLogLines, createProcessRegistry } from "../../service/process-metrics.ts";
import { serveMetrics } from "../../service/serve-metrics.ts";
import { findFreePorts } from "../../stack/free-ports.ts";
import { rejection } from "../setup/rejection.ts";

const log = pino({ level: "silent" });

describe("the metrics' own port", () => {
  it("is opened only where the operator names one", async () => {
    expect(await serveMetrics({ host: "127.0.0.1", port: null }, async () => "", log)).to.equal(null);
  });

  it("is named where it is taken", async () => {
    const [port = 0] = await findFreePorts(1);
    const address = { host: "127.0.0.1", port };
    const stop = await serveMetrics(address, async () => "", log);
    try {
      const error = await rejection(serveMetrics(address, async () => "", log));
      expect(error.message).to.match(
        new RegExp(`^METRICS_PORT: 127.0.0.1:${port} cannot be used .*EADDRINUSE`),
      );
    } finally {
      await stop?.();
    }
  });

  it("answers 500, without a reason for strangers, where metrics cannot be collected", async () => {
    const [port = 0] = await findFreePorts(1);
    const failing = () => Promise.reject(new Error("a secret"));
    const stop = await serveMetrics({ host: "127.0.0.1", port }, failing, log);
    try {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`);
      expect(response.status).to.equal(500);
      expect(await response.text()).not.to.include("secret");
    } finally {
      await stop?.();
    }
  });
});

describe("the count of log lines", () => {
  it("is of warnings and errors, of child loggers' too", async () => {
    const registry = createProcessRegistry();
    const sink = { write: () => undefined };
    const counted = createLogger("test", "info", [], sink, countLogLines(registry));
    counted.info("all is well");
    counted.warn("not quite");
    counted.child({ runId: "x" }).error(new Error("at all"));
    const text = await registry.metrics();
    expect(text).to.include('synthetic_log_lines_total{level="warn"} 1');
    expect(text).to.include('synthetic_log_lines_total{level="error"} 1');
    expect(text).to.include('synthetic_log_lines_total{level="fatal"} 0');
  });
});
