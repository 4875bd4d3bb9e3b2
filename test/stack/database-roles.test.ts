import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import pg from "pg";
import { findFreePorts } from "../../stack/free-ports.ts";
import { installServerTools } from "../../stack/install/tools.ts";
import { end, launch } from "../../stack/launch.ts";
import { inSingleUserMode, postgresService } from "../../stack/postgres.ts";
import { database as databaseName, postgresUrls, privilegesSql } from "../../stack/postgres-roles.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { databaseForSuite } from "../setup/database.ts";
import { rejection } from "../setup/rejection.ts";
import { servers } from "../setup/servers.ts";

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const insufficientPrivilege = "42501";
const readOnlyTransaction = "25006";

describe("the database's roles", () => {
  const database = databaseForSuite();

  it("but for the reader's make temporary tables in the product's database", async () => {
    const sql = "CREATE TEMPORARY TABLE mine (n integer)";
    expect(await select(servers.databaseUrl, sql)).to.deep.equal([]);
    const freed = "SET default_transaction_read_only = off";
    expect(await refusal(servers.readerDatabaseUrl, freed, sql)).to.equal(insufficientPrivilege);
  });

  describe("the service's", () => {
    const refused = [
      "CREATE TABLE mine (n integer)",
      "CREATE SCHEMA mine",
      "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
      "ALTER TABLE runs DROP CONSTRAINT runs_completed_balances",
      "ALTER TABLE runs ADD COLUMN mine integer",
      "DROP TABLE users_raw",
      "TRUNCATE users_raw",
      "CREATE INDEX mine ON users_raw (name)",
      "CREATE TRIGGER mine BEFORE INSERT ON users_raw EXECUTE FUNCTION suppress_redundant_updates_trigger()",
      "CREATE DATABASE mine",
      "CREATE ROLE mine",
      "SET ROLE synthetic_owner",
      "ALTER ROLE synthetic_reader SUPERUSER",
      "COPY users_raw TO PROGRAM 'cat'",
      "COPY users_raw TO '/tmp/mine'",
      "SELECT describe_record_columns('{a}', '{text}')",
    ];
    for (const sql of refused) {
      it(`may not: ${sql}`, async () => {
        expect(await refusal(database().url, sql)).to.equal(insufficientPrivilege);
      });
    }
  });

  describe("the service's, by the functions that make tables of own types,", () => {
    before(() =>
      database().pool.query(
        `INSERT INTO record_types (name, version, topic, table_name, state_table, definition, media_type, digest)
         SELECT name, 1, name, name, name || '_states', '', 'application/json', repeat('0', 64)
           FROM unnest('{mine,runs,users_raw,pg_class,names,dataset_columns}'::text[]) AS name`,
      ),
    );

    it("makes a table that belongs to the owner, and adds columns to it", async () => {
      await select(database().url, "SELECT create_record_table('mine', '{a}', '{text}')");
      await select(database().url, "SELECT add_record_columns('mine', '{b,c}', '{uuid,jsonb}')");
      await select(
        database().url,
        "INSERT INTO mine (_partition, _offset, _raw, a) VALUES (0, 0, '{}', 'x')",
      );
      expect(await select(database().readerUrl, "SELECT a, b FROM mine")).to.deep.equal([
        { a: "x", b: null },
      ]);
      expect(await refusal(database().url, "ALTER TABLE mine DROP COLUMN a")).to.equal(insufficientPrivilege);
      expect(await refusal(database().url, "DROP TABLE mine")).to.equal(insufficientPrivilege);
    });

    it("makes a table of last states, whose rows it replaces, and adds columns to it", async () => {
      await select(database().url, "SELECT create_state_table('mine_states', '{a,k}', '{text,uuid}', '{k}')");
      await select(database().url, "SELECT add_state_columns('mine_states', '{b}', '{jsonb}')");
      const [run, key] = ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"];
      for (const a of ["x", "y"])
        await select(
          database().url,
          `INSERT INTO mine_states (_run_id, _seq, _deleted, a, k) VALUES ('${run}', 1, false, '${a}', '${key}')
               ON CONFLICT (_run_id, k) DO UPDATE SET a = excluded.a`,
        );
      expect(await select(database().readerUrl, "SELECT a, b FROM mine_states")).to.deep.equal([
        { a: "y", b: null },
      ]);
      expect(await refusal(database().url, "DROP TABLE mine_states")).to.equal(insufficientPrivilege);
    });

    const refused: readonly (readonly [sql: string, code: string])[] = [
      ["create_record_table('unheard_of', '{a}', '{text}')", "42704"],
      ["create_record_table('runs', '{a}', '{text}')", "42P07"],
      ["create_record_table('users_raw', '{a}', '{text}')", "42P07"],
      ["create_record_table('pg_class', '{a}', '{text}')", "42P07"],
      ["create_record_table('dataset_columns', '{a}', '{text}')", "42939"],
      ["create_record_table(NULL, '{a}', '{text}')", "42704"],
      ["create_record_table('names', '{_raw}', '{text}')", "42701"],
      ["create_record_table('names', '{a,a}', '{text,text}')", "42701"],
      ["create_record_table('names', '{a,b}', '{text}')", "22023"],
      ["create_record_table('names', '{a,NULL}', '{text,text}')", "42602"],
      ["create_record_table('names', '{\"\"}', '{text}')", "42602"],
      ["create_record_table('names', ARRAY[repeat('a', 64)], '{text}')", "42602"],
      ["create_record_table('names', '{a}', '{regclass}')", "22023"],
      ["create_record_table('names', '{a}', ARRAY['text; DROP TABLE runs'])", "22023"],
      ["create_state_table('unheard_of', '{a}', '{text}', '{a}')", "42704"],
      ["create_state_table('mine', '{a}', '{text}', '{a}')", "42704"],
      ["create_state_table('runs', '{a}', '{text}', '{a}')", "42704"],
      ["create_state_table('mine_states', '{a}', '{text}', '{a}')", "42P07"],
      ["create_state_table('dataset_columns_states', '{a}', '{text}', '{a}')", "42939"],
      ["create_state_table('names_states', '{a}', '{text}', '{b}')", "42703"],
      ["create_state_table('names_states', '{a}', '{text}', '{}')", "42601"],
      ["create_state_table('names_states', '{_seq}', '{text}', '{_seq}')", "42701"],
      ["create_state_table('names_states', '{a}', '{regclass}', '{a}')", "22023"],
      ["create_state_table('names_states', '{a}', '{text}', ARRAY['a); DROP TABLE runs'])", "42703"],
      ["add_state_columns('runs', '{a}', '{text}')", "42P01"],
      ["add_state_columns('mine', '{b}', '{text}')", "42P01"],
      ["add_state_columns(NULL, '{a}', '{text}')", "22004"],
      ["add_record_columns('runs', '{a}', '{text}')", "42P01"],
      ["add_record_columns('users_raw', '{a}', '{text}')", "42P01"],
      ["add_record_columns('record_types', '{a}', '{text}')", "42P01"],
      ["add_record_columns('pg_class', '{a}', '{text}')", "42P01"],
      ["add_record_columns(NULL, '{a}', '{text}')", "42P01"],
      ["add_record_columns('mine', '{a}', '{text}')", "42701"],
      ["add_record_columns('mine', '{xmin}', '{text}')", "42701"],
    ];
    for (const [call, code] of refused) {
      it(`may not: ${call}`, async () => {
        expect(await refusal(database().url, `SELECT ${call}`)).to.equal(code);
      });
    }

    it("has them, and no other, of the roles' own script too", async () => {
      const rights = `SELECT proname AS name, has_function_privilege('synthetic_user', oid, 'EXECUTE') AS may
                        FROM pg_proc WHERE proname ~ '(record|state)_(table|columns)' ORDER BY proname`;
      const expected = [
        { name: "add_record_columns", may: true },
        { name: "add_state_columns", may: true },
        { name: "create_record_table", may: true },
        { name: "create_state_table", may: true },
        { name: "describe_record_columns", may: false },
      ];
      expect(await select(database().ownerUrl, rights)).to.deep.equal(expected);
      await database().asOwner(
        "REVOKE EXECUTE ON FUNCTION create_record_table, add_record_columns, create_state_table, add_state_columns FROM synthetic_user",
      );
      await database().asOwner(await privilegesSql());
      expect(await select(database().ownerUrl, rights)).to.deep.equal(expected);
    });

    it("is not led astray by objects of its own that are found first", async () => {
      const code = await refusal(
        database().url,
        "CREATE TEMPORARY TABLE record_types AS SELECT 'unheard_of' AS table_name",
        "SET search_path = pg_temp, public",
        "SELECT create_record_table('unheard_of', '{a}', '{text}')",
      );
      expect(code).to.equal("42704");
    });
  });

  describe("the reader's", () => {
    const writes = [
      "SELECT create_record_table('names', '{a}', '{text}')",
      "SELECT add_record_columns('mine', '{d}', '{text}')",
      "INSERT INTO consumer_progress (topic, kafka_partition, next_offset) VALUES ('t', 0, 0)",
      "UPDATE runs SET stored = 0",
      "DELETE FROM users_raw",
      "TRUNCATE users_raw",
      "CREATE TABLE mine (n integer)",
      "SELECT nextval('users_raw_id_seq')",
    ];
    for (const sql of writes) {
      it(`may not, even in a transaction that may write: ${sql}`, async () => {
        const freed = `SET default_transaction_read_only = off; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE`;
        expect(await refusal(database().readerUrl, freed, sql)).to.equal(insufficientPrivilege);
      });
    }

    it("begins in transactions that are read only and bounded in time", async () => {
      expect(await refusal(database().readerUrl, "CREATE TABLE mine (n integer)")).to.equal(
        readOnlyTransaction,
      );
      expect(await select(database().readerUrl, "SHOW statement_timeout")).to.deep.equal([
        { statement_timeout: "1min" },
      ]);
    });

    it("reads every table", async () => {
      const { rows } = await database().pool.query<{ name: string }>(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
      );
      expect(rows).to.have.length.above(6);
      for (const { name } of rows)
        await select(database().readerUrl, `SELECT * FROM ${pg.escapeIdentifier(name)}`);
    });

    it("is no other role", async () => {
      for (const role of ["synthetic_user", "synthetic_owner", "postgres"]) {
        expect(await refusal(database().readerUrl, `SET ROLE ${role}`)).to.equal(insufficientPrivilege);
      }
    });
  });
});

