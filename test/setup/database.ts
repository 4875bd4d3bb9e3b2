import knex, { type Knex } from "knex";
import pg from "pg";
import knexConfig from "../../knexfile.ts";
import { openPool, type Pool } from "../../ledger/database/database.ts";
import { privilegesSql } from "../../stack/postgres-roles.ts";
import { servers } from "./servers.ts";
import { unique } from "./unique.ts";

export interface TestDatabase {
  /** With the service's role, as is the pool. */
  readonly url: string;
  readonly ownerUrl: string;
  readonly readerUrl: string;
  readonly pool: Pool;
  /** Changes the schema, which the service's role may not, over a connection of its own. */
  asOwner(sql: string): Promise<void>;
  /** Closes the pool, without removing the database. */
  close(): Promise<void>;
  drop(): Promise<void>;
}

/** A migrated database of its own. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return openTestDatabase(await createDatabase(await migratedTemplate()));
}

/** A database of its own without any table. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return openTestDatabase(await createDatabaseWithPrivileges());
}

/**
 * A migrated, empty database for each test of the calling suite. Emptying one costs a fraction of making one, so a
 * test hands its own on, unless it failed (then it is kept, to look at) or changed the schema.
 * @param check what must hold of the database after every test
 */
export function databaseForEachTest(
  check: (pool: Pool) => Promise<void> = async () => undefined,
): () => TestDatabase {
  let database: TestDatabase;
  let schema: string;
  before(async () => {
    database = await createTestDatabase();
    schema = await markSchema(database.pool);
  });
  afterEach(async function () {
    const used = database;
    let held = false;
    try {
      await check(used.pool);
      held = this.currentTest?.state !== "failed";
    } finally {
      if (held && (await markSchema(used.pool)) === schema) await empty(used);
      else {
        database = await createTestDatabase();
        schema = await markSchema(database.pool);
        await (held ? used.drop() : used.close());
      }
    }
  });
  after(() => database.drop());
  return () => database;
}

/**
 * Another text once anything of the schema was changed, even there and back: which transaction last wrote each thing that
 * PostgreSQL knows of it. To write the schema out and compare that takes a hundred queries.
 */
async function markSchema(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ mark: string }>(`
    WITH relations AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace),
    things AS (
      -- Emptying a table writes its row here.
      SELECT concat_ws(' ', oid, relname, relkind, relacl, reloptions) AS thing FROM relations
       UNION ALL
      SELECT concat_ws(' ', attrelid, attnum, xmin) FROM pg_attribute WHERE attrelid IN (SELECT oid FROM relations)
       UNION ALL
      SELECT concat_ws(' ', oid, xmin) FROM pg_attrdef WHERE adrelid IN (SELECT oid FROM relations)
       UNION ALL
      SELECT concat_ws(' ', indexrelid, xmin) FROM pg_index WHERE indrelid IN (SELECT oid FROM relations)
       UNION ALL
      SELECT concat_ws(' ', oid, xmin) FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM relations)
       UNION ALL
      SELECT concat_ws(' ', oid, xmin) FROM pg_rewrite WHERE ev_class IN (SELECT oid FROM relations)
       UNION ALL
      SELECT concat_ws(' ', oid, xmin) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
       UNION ALL
      SELECT concat_ws(' ', oid, xmin) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
       UNION ALL
      SELECT concat_ws(' ', oid, xmin) FROM pg_type WHERE typnamespace = 'public'::regnamespace
    )
    SELECT md5(string_agg(thing, ',' ORDER BY thing)) AS mark FROM things`);
  return rows[0]?.mark ?? "";
}

async function empty({ pool, asOwner }: TestDatabase): Promise<void> {
  const { rows } = await pool.query<{ tables: string }>(
    `SELECT string_agg(quote_ident(tablename), ', ') AS tables
       FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'knex%'
        -- What is counted belongs to the schema; its counting begins anew with the tables.
        AND tablename <> 'record_statistics_progress'`,
  );
  await asOwner(`TRUNCATE ${rows[0]?.tables} RESTART IDENTITY`);
}

/** One migrated database for a whole suite whose tests do not meet in it; kept where one of them failed. */
export function databaseForSuite(): () => TestDatabase {
  let database: TestDatabase;
  let failed = false;
  before(async () => {
    database = await createTestDatabase();
  });
  afterEach(function () {
    failed ||= this.currentTest?.state === "failed";
  });
  after(() => (failed ? database.close() : database.drop()));
  return () => database;
}

/** Knex on a database, as its command line would have it. */
export function openKnex(url: string): Knex {
  return knex({ ...knexConfig, connection: url });
}

function openTestDatabase(name: string): TestDatabase {
  const url = urlOf(servers.databaseUrl, name);
  const ownerUrl = urlOf(servers.migrationDatabaseUrl, name);
  const pool = openPool(
    { url, applicationName: "test", maxConnections: 8, transactionTimeoutMs: 30_000 },
    () => undefined,
  );
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= pool.end();
    return closed;
  };
  return {
    url,
    ownerUrl,
    readerUrl: urlOf(servers.readerDatabaseUrl, name),
    pool,
    asOwner: (sql) => queryOnce(ownerUrl, sql),
    close,
    async drop() {
      await close();
      // Waits for backends that are leaving and for autovacuum; fails where a test left a connection open.
      await administer(`DROP DATABASE ${name}`);
    },
  };
}

async function createDatabase(template: string): Promise<string> {
  const name = unique("test");
  // Copying files is twice as fast here as PostgreSQL's default, which writes them to the log too.
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  return name;
}

async function createDatabaseWithPrivileges(): Promise<string> {
  const name = await createDatabase("template1");
  await queryOnce(urlOf(servers.migrationDatabaseUrl, name), await privilegesSql());
  return name;
}

const template = "migrated_template";
let templateMade: Promise<void> | undefined;

/** Migrated once; copying it is several times as fast as migrating again. Goes with the server's data. */
async function migratedTemplate(): Promise<string> {
  templateMade ??= makeTemplate();
  await templateMade;
  return template;
}

/** Other processes run other files: the first one makes it. */
async function makeTemplate(): Promise<void> {
  const client = new pg.Client({ connectionString: servers.migrationDatabaseUrl });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock(hashtext($1))", [template]);
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [template]);
    if (rowCount !== 0) return;
    const name = await createDatabaseWithPrivileges();
    const migrating = openKnex(urlOf(servers.migrationDatabaseUrl, name));
    await migrating.migrate.latest();
    await migrating.destroy();
    await client.query(`ALTER DATABASE ${name} RENAME TO ${template}`);
  } finally {
    await client.end();
  }
}

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = name;
  return url.href;
}

function administer(statement: string): Promise<void> {
  return queryOnce(servers.migrationDatabaseUrl, statement);
}

async function queryOnce(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
