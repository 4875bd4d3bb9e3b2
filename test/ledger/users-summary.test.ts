import { expect } from "chai";
import pg from "pg";
import { summariseUsers } from "../../ledger/summarise-users.ts";
import { vocabulary } from "../../records/vocabulary.ts";
import { draftOf, foreign, range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest, databaseForSuite } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { plannedRun } from "../setup/runs.ts";

interface Count {
  readonly country: string | null;
  readonly repair: string | null;
  readonly users: number;
}

describe("the summary of users_raw", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  /** Until there is nothing more that can be counted now. */
  async function summarise(maxIds = 1_000): Promise<void> {
    let idle = 0;
    while (idle < 3) idle = (await summariseUsers(pool(), maxIds)) > 0 ? 0 : idle + 1;
  }
  /** Until so many are counted: transactions of other databases have to end first where they began before. */
  async function summariseAll(users: number, maxIds?: number): Promise<void> {
    await eventually(async () => {
      await summarise(maxIds);
      expect(await total()).to.equal(users);
      await expectExact();
    });
  }
  async function total(): Promise<number> {
    const { rows } = await pool().query<{ users: number }>(
      "SELECT COALESCE(sum(users), 0)::bigint AS users FROM users_summary",
    );
    return rows[0]?.users ?? -1;
  }
  async function expectExact(): Promise<void> {
    const { rows } = await pool().query(
      `SELECT run_id, country, sum(users) AS difference
         FROM (SELECT run_id, country, users FROM users_summary
               UNION ALL SELECT run_id, country, -1 FROM users_raw) AS both_ways
        GROUP BY run_id, country HAVING sum(users) <> 0`,
    );
    expect(rows).to.deep.equal([]);
    expect(await total()).to.be.above(0);
  }

  it("counts each row once, however often and in whatever portions it is brought up to date", async () => {
    const { run } = await plannedRun(pool(), { count: 40 });
    await storeNext(pool(), recordsOf(run, range(0, 25)));
    await summariseAll(25, 7);
    await summarise(7);
    await storeNext(pool(), recordsOf(run, range(25, 40)));
    await storeNext(pool(), [foreign('{"country": "Chad"}'), foreign('{"name": "Ada"}')]);
    await summariseAll(42, 3);
  });

  it("says what was repaired, without the values", async () => {
    const { run } = await plannedRun(pool(), { count: 4, fields: ["country", "date"] });
    await storeNext(pool(), [
      draftOf(run.id, 0, '{"country": "Chad", "date": "yesterday"}'),
      draftOf(run.id, 1, '{"country": "Chad", "date": "the \\"32nd\\"; job: x"}'),
      draftOf(run.id, 2, `{"country": "Chad", "name": "${"x".repeat(300)}"}`),
      draftOf(run.id, 3, '{"country": "Chad", "date": "2026-01-01"}'),
    ]);
    await summariseAll(4);
    const { rows } = await pool().query<Count>(
      "SELECT country, repair, users FROM users_summary ORDER BY repair NULLS FIRST",
    );
    expect(rows).to.deep.equal([
      { country: "Chad", repair: null, users: 1 },
      { country: "Chad", repair: "date: … is not an RFC 3339 date or date-time, set to NULL", users: 2 },
      { country: "Chad", repair: "name: too long, cut", users: 1 },
    ]);
  });

  for (const order of [
    ["first", "second"],
    ["second", "first"],
  ] as const) {
    it(`waits for the rows of every open transaction, the ${order[0]} of which ends before the other`, async () => {
      const first = new pg.Client({ connectionString: database().url });
      const second = new pg.Client({ connectionString: database().url });
      const clients = { first, second };
      try {
        for (const client of [first, second]) {
          await client.connect();
          await client.query("BEGIN");
          await client.query(insertOne);
        }
        await pool().query(insertOne);
        await summarise();
        await clients[order[0]].query("COMMIT");
        await summarise();
        expect(await total()).to.be.below(3);
        await clients[order[1]].query("COMMIT");
        await summariseAll(3);
      } finally {
        await Promise.all([first.end(), second.end()]);
      }
    });

    it(`does so where nothing else has ended since they began, and the ${order[0]} ends before the other`, async () => {
      const first = new pg.Client({ connectionString: database().url });
      const second = new pg.Client({ connectionString: database().url });
      const clients = { first, second };
      try {
        for (const client of [first, second]) {
          await client.connect();
          await client.query("BEGIN");
          await client.query(insertOne);
        }
        await summarise();
        await clients[order[0]].query("COMMIT");
        await summarise();
        await clients[order[1]].query("COMMIT");
        await summariseAll(2);
      } finally {
        await Promise.all([first.end(), second.end()]);
      }
    });
  }

  it("leaves out what was rolled back", async () => {
    const client = await pool().connect();
    await client.query("BEGIN");
    await client.query(insertOne);
    await client.query("ROLLBACK");
    client.release();
    await pool().query(insertOne);
    await summariseAll(1);
  });

  it("is exact after several have counted at once while rows were coming in", async () => {
    const { run } = await plannedRun(pool(), { count: 60, chunkSize: 60 });
    const store = async (partition: number) => {
      for (const start of range(0, 6)) {
        const first = (partition * 6 + start) * 5;
        await storeNext(pool(), recordsOf(run, range(first, first + 5)), { partition });
        await storeNext(pool(), [foreign('{"country": "Chad"}')], { partition });
      }
    };
    await Promise.all([store(0), store(1), summarise(4), summarise(9), summarise(2)]);
    await summariseAll(72);
  });

  for (const [change, users] of [
    ["UPDATE users_raw SET country = 'Fiji' WHERE id = 1", 10],
    ["DELETE FROM users_raw WHERE id = 2", 9],
  ] as const) {
    it(`begins anew after ${change}`, async () => {
      const { run } = await plannedRun(pool(), { count: 10 });
      await storeNext(pool(), recordsOf(run, range(0, 10)));
      await summariseAll(10);
      await pool().query(change);
      await summariseAll(users);
    });
  }

  it("writes nothing where nothing has happened", async () => {
    await pool().query(insertOne);
    await summariseAll(1);
    const current = "SELECT xmin::text AS version FROM users_summary_progress";
    const before = (await pool().query<{ version: string }>(current)).rows;
    expect(await summariseUsers(pool(), 100)).to.equal(0);
    expect((await pool().query<{ version: string }>(current)).rows).to.deep.equal(before);
  });
});

describe("the countries' codes", () => {
  const database = databaseForSuite();

  it("are there for every country that a record may have", async () => {
    const { rows } = await database().pool.query<{ country: string }>("SELECT country FROM country_codes");
    expect(rows.map(({ country }) => country)).to.have.members(vocabulary.countries);
  });
});

const insertOne = `INSERT INTO users_raw (country, raw_payload, kafka_partition, kafka_offset)
  VALUES ('Chad', '{}', 0, 0)`;
