import { chmod, chown, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import type { PostgresBinaries } from "./install/postgres-binaries.ts";
import { database, postgresUrls, rolesSql } from "./postgres-roles.ts";
import { runToEnd } from "./run-to-end.ts";
import { runAs, serverAccount } from "./server-account.ts";
import type { Service } from "./service.ts";
import { serverEnvironment } from "./settings.ts";

/** For a small development machine. Durability (fsync, synchronous_commit) stays as PostgreSQL ships it: on. */
const tuning = {
  max_connections: "100",
  shared_buffers: "256MB",
  work_mem: "16MB",
  maintenance_work_mem: "128MB",
  // Bulk loads fill the WAL quickly: fewer, longer checkpoints write each page once instead of many times.
  max_wal_size: "4GB",
  checkpoint_timeout: "15min",
  wal_compression: "pglz",
  random_page_cost: "1.1",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
};

/** A database of a program beside ours: its owner has its name, and on this machine alone its name as password. */
export function ownDatabaseUrl(port: number, name: string): string {
  return `postgresql://${name}:${name}@127.0.0.1:${port}/${name}`;
}

/**
 * PostgreSQL with its data in `directory`, on `port` of 127.0.0.1, with the project's roles and database.
 *
 * @param ownDatabases names of further databases, each with an owner of that name
 */
export function postgresService(
  binaries: PostgresBinaries,
  directory: string,
  port: number,
  ownDatabases: readonly string[] = [],
): Service {
  const settings = {
    ...tuning,
    port: String(port),
    listen_addresses: "127.0.0.1",
    // A socket's path may have 107 characters at most, fewer than the path of a stack's folder can have.
    unix_socket_directories: "",
  };
  const server = runAs(serverAccount(directory, binaries.postgres), [
    binaries.postgres,
    "-D",
    directory,
    ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
  ]);
  return {
    name: "postgres",
    command: server.command,
    args: server.args,
    environment: serverEnvironment(),
    prepare: async () => {
      await initialise(binaries, directory);
      await inSingleUserMode(binaries, directory, database, await rolesSql());
      for (const name of ownDatabases) await addDatabase(binaries, directory, name);
    },
    probe: () => connectOnce(postgresUrls(port).service),
    readyTimeoutMs: 60_000,
    // "Fast" shutdown: ends the sessions, writes a checkpoint. SIGTERM would wait for clients to leave.
    stopSignal: "SIGINT",
    stopTimeoutMs: 30_000,
  };
}

/** Makes the cluster beside its place and moves it there when it is whole: a broken start leaves nothing half done. */
async function initialise(binaries: PostgresBinaries, directory: string): Promise<void> {
  if (await exists(path.join(directory, "PG_VERSION"))) return;
  const fresh = `${directory}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await chmod(fresh, 0o700);
  const account = serverAccount(fresh, binaries.postgres);
  if (account.kind === "other") await chown(fresh, account.uid, account.gid);

  const initdb = runAs(account, [
    binaries.initdb,
    ...["--pgdata", fresh, "--username", "postgres", "--encoding", "UTF8", "--locale", "C"],
    // The same order of strings on every machine, whatever its C library.
    ...["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"],
    ...["--auth", "reject", "--no-instructions"],
  ]);
  await run(initdb);
  await writeFile(path.join(fresh, "pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
  await inSingleUserMode(binaries, fresh, "postgres", `CREATE DATABASE ${database};\n\n`);
  await rename(fresh, directory);
}

/** Adds a database and its owner to a cluster in which nothing runs, where they are not there yet. */
async function addDatabase(binaries: PostgresBinaries, directory: string, name: string): Promise<void> {
  const alone = (sql: string) => inSingleUserMode(binaries, directory, "postgres", `${sql};\n\n`);
  const found = await alone(`SELECT datname FROM pg_database WHERE datname = '${name}'`);
  if (found.includes(`"${name}"`)) return;
  await alone(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
  await alone(`CREATE DATABASE ${name} OWNER ${name}`);
}

/**
 * Runs statements as the superuser while no server runs. This mode asks for no password; over the network the superuser,
 * who has none, cannot log in.
 *
 * @param sql each statement ends with a semicolon and an empty line
 * @returns what PostgreSQL printed
 */
export async function inSingleUserMode(
  binaries: PostgresBinaries,
  directory: string,
  databaseName: string,
  sql: string,
): Promise<string> {
  const server = [binaries.postgres, "--single", "-j", "-D", directory] as const;
  const account = serverAccount(directory, binaries.postgres);
  return run(runAs(account, [...server, "-c", "exit_on_error=on", databaseName]), sql);
}

async function run(
  { command, args }: { command: string; args: readonly string[] },
  input = "",
): Promise<string> {
  const { code, output } = await runToEnd(command, args, { environment: serverEnvironment(), input });
  if (code !== 0 || /\b(ERROR|FATAL|PANIC): /.test(output)) {
    throw new Error(`PostgreSQL's data could not be made (${path.basename(command)}):\n${output.trim()}`);
  }
  return output;
}

/** Resolves where a database answers a query. */
export async function connectOnce(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  // Without a listener an error after the connection would end this process.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
  } finally {
    await client.end().catch(() => {});
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
