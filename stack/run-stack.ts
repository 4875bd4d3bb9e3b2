import { additionServices } from "./additions.ts";
import { appServices, type StackUrls, stackUrls } from "./apps.ts";
import { buildApp } from "./build-app.ts";
import { checkPorts } from "./check-ports.ts";
import { claim } from "./claim.ts";
import { assembleCrew, type Crew } from "./crew.ts";
import { endLeftovers } from "./end-leftovers.ts";
import { removeEnvFile, writeEnvFile } from "./env-file.ts";
import { ExplainedError } from "./explained-error.ts";
import { installServerTools } from "./install/tools.ts";
import { knex } from "./knex.ts";
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
  const release = await claim(directory);
  const crew = assembleCrew(directory);
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

async function startAll(settings: StackSettings, crew: Crew, interrupt: AbortSignal): Promise<void> {
  const { directory, ports } = settings;
  await endLeftovers(directory);
  await checkPorts(settings);
  const tools = await installServerTools();
  const additions = await additionServices(settings);
  say("Starting PostgreSQL, Redis and Kafka …");
  const servers = serverServices(tools, directory, ports, {
    ...(settings.dataFolders && { folders: settings.dataFolders }),
    ownDatabases: settings.additions,
  });
  await allOrNone(interrupt, [
    async (signal) => {
      await crew.start(servers.postgres, signal);
      await migrate(stackUrls(settings).MIGRATION_DATABASE_URL);
    },
    (signal) => crew.start(servers.redis, signal),
    ...servers.kafka.map((node) => (signal: AbortSignal) => crew.start(node, signal)),
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
