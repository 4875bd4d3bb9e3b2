import { expect } from "chai";
import fc from "fast-check";
import { vocabulary } from "../../generate/people/vocabulary.ts";
import { checkInvariant } from "../../ledger/audit/invariants.ts";
import { statisticsInvariant } from "../../ledger/audit/statistics-invariants.ts";
import type { Client, Queryable } from "../../ledger/database/database.ts";
import { quoted } from "../../ledger/database/table-names.ts";
import { countRecords, listCountedTables } from "../../ledger/history/count-records.ts";
import { createRecordTypes } from "../../ledger/types/own-types.ts";
import type { RecordTable } from "../../records/record-type.ts";
import { userType } from "../../types/user/user.ts";
import { draftOf, foreign, range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest, databaseForSuite } from "../setup/database.ts";
import { hostileNames } from "../setup/hostile-names.ts";
import { registerText } from "../setup/register.ts";
import { rejection } from "../setup/rejection.ts";
import { plannedRun } from "../setup/runs.ts";

const payments = `
$id: payment
x-record: { table: payments, stats: { by: [paid_at, status, is_new, amount], sum: [amount, fee, cents] } }
properties:
  paid_at: { type: string, format: date-time }
  status: { type: string }
  is_new: { type: boolean }
  amount: { type: number }
  fee: { type: number, multipleOf: 0.01 }
  cents: { type: integer }
`;

