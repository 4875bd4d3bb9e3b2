import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { installServerTools } from "../stack/install/tools.ts";
import { projectRoot } from "../stack/settings.ts";

/** On what, and with what, something was measured. */
export interface Machine {
  readonly measuredAt: string;
  readonly commit: string;
  /** Whether files differ from the commit's. */
  readonly dirty: boolean;
  readonly versions: Readonly<Record<string, string>>;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryBytes: number;
  /** Processes that wanted to run, on average of the minute before; below 0.2 the machine is quiet. */
  readonly loadBefore: number;
}

const run = promisify(execFile);

/** To be called before anything is measured. */
export async function describeMachine(): Promise<Machine> {
  const [loadBefore = 0] = loadavg();
  const git = async (...args: readonly string[]) =>
    (await run("git", args, { cwd: projectRoot })).stdout.trim();
  return {
    measuredAt: new Date().toISOString(),
    commit: await git("rev-parse", "--short=10", "HEAD"),
    dirty: (await git("status", "--porcelain")) !== "",
    versions: { node: process.versions.node, ...(await serverVersions()), ...(await packageVersions()) },
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? "unknown",
    memoryBytes: totalmem(),
    loadBefore,
  };
}

async function serverVersions(): Promise<Record<string, string>> {
  const { postgres, redisServer, java, kafkaJars } = await installServerTools();
  const firstLine = async (program: string, ...args: readonly string[]) => {
    const { stdout, stderr } = await run(program, args);
    return (stdout || stderr).split("\n")[0] ?? "";
  };
  return {
    postgres: (await firstLine(postgres.postgres, "--version")).replace(/^.*\) /, ""),
    redis: /v=(\S+)/.exec(await firstLine(redisServer, "--version"))?.[1] ?? "unknown",
    java: (await firstLine(java, "-version")).replaceAll('"', ""),
    kafka: /kafka-(\d[\d.]*)/.exec(kafkaJars)?.[1] ?? "unknown",
  };
}

/** Of the packages that the path of a record depends on, as they are installed. */
async function packageVersions(): Promise<Record<string, string>> {
  const names = ["@faker-js/faker", "ajv", "bullmq", "ioredis", "kafkajs", "pg", "pg-copy-streams"];
  const versions = names.map(async (name) => {
    const file = path.join(projectRoot, "node_modules", name, "package.json");
    const { version } = JSON.parse(await readFile(file, "utf8")) as { readonly version: string };
    return [name, version] as const;
  });
  return Object.fromEntries(await Promise.all(versions));
}
