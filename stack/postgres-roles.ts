import { readFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "./settings.ts";

/** What the roles are for: see docs/adr/0011-database-roles.md. The passwords are those of docker-compose.yml's defaults. */
const passwords = {
  synthetic_owner: "synthetic_owner_pass",
  synthetic_user: "synthetic_pass",
  synthetic_reader: "synthetic_reader_pass",
};
type Role = keyof typeof passwords;

export const database = "synthetic_db";

/** Addresses of one database, one for each of its roles. */
export type PostgresUrls = {
  /** For the service: reads and writes rows. */
  readonly service: string;
  /** For the migrations: owns the tables. */
  readonly owner: string;
  /** For dashboards: reads. */
  readonly reader: string;
};

export function postgresUrls(port: number): PostgresUrls {
  const url = (role: Role) => `postgres://${role}:${passwords[role]}@127.0.0.1:${port}/${database}`;
  return {
    service: url("synthetic_user"),
    owner: url("synthetic_owner"),
    reader: url("synthetic_reader"),
  };
}

/** Statements for a superuser in the product's database; run again they change nothing. */
export async function rolesSql(): Promise<string> {
  const settings = Object.entries(passwords).map(
    ([role, password]) => `SET setup.${role} = '${password}';\n\n`,
  );
  // Tests make databases of their own; whoever looks at the server with psql may see what it does.
  const extra =
    "ALTER ROLE synthetic_owner CREATEDB;\n\nGRANT pg_monitor, pg_checkpoint TO synthetic_owner;\n\n";
  return [...settings, await readSql("roles.sql"), "\n", await privilegesSql(), "\n", extra].join("");
}

/** Statements for the owner of a database. */
export function privilegesSql(): Promise<string> {
  return readSql("privileges.sql");
}

function readSql(file: string): Promise<string> {
  return readFile(path.join(projectRoot, "stack", "postgres", file), "utf8");
}
