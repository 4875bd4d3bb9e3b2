import { mkdir } from "node:fs/promises";
import path from "node:path";
import { additionServices } from "./additions.ts";
import { appServices, type StackUrls, stackUrls } from "./apps.ts";
import { buildApp } from "./build-app.ts";
import { checkPorts } from "./check-ports.ts";
import { assembleCrew, type Crew } from "./crew.ts";
import { endLeftovers } from "./end-leftovers.ts";
import { readEnvFile, removeEnvFile, writeEnvFile } from "./env-file.ts";
import { ExplainedError } from "./explained-error.ts";
import { installServerTools } from "./install/tools.ts";
import { knex } from "./knex.ts";
import { withLock } from "./lock.mjs";
import { readProcess, removeProcess, writeProcess } from "./pid-files.ts";
import { say } from "./say.ts";
import type { Service } from "./service.ts";
import type { StackSettings } from "./settings.ts";
import { serverServices } from "./start-servers.ts";

export type RunningStack = {
  readonly urls: StackUrls;
  /** Ends every process in order; resolves with the names of those that had to be killed. */
  stop(): Promise<string[]>;
};

/**
 * Starts the whole stack in `settings.directory` and keeps it running until `stop` is called.
 *
 * @param interrupt aborts the start; whatever runs by then is ended before the promise rejects
 */
export async function runStack(settings: StackSettings, interrupt: AbortSignal): Promise<RunningStack> {
  const { directory } = settings;
  await claim(directory);
  const release = () => {
    removeEnvFile(directory);
    removeProcess(directory, "stack");
  };
  const crew = assembleCrew(directory);
  process.once("exit", release);
  const stop = async () => {
    removeEnvFile(directory);
    const killed = await crew.stop();
    release();
    return killed;
  };
  try {
    await startAll(settings, crew, interrupt);
  } catch (error) {
    await stop();
    throw error;
  }
  const urls = stackUrls(settings);
  writeEnvFile(directory, urls);
  return { urls, stop };
}

/** Makes this process the one that runs the stack of the folder, or says which other does. */
async function claim(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await withLock(
    path.join(directory, "claim.lock"),
    () => {},
    () => {
      const other = readProcess(directory, "stack");
      if (other !== undefined) throw new ExplainedError(alreadyRunning(directory, other));
      // One that a killed stack has left behind would now seem to be this one's.
      removeEnvFile(directory);
      writeProcess(directory, "stack", process.pid);
    },
  );
}

function alreadyRunning(directory: string, pid: number): string {
  const urls = Object.entries(readEnvFile(directory) ?? {}).map(([key, url]) => `  ${key}=${url}`);
  const state =
    urls.length > 0 ? `is running in ${directory}:\n${urls.join("\n")}` : `is just starting in ${directory}.`;
  return `A stack (process ${pid}) ${state}\nnpm run stop ends it; STACK_DIR and other ports make room for a second one.`;
}

async function startAll(settings: StackSettings, crew: Crew, interrupt: AbortSignal): Promise<void> {
  const { directory, ports } = settings;
  await endLeftovers(directory);
  await checkPorts(settings);
  const tools = await installServerTools();
  const additions = await additionServices(settings);
  say("Starting PostgreSQL, Redis and Kafka …");
  const servers = serverServices(tools, directory, ports, settings.additions);
  await allOrNone(interrupt, [
    async (signal) => {
      await crew.start(servers.postgres, signal);
      await migrate(stackUrls(settings).MIGRATION_DATABASE_URL);
    },
    (signal) => crew.start(servers.redis, signal),
    (signal) => crew.start(servers.kafka, signal),
    () => buildApp(),
  ]);
  say("Starting the app …");
  const start = (service: Service) => (signal: AbortSignal) => crew.start(service, signal);
  await allOrNone(interrupt, appServices(settings).map(start));
  await allOrNone(interrupt, additions.map(start));
}

/** Runs tasks side by side; the first failure, or the interrupt, aborts the others. All have settled at the end. */
async function allOrNone(
  interrupt: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([interrupt, failure.signal]);
  await Promise.all(tasks.map((task) => task(signal).catch((error: unknown) => failure.abort(error))));
  signal.throwIfAborted();
}

async function migrate(databaseUrl: string): Promise<void> {
  const { code, output } = await knex(databaseUrl, ["migrate:latest"]);
  if (code !== 0) throw new ExplainedError(`The migrations failed:\n${output.trim()}`);
}
