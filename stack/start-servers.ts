import path from "node:path";
import { findFreePorts } from "./free-ports.ts";
import { installServerTools, type ServerTools } from "./install/tools.ts";
import { type KafkaNodes, kafkaBrokers, kafkaServices } from "./kafka.ts";
import { describeExit, end, type Launched, launch, signalProcess } from "./launch.ts";
import { postgresService } from "./postgres.ts";
import { postgresUrls } from "./postgres-roles.ts";
import { redisService, redisUrl } from "./redis.ts";
import type { Service } from "./service.ts";
import type { DataFolders, ServerPorts } from "./settings.ts";
import { explainFailedStart } from "./supervise.ts";
import { waitUntil } from "./wait-until.ts";

/** A server that a test may kill and bring back. Its URL stays the same. */
export type ServerHandle = {
  /** Of the process that runs now. */
  readonly pid: number;
  readonly logFile: string;
  /** Sends the signal (by default the one that nobody can refuse) and waits until the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Stops the process where it still runs, starts it again on the same data, and waits until it answers. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export type Servers = {
  readonly databaseUrl: string;
  readonly migrationDatabaseUrl: string;
  readonly readerDatabaseUrl: string;
  readonly redisUrl: string;
  readonly kafkaBrokers: string;
  readonly postgres: ServerHandle;
  readonly redis: ServerHandle;
  readonly kafka: ServerHandle;
  /** Ends all three and waits until they are gone. The folder stays. */
  stop(): Promise<void>;
};

export type StartServersOptions = {
  /** Holds data and logs. Made where it is missing. */
  readonly directory: string;
  /** Free ones by default. */
  readonly ports?: ServerPorts;
  readonly tools?: ServerTools;
};

/** Real PostgreSQL, Redis and Kafka on 127.0.0.1, ready for use. Installs what is missing. */
export async function startServers({ directory, ports, tools }: StartServersOptions): Promise<Servers> {
  const chosenPorts = ports ?? (await freeServerPorts());
  const services = serverServices(tools ?? (await installServerTools()), directory, chosenPorts);
  const logFile = (service: Service) => path.join(directory, "logs", `${service.name}.log`);

  const starting = [services.postgres, services.redis, services.kafka[0]].map(async (service) => {
    await service.prepare();
    return startServer(service, logFile(service));
  });
  const settled = await Promise.allSettled(starting);
  const running = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const stop = async () => {
    await Promise.all(running.map((server) => server.stop()));
  };
  const failed = settled.find((result) => result.status === "rejected");
  const [postgres, redis, kafka] = running;
  if (failed || !postgres || !redis || !kafka) {
    await stop();
    throw failed?.reason;
  }
  const database = postgresUrls(chosenPorts.postgres);
  return {
    databaseUrl: database.service,
    migrationDatabaseUrl: database.owner,
    readerDatabaseUrl: database.reader,
    redisUrl: redisUrl(chosenPorts.redis),
    kafkaBrokers: kafkaBrokers(chosenPorts.kafka),
    postgres,
    redis,
    kafka,
    stop,
  };
}

/** PostgreSQL, Redis and each of Kafka's nodes with their data in folders of `directory` or in those that are named. */
export function serverServices(
  tools: ServerTools,
  directory: string,
  ports: ServerPorts,
  {
    folders = {},
    ownDatabases = [],
  }: { readonly folders?: DataFolders; readonly ownDatabases?: readonly string[] } = {},
): { readonly postgres: Service; readonly redis: Service; readonly kafka: readonly [Service, ...Service[]] } {
  const first = {
    broker: ports.kafka,
    controller: ports.kafkaController,
    ...(ports.kafkaProxied && { proxied: ports.kafkaProxied }),
  };
  const kafkaNodes: KafkaNodes = [first, ...(ports.furtherBrokers ?? [])];
  const folder = (name: string): string => folders[name] ?? path.join(directory, name);
  const options = [`-XX:SharedArchiveFile=${tools.kafkaClasses}`];
  const kafkaProgram = { java: tools.java, jars: tools.kafkaJars, options };
  return {
    postgres: postgresService(tools.postgres, folder("postgres"), ports.postgres, ownDatabases),
    redis: redisService(tools.redisServer, folder("redis"), ports.redis),
    kafka: kafkaServices(kafkaProgram, folder, kafkaNodes),
  };
}

async function freeServerPorts(): Promise<ServerPorts> {
  const [postgres = 0, redis = 0, kafka = 0, kafkaController = 0] = await findFreePorts(4);
  return { postgres, redis, kafka, kafkaController };
}

async function startServer(service: Service, logFile: string): Promise<ServerHandle> {
  let current = await launchReady(service, logFile);
  const stop = async () => {
    await end(current, { signal: service.stopSignal, timeoutMs: service.stopTimeoutMs });
  };
  return {
    get pid() {
      return current.pid;
    },
    logFile,
    async kill(signal = "SIGKILL") {
      signalProcess(current.pid, signal);
      await current.exited;
    },
    async restart() {
      await stop();
      // After a kill -9 PostgreSQL's children take a moment to leave; a new server refuses to start until then.
      current = await waitUntil(`${service.name} to start again`, () => launchReady(service, logFile), {
        timeoutMs: 10_000,
      });
    },
    stop,
  };
}

/** Starts the program and waits until it answers. Leaves nothing running where it does not. */
async function launchReady(service: Service, logFile: string): Promise<Launched> {
  const launched = await launch(service, logFile, { diesWithParent: true });
  try {
    await untilReady(service, launched);
    return launched;
  } catch (cause) {
    await end(launched, { signal: service.stopSignal, timeoutMs: service.stopTimeoutMs });
    throw await explainFailedStart(service, logFile, cause);
  }
}

async function untilReady(service: Service, launched: Launched): Promise<void> {
  const gone = new AbortController();
  void launched.exited.then((exit) =>
    gone.abort(new Error(`${service.name} ended with ${describeExit(exit)}.`)),
  );
  await waitUntil(`${service.name} to answer`, service.probe, {
    timeoutMs: service.readyTimeoutMs,
    signal: gone.signal,
  });
}