describe("the statistics of a table of records", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  const sessions = new Set<Client>();
  // Before the database's own hook, which would wait for what a failed test has left open.
  afterEach(() => {
    for (const client of sessions) client.release(true);
    sessions.clear();
  });
  async function open(): Promise<Client> {
    const client = await pool().connect();
    sessions.add(client);
    await client.query("BEGIN");
    return client;
  }
  async function end(client: Client, how: "COMMIT" | "ROLLBACK"): Promise<void> {
    await client.query(how);
    sessions.delete(client);
    client.release();
  }

  async function register(name: string, text: string): Promise<RecordTable> {
    await registerText(pool(), text);
    const types = createRecordTypes(pool(), { type: userType, topic: "synthetic_users" });
    const table = (await types.findNewest(name))?.type.table;
    if (!table) throw new Error("the type is registered, with a table");
    return table;
  }

  /** Until there is nothing more that could be counted. */
  async function count({ name }: RecordTable, maxIds = 1_000): Promise<void> {
    while ((await countRecords(pool(), name, maxIds)) > 0);
  }
  async function expectInvariant(table: RecordTable): Promise<void> {
    expect((await checkInvariant(pool(), statisticsInvariant(table), null)).examples).to.deep.equal([]);
  }
  async function total({ name }: RecordTable): Promise<number> {
    const { rows } = await pool().query<{ records: number }>(
      "SELECT coalesce(sum(records), 0)::bigint AS records FROM record_statistics WHERE statistic = $1",
      [name],
    );
    return rows[0]?.records ?? -1;
  }
  async function expectCurrent(table: RecordTable): Promise<void> {
    await expectInvariant(table);
    const { rows } = await pool().query<{ rows: number }>(`SELECT count(*) AS rows FROM ${table.name}`);
    expect(await total(table)).to.equal(rows[0]?.rows);
  }

  describe("of users", () => {
    const users = userType.table;

    it("count each row once, however often and in whatever portions they are brought up to date", async () => {
      const { run } = await plannedRun(pool(), { count: 40 });
      await storeNext(pool(), recordsOf(run, range(0, 25)));
      await count(users, 7);
      await expectCurrent(users);
      await storeNext(pool(), recordsOf(run, range(25, 40)));
      await storeNext(pool(), [foreign('{"country": "Chad"}'), foreign('{"name": "Ada"}')]);
      await count(users, 3);
      await expectCurrent(users);
      expect(await total(users)).to.equal(42);
    });

    it("say what was repaired, without the values", async () => {
      const { run } = await plannedRun(pool(), { count: 4, fields: ["country", "date"] });
      await storeNext(pool(), [
        draftOf(run.id, 0, '{"country": "Chad", "date": "yesterday"}'),
        draftOf(run.id, 1, '{"country": "Chad", "date": "the \\"32nd\\"; job: x"}'),
        draftOf(run.id, 2, `{"country": "Chad", "name": "${"x".repeat(300)}"}`),
        draftOf(run.id, 3, '{"country": "Chad", "date": "2026-01-01"}'),
      ]);
      await count(users);
      const { rows } = await pool().query(
        "SELECT by_values, repair, records FROM record_statistics ORDER BY repair NULLS FIRST",
      );
      const by_values = ["Chad"];
      expect(rows).to.deep.equal([
        { by_values, repair: null, records: 1 },
        { by_values, repair: "date: … is not an RFC 3339 date or date-time, set to NULL", records: 2 },
        { by_values, repair: "name: too long, cut", records: 1 },
      ]);
      const { rows: repairs } = await pool().query(
        "SELECT first_repair('tags/17/name: must be string; of 2') AS place, first_repair(NULL) AS nothing",
      );
      expect(repairs).to.deep.equal([{ place: "tags/…/name: must be string", nothing: null }]);
    });

    for (const first of [0, 1] as const) {
      it(`count what is committed, and the rows of open transactions once they are: the ${first === 0 ? "elder" : "younger"} ends first`, async () => {
        const writers = [await open(), await open()] as const;
        for (const client of writers) await client.query(insertUser);
        await pool().query(insertUser);
        await count(users);
        expect(await total(users)).to.equal(1);
        await end(writers[first], "COMMIT");
        await count(users);
        expect(await total(users)).to.equal(2);
        await end(writers[1 - first] as Client, "COMMIT");
        await count(users);
        expect(await total(users)).to.equal(3);
        await expectCurrent(users);
      });
    }

    it("wait for nobody, though somebody writes for ever: also beyond a portion of rows", async () => {
      const writer = await open();
      await writer.query(insertUser);
      for (let n = 0; n < 10; n += 1) await pool().query(insertUser);
      await count(users, 3);
      expect(await total(users)).to.equal(10);
      await end(writer, "ROLLBACK");
      await count(users, 3);
      await expectCurrent(users);
    });

    it("are exact after several have counted at once while rows were coming in", async () => {
      const { run } = await plannedRun(pool(), { count: 60, chunkSize: 60 });
      const store = async (partition: number) => {
        for (const start of range(0, 6)) {
          const first = (partition * 6 + start) * 5;
          await storeNext(pool(), recordsOf(run, range(first, first + 5)), { partition });
          await storeNext(pool(), [foreign('{"country": "Chad"}')], { partition });
        }
      };
      await Promise.all([store(0), store(1), count(users, 4), count(users, 9), count(users, 2)]);
      await count(users);
      expect(await total(users)).to.equal(72);
      await expectCurrent(users);
    });

    it("write nothing where nothing has happened", async () => {
      await pool().query(insertUser);
      await count(users);
      const current = "SELECT xmin::text AS version FROM record_statistics_progress";
      const before = (await pool().query<{ version: string }>(current)).rows;
      expect(await countRecords(pool(), users.name, 100)).to.equal(0);
      expect((await pool().query<{ version: string }>(current)).rows).to.deep.equal(before);
    });

    it("are not counted in a transaction that would not see what was committed before", async () => {
      const client = await open();
      await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      const { message } = await rejection(client.query("SELECT count_records('users_raw')"));
      expect(message).to.match(/READ COMMITTED/);
    });
  });

  describe("of a type of one's own", () => {
    it("are its records by several fields together, with sums of several, by run, minute and what was wrong", async () => {
      const table = await register("payment", payments);
      const insert = (db: Queryable, values: readonly unknown[]) => db.query(insertPayment, [...values]);
      const paid = "2026-03-01T23:30:00-02:00";
      await insert(pool(), [null, null, paid, "paid", true, 1.5, "0.10", "9007199254740993"]);
      await insert(pool(), [null, null, "2026-03-02", "paid", true, 1.5, "0.20", 1]);
      await insert(pool(), [null, null, paid, "paid", null, null, null, null]);
      await insert(pool(), [null, 'status: "x" is wrong', paid, null, false, 0.1, "0.05", 2]);
      await count(table);
      const { rows } = await pool().query(
        "SELECT by_values, repair, records, sums::text[] FROM record_statistics ORDER BY records DESC, by_values",
      );
      expect(rows).to.deep.equal([
        {
          by_values: ["2026-03-02", "paid", "true", "1.5"],
          repair: null,
          records: 2,
          sums: ["3.0", "0.30", "9007199254740994"],
        },
        { by_values: ["2026-03-02", "paid", null, null], repair: null, records: 1, sums: ["0", "0", "0"] },
        {
          by_values: ["2026-03-02", null, "false", "0.1"],
          repair: "status: … is wrong",
          records: 1,
          sums: ["0.1", "0.05", "2"],
        },
      ]);
      await expectCurrent(table);
    });

    it("are exact whatever happens side by side in whatever order, also a change of what PostgreSQL writes values as", async () => {
      const table = await register("payment", payments);
      const row = fc.tuple(
        fc.constantFrom(null, "01a20c75-e067-7000-8000-000000000001", "01a20c75-e067-7000-8000-000000000002"),
        fc.constantFrom(null, 'a: "1"', 'a: "2"'),
        fc.constantFrom(null, "2026-03-01T23:30:00-02:00", "2026-03-02T00:00:00Z"),
        fc.constantFrom(null, "", "paid", "ش".repeat(150)),
        fc.constantFrom(null, true, false),
        fc.constantFrom(null, 0.1, 1e300, -2.5, Number.NaN, Number.POSITIVE_INFINITY, 1.5e308),
        fc.constantFrom(null, "0.01", "-99.99"),
        fc.constantFrom(null, "-7", "123456789012345678901234567890", "9e131071"),
      );
      const session = fc.integer({ min: 0, max: 2 });
      const insertion = fc.record({ kind: fc.constant("insert" as const), session, row });
      const step = fc.oneof(
        insertion,
        insertion,
        fc.record({ kind: fc.constantFrom("COMMIT" as const, "ROLLBACK" as const), session }),
        fc.record({ kind: fc.constant("delete" as const), nth: fc.nat(20) }),
        fc.record({ kind: fc.constant("change" as const), nth: fc.nat(20), row }),
        fc.record({ kind: fc.constant("count" as const), maxIds: fc.integer({ min: 1, max: 5 }) }),
        fc.record({ kind: fc.constantFrom("restart" as const, "truncate" as const) }),
      );
      type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
      const settings =
        "SET LOCAL timezone = 'Asia/Tokyo'; SET LOCAL datestyle = 'German'; SET LOCAL extra_float_digits = -10;";
      async function take(step: Step, writers: Map<number, Client>): Promise<void> {
        const nth = (n: number) =>
          `_id = (SELECT _id FROM payments ORDER BY _id OFFSET ${n} % (SELECT greatest(count(*), 1) FROM payments) LIMIT 1)`;
        switch (step.kind) {
          case "insert": {
            const client = writers.get(step.session) ?? (await open());
            writers.set(step.session, client);
            await client.query(insertPayment, [...step.row]);
            break;
          }
          case "COMMIT":
          case "ROLLBACK": {
            const client = writers.get(step.session);
            writers.delete(step.session);
            if (client !== undefined) await end(client, step.kind);
            break;
          }
          case "delete":
            await pool().query(`BEGIN; ${settings} DELETE FROM payments WHERE ${nth(step.nth)}; COMMIT`);
            break;
          case "change":
            await pool().query(
              `UPDATE payments SET (_error, paid_at, status, is_new, amount, fee, cents) = ROW($1, $2, $3, $4, $5, $6, $7) WHERE ${nth(step.nth)}`,
              step.row.slice(1),
            );
            break;
          case "count":
            await countRecords(pool(), table.name, step.maxIds);
            break;
          case "restart":
            await pool().query("UPDATE record_statistics_progress SET restart = true");
            break;
          case "truncate":
            // Waits for whoever writes.
            if (writers.size === 0) await database().asOwner("TRUNCATE payments RESTART IDENTITY");
        }
        await expectInvariant(table);
      }
      await fc.assert(
        fc.asyncProperty(
          fc.array(row, { minLength: 3, maxLength: 3 }),
          fc.array(step, { maxLength: 25 }),
          async (rows, steps) => {
            await database().asOwner("TRUNCATE payments RESTART IDENTITY");
            for (const each of rows) await pool().query(insertPayment, [...each]);
            await count(table);
            const writers = new Map<number, Client>();
            for (const each of steps) await take(each, writers);
            for (const client of writers.values()) await end(client, "COMMIT");
            await count(table);
            await expectCurrent(table);
          },
        ),
        { numRuns: 60 },
      );
    });

    it("are corrected at once, and not counted anew, where rows are changed or deleted", async () => {
      const table = await register("payment", payments);
      for (const amount of [1, 2, 4])
        await pool().query(insertPayment, [null, null, null, "paid", true, amount, 1, 1]);
      await count(table);
      await pool().query("DELETE FROM payments WHERE amount = 2");
      await pool().query("UPDATE payments SET status = 'refunded' WHERE amount = 4");
      await expectCurrent(table);
      const { rows } = await pool().query(
        "SELECT by_values[2] AS status, records FROM record_statistics ORDER BY 1",
      );
      expect(rows).to.deep.equal([
        { status: "paid", records: 1 },
        { status: "refunded", records: 1 },
      ]);
    });

    it("hold keys as long as they may get", async () => {
      const table = await register("wide", wide);
      const letters = () =>
        String.fromCodePoint(...range(0, 300).map(() => 0x10000 + Math.floor(Math.random() * 0xf0000)));
      for (let n = 0; n < 3; n += 1)
        await pool().query(
          `INSERT INTO wide (_partition, _offset, _raw, _error, a, b, c, d) VALUES (0, 0, '{}', $1, $2, $3, $4, $5)`,
          [1, 2, 3, 4, 5].map(letters),
        );
      await count(table);
      await expectCurrent(table);
    });

    it("stay right when a later version has further fields", async () => {
      const table = await register("payment", payments);
      await pool().query(insertPayment, [null, null, null, "paid", true, 1, 1, 1]);
      await count(table);
      const next = await register("payment", `${payments}  note: { type: string }\n`);
      expect(next.statistics).to.deep.equal(table.statistics);
      await pool().query(insertPayment, [null, null, null, "paid", true, 1, 1, 1]);
      await pool().query("UPDATE payments SET note = 'x'");
      await count(next);
      await pool().query("DELETE FROM payments WHERE _id = 1");
      await expectCurrent(next);
      expect(await total(next)).to.equal(1);
    });

    it("begin anew with a table that is made anew", async () => {
      const table = await register("payment", payments);
      await pool().query(insertPayment, [null, null, null, "paid", true, 1, 1, 1]);
      await count(table);
      await database().asOwner("DROP TABLE payments");
      expect(await countRecords(pool(), table.name, 10)).to.equal(0);
      await register("payment", payments);
      await pool().query(insertPayment, [null, null, null, "new", true, 1, 1, 1]);
      await count(table);
      await expectCurrent(table);
      expect(await total(table)).to.equal(1);
    });

    it("are kept by whatever fields are called, and leave the catalogue as it was", async () => {
      const catalogue = async (): Promise<readonly unknown[]> => {
        const { rows } = await pool().query(
          `SELECT concat_ws(' ', relkind, relname, relowner::regrole, relacl::text) AS thing FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relname !~ '^hostile_\\d'
           UNION ALL SELECT concat_ws(' ', proname, prosrc, proacl::text) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
           UNION ALL SELECT concat_ws(' ', tgname, pg_get_triggerdef(oid)) FROM pg_trigger
            WHERE tgrelid NOT IN (SELECT oid FROM pg_class WHERE relname ~ '^hostile_\\d')
           UNION ALL SELECT rolname FROM pg_roles
           ORDER BY thing`,
        );
        return rows;
      };
      const before = await catalogue();
      const fields = hostileNames.map((name) => name.toWellFormed());
      for (let first = 0; first < fields.length; first += 4) {
        const names = fields.slice(first, first + 4);
        const table = await register(
          `hostile_${first}`,
          JSON.stringify({
            $id: `hostile_${first}`,
            "x-record": { stats: { by: names, sum: names } },
            properties: Object.fromEntries(names.map((name) => [name, { type: "integer" }])),
          }),
        );
        const columns = table.statistics.sum.map(({ name }) => quoted(name));
        await pool().query(
          `INSERT INTO ${table.name} (_partition, _offset, _raw, ${columns.join(", ")}) VALUES (0, 0, '{}', ${columns.map(() => 3).join(", ")})`,
        );
        await count(table);
        await pool().query(`UPDATE ${table.name} SET ${columns[0]} = 4`);
        await expectCurrent(table);
        const { rows } = await pool().query(
          "SELECT sums[1]::integer AS first FROM record_statistics WHERE statistic = $1",
          [table.name],
        );
        expect(rows).to.deep.equal([{ first: 4 }]);
      }
      expect(await catalogue()).to.deep.equal(before);
    });

    it("are those of its table alone", async () => {
      const table = await register("payment", payments);
      const other = await register("wide", wide);
      expect(await listCountedTables(pool())).to.deep.equal(["payments", "users_raw", "wide"]);
      await pool().query(insertPayment, [null, null, null, "paid", true, 1, 1, 1]);
      await count(other);
      await count(table);
      expect(await total(other)).to.equal(0);
      await database().asOwner("TRUNCATE wide");
      await expectCurrent(table);
    });

    const refusals: Readonly<Record<string, readonly [args: readonly unknown[], code: string]>> = {
      "the ledger's": [["runs", [], []], "42P01"],
      "no table": [["no such table", [], []], "42P01"],
      "no name": [[null, [], []], "22004"],
      "a column that is not there": [["wide", ["no"], []], "42703"],
      "a column made to break out": [["wide", ['a", b); DROP TABLE runs; --'], []], "42703"],
      "a sum of texts": [["wide", [], ["a"]], "42703"],
      "too many columns": [["wide", ["a", "b", "c", "d", "a"], []], "23514"],
      "no list of columns": [["wide", null, []], "23502"],
    };
    for (const [what, [args, code]] of Object.entries(refusals))
      it(`are not kept by the service's role of ${what}`, async () => {
        await register("wide", wide);
        const failure = await rejection(pool().query("SELECT keep_record_statistics($1, $2, $3)", [...args]));
        expect(failure).to.include({ code });
      });
  });
});

describe("the countries' codes", () => {
  const database = databaseForSuite();

  it("are there for every country that a record may have", async () => {
    const { rows } = await database().pool.query<{ country: string }>("SELECT country FROM country_codes");
    expect(rows.map(({ country }) => country)).to.have.members(vocabulary.countries);
  });
});

const wide = `
$id: wide
x-record: { stats: { by: [a, b, c, d] } }
properties: { a: { type: string }, b: { type: string }, c: { type: string }, d: { type: string } }
`;

const insertUser = `INSERT INTO users_raw (country, raw_payload, kafka_partition, kafka_offset)
  VALUES ('Chad', '{}', 0, 0)`;

/** The sequence number is whatever no other record has. */
const insertPayment = `
  INSERT INTO payments (_run_id, _seq, _error, paid_at, status, is_new, amount, fee, cents, _partition, _offset, _raw)
  SELECT $1::uuid, CASE WHEN $1 IS NOT NULL THEN (random() * 1e15)::bigint END, $2, $3::timestamptz, $4, $5::boolean,
         $6::float8, $7::numeric, $8::numeric, 0, 0, '{}'`;
