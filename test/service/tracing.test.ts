import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ROOT_CONTEXT } from "@opentelemetry/api";
import { expect } from "chai";
import { bullmqSpans } from "../../service/bullmq-spans.ts";
import { projectRoot } from "../../stack/settings.ts";

/** Prints which packages are loaded once tracing has been opened, or not. */
const program = `
  import { createRequire } from "node:module";
  import { pino } from "pino";
  import { openTracing } from "./service/open-tracing.ts";
  const tracing = await openTracing("test", process.argv.at(-1) || null, pino({ level: "silent" }));
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  const packages = ["@opentelemetry/sdk-trace", "@opentelemetry/exporter-trace-otlp-http", "bullmq-otel"];
  const found = packages.filter((name) => loaded.some((file) => file.includes("/" + name)));
  console.log(JSON.stringify({ isOn: tracing !== null, found }));
  await tracing?.close();
`;

async function loadedFor(endpoint: string): Promise<{ readonly isOn: boolean; readonly found: string[] }> {
  const args = ["--import", "tsx", "--input-type=module", "--eval", program, "--", endpoint];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: projectRoot });
  return JSON.parse(stdout);
}

describe("BullMQ's spans", () => {
  it("begin anew where somebody has added a job with a trace that cannot be read", () => {
    const { contextManager } = bullmqSpans("test");
    for (const metadata of ["", "x", "null", "7", '{"traceparent":7}', "[", '"'.repeat(1_000)]) {
      expect(contextManager.fromMetadata(ROOT_CONTEXT, metadata), metadata).to.equal(ROOT_CONTEXT);
    }
  });
});

describe("tracing", () => {
  it("loads nothing of OpenTelemetry's SDK where there is nowhere to send traces to", async () => {
    expect(await loadedFor("")).to.deep.equal({ isOn: false, found: [] });
  });

  it("loads it where there is, and ends in time though nobody takes the traces", async () => {
    const { isOn, found } = await loadedFor("http://127.0.0.1:9");
    expect(isOn).to.equal(true);
    expect(found).to.include("@opentelemetry/exporter-trace-otlp-http");
  });
});