describe("a PostgreSQL that was set up when one role did everything", function () {
  this.timeout(60_000);

  it("is given the three roles at its next start, with all that it holds", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "roles-"));
    try {
      const { postgres } = await installServerTools();
      const directory = path.join(folder, "postgres");
      const [port = 0] = await findFreePorts(1);
      const service = postgresService(postgres, directory, port);
      const { service: serviceUrl, owner, reader } = postgresUrls(port);
      await service.prepare();
      await inSingleUserMode(postgres, directory, databaseName, asItWas);

      for (const start of ["the upgrade", "once more"]) {
        await service.prepare();
        const server = await launch(service, path.join(folder, "log"), { diesWithParent: true });
        try {
          await waitUntil("PostgreSQL to answer", service.probe, { timeoutMs: 20_000 });
          const owners = await select(
            owner,
            `SELECT relowner::regrole::text AS owner FROM pg_class WHERE relname IN ('old', 'old_id_seq')
             UNION ALL SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()`,
          );
          expect(owners, start).to.deep.equal(Array(3).fill({ owner: "synthetic_owner" }));
          expect(await select(serviceUrl, "INSERT INTO old (n) VALUES (2) RETURNING id > 0 AS ok")).to.eql([
            { ok: true },
          ]);
          expect(await refusal(serviceUrl, "ALTER TABLE old ADD COLUMN mine integer")).to.equal(
            insufficientPrivilege,
          );
          expect(await refusal(serviceUrl, "CREATE DATABASE mine")).to.equal(insufficientPrivilege);
          expect(await select(reader, "SELECT min(n) AS n FROM old")).to.deep.equal([{ n: 1 }]);
          expect(
            await refusal(reader, "SET default_transaction_read_only = off", "DELETE FROM old"),
          ).to.equal(insufficientPrivilege);
        } finally {
          await end(server, { signal: service.stopSignal, timeoutMs: service.stopTimeoutMs });
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("fails its start where the roles cannot be set up", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "roles-"));
    try {
      const { postgres } = await installServerTools();
      const directory = path.join(folder, "postgres");
      await postgresService(postgres, directory, 1).prepare();
      const failed = await rejection(
        inSingleUserMode(postgres, directory, databaseName, "DROP TABLE nothing;\n\nSELECT 1;\n\n"),
      );
      expect(failed.message).to.include('table "nothing" does not exist');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  /** The role, rights and ownership of earlier versions. */
  const asItWas = [
    "REASSIGN OWNED BY synthetic_owner TO synthetic_user",
    "ALTER DATABASE synthetic_db OWNER TO synthetic_user",
    "DROP OWNED BY synthetic_owner",
    "DROP OWNED BY synthetic_reader",
    "DROP ROLE synthetic_owner",
    "DROP ROLE synthetic_reader",
    "ALTER ROLE synthetic_user CREATEDB",
    "GRANT pg_monitor, pg_checkpoint TO synthetic_user",
    "SET ROLE synthetic_user",
    "CREATE TABLE old (id bigint GENERATED ALWAYS AS IDENTITY, n integer)",
    "INSERT INTO old (n) VALUES (1)",
  ]
    .map((statement) => `${statement};\n\n`)
    .join("");
});

/** The code with which the last of these statements is refused. */
async function refusal(url: string, ...statements: readonly string[]): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements.slice(0, -1)) await client.query(statement);
    const error: Error & { code?: unknown } = await rejection(client.query(statements.at(-1) ?? ""));
    return error.code;
  } finally {
    await client.end();
  }
}

async function select(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
