import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { parseOptions } from "../cli/parse-options.ts";
import { ExplainedError } from "../stack/explained-error.ts";
import { findFreePorts } from "../stack/free-ports.ts";
import { runStack } from "../stack/run-stack.ts";
import { projectRoot, readSettings } from "../stack/settings.ts";
import type { Measurement } from "./measure.ts";
import { benchEndToEnd } from "./stages/end-to-end.ts";
import { benchGeneration } from "./stages/generation.ts";
import { benchProduce } from "./stages/produce.ts";
import { benchStore } from "./stages/store.ts";

const stages = ["generation", "produce", "store", "end-to-end"] as const;

const usage = `Usage: npm run bench [-- --stage ${stages.join("|")}]

Measures each stage beside its limit in the same run, on servers of its own; JSON on standard output.
Quiet the machine first: what else runs on it is measured too.`;

const { stage, help } = parseOptions(
  process.argv.slice(2),
  { stage: { type: "string" }, help: { type: "boolean", short: "h", default: false } },
  usage,
);

if (help) console.log(usage);
else if (stage !== undefined && !stages.some((name) => name === stage)) {
  throw new ExplainedError(`There is no stage ${JSON.stringify(stage)}.\n\n${usage}`, { exitCode: 2 });
} else {
  const measurements = await measure(stage === undefined ? stages : [stage]);
  console.log(JSON.stringify({ ...(await describeMachine()), measurements }, null, 2));
}

async function measure(wanted: readonly string[]): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  if (wanted.includes("generation")) measurements.push(await benchGeneration());
  if (wanted.every((name) => name === "generation")) return measurements;

  const directory = await mkdtemp(path.join(tmpdir(), "bench-"));
  const stack = await startStack(directory);
  try {
    if (wanted.includes("produce")) measurements.push(await benchProduce(stack.urls.KAFKA_BROKERS));
    // The owner's: it empties the table between its rounds.
    if (wanted.includes("store")) measurements.push(await benchStore(stack.urls.MIGRATION_DATABASE_URL));
    if (wanted.includes("end-to-end")) measurements.push(...(await benchEndToEnd(stack.urls.WEB_URL)));
  } finally {
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  }
  return measurements;
}

async function startStack(directory: string): ReturnType<typeof runStack> {
  const [web = 0, postgres = 0, redis = 0, kafka = 0, kafkaController = 0] = await findFreePorts(5);
  const ports = { web, postgres, redis, kafka, kafkaController };
  const settings = readSettings();
  return runStack({ ...settings, directory, ports }, new AbortController().signal);
}

async function describeMachine(): Promise<Record<string, unknown>> {
  const { dependencies } = JSON.parse(await readFile(path.join(projectRoot, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  return {
    measuredAt: new Date().toISOString(),
    commit: execFileSync("git", ["describe", "--always", "--dirty"], {
      cwd: projectRoot,
      encoding: "utf8",
    }).trim(),
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    dependencies,
  };
}
