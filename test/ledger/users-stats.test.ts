import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import fc from "fast-check";
import { checkInvariant } from "../../ledger/audit/invariants.ts";
import { usersStatsInvariant } from "../../ledger/audit/statistics-invariants.ts";
import type { Client, Pool, Queryable } from "../../ledger/database/database.ts";
import { aggregateUsersStats } from "../setup/aggregate-users-stats.ts";
import { draftOf, foreign, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { plannedRun } from "../setup/runs.ts";

/** The original's statement, with the day on which a row came in place of the current date, and the further measures. */
const fromNothing = `
  SELECT coalesce(date(event_time), date(created_at))::text AS stat_date, coalesce(country, 'UNKNOWN') AS country,
         count(*) AS total_users, count(*) FILTER (WHERE error IS NOT NULL) AS flagged_users,
         count(*) FILTER (WHERE run_id IS NULL) AS foreign_users,
         count(*) FILTER (WHERE event_time IS NULL) AS undated_users
    FROM users_raw GROUP BY 1, 2 ORDER BY 1, 2`;
const inTheTable = `
  SELECT stat_date::text, country, total_users, flagged_users, foreign_users, undated_users
    FROM users_stats ORDER BY stat_date, country`;

/** A row as others might write it: of a few days and countries, so that rows share their line of users_stats. */
const insertRow = `
  INSERT INTO users_raw (event_time, country, error, run_id, seq, raw_payload, kafka_partition, kafka_offset, created_at)
  VALUES ($1, $2, $3, NULL, NULL, '{}', 0, 0, make_timestamptz(2026, 11, $4, 23, 30, 0, 'UTC'))`;

type NewRow = readonly [eventTime: string | null, country: string | null, error: string | null, day: number];

const ada: NewRow = ["2026-03-01T12:00:00Z", "Portugal", null, 1];

describe("aggregating users_stats", () => {
  const sessions = new Set<Client>();
  // Before the database's own hook, which would wait for what a failed test has left open.
  afterEach(() => {
    for (const client of sessions) client.release(true);
    sessions.clear();
  });
  const database = databaseForEachTest();
  const pool = () => database().pool;
  const insert = (db: Queryable, row: NewRow) => db.query(insertRow, row);
  const read = async (sql: string) => (await pool().query(sql)).rows;

  async function expectInvariant(): Promise<void> {
    const { examples } = await checkInvariant(pool(), usersStatsInvariant, null);
    expect(examples).to.deep.equal([]);
  }
  async function expectCurrent(): Promise<void> {
    await expectInvariant();
    expect(await read(inTheTable)).to.deep.equal(await read(fromNothing));
  }
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
  const commit = (client: Client) => end(client, "COMMIT");

  it("counts a day's users of a country: repaired ones, other producers' and undated ones too", async () => {
    const { run } = await plannedRun(pool(), { count: 5, chunkSize: 5 });
    await storeNext(pool(), [
      draftOf(run.id, 0, '{"date":"2026-03-01T23:59:59-01:00","country":"Peru"}'),
      draftOf(run.id, 1, '{"date":"2026-03-02","country":"Peru"}'),
      draftOf(run.id, 2, '{"date":"2026-03-02","country":"Peru","name":7}'),
      foreign('{"date":"2026-03-02","country":"Peru"}'),
    ]);
    await insert(pool(), [null, null, null, 3]);
    await aggregateUsersStats(pool());
    expect(await read(inTheTable)).to.deep.equal([
      {
        stat_date: "2026-03-02",
        country: "Peru",
        total_users: 4,
        flagged_users: 1,
        foreign_users: 1,
        undated_users: 0,
      },
      {
        stat_date: "2026-11-03",
        country: "UNKNOWN",
        total_users: 1,
        flagged_users: 0,
        foreign_users: 1,
        undated_users: 1,
      },
    ]);
    await expectCurrent();
  });

  it("changes nothing when it is repeated", async () => {
    for (const day of [1, 2, 2]) await insert(pool(), [null, "Chad", null, day]);
    await aggregateUsersStats(pool());
    const before = await read("TABLE users_stats ORDER BY stat_date");
    await aggregateUsersStats(pool());
    expect(await read("TABLE users_stats ORDER BY stat_date")).to.deep.equal(before);
  });

  it("is checked before the first aggregation, and when rows came after the last one", async () => {
    await expectInvariant();
    await insert(pool(), ada);
    await expectInvariant();
    await aggregateUsersStats(pool());
    await insert(pool(), ada);
    await expectInvariant();
  });

  it("counts rows that are committed after later ones were counted, and only once", async () => {
    const early = await open();
    await insert(early, ada);
    await insert(pool(), ada);
    await aggregateUsersStats(pool());
    expect(await read("SELECT total_users FROM users_stats")).to.deep.equal([{ total_users: 1 }]);
    const later = await open();
    await insert(later, ada);
    await aggregateUsersStats(pool());
    await expectInvariant();
    await commit(early);
    await aggregateUsersStats(pool());
    await expectCurrent();
    await commit(later);
    await aggregateUsersStats(pool());
    await expectCurrent();
    expect(
      await read(
        `SELECT final_id = (SELECT max(id) FROM users_raw) AS all, counted::text
           FROM record_statistics_progress WHERE statistic = 'users_stats'`,
      ),
    ).to.deep.equal([{ all: true, counted: "{}" }]);
  });

  it("goes on settling rows while there is always somebody who writes", async () => {
    let writer = await open();
    await insert(writer, ada);
    for (let n = 0; n < 5; n += 1) {
      await aggregateUsersStats(pool());
      const next = await open();
      await insert(next, ada);
      await commit(writer);
      writer = next;
    }
    const [progress] = await read(
      "SELECT final_id FROM record_statistics_progress WHERE statistic = 'users_stats'",
    );
    expect(progress?.final_id).to.be.at.least(2);
    await commit(writer);
    await aggregateUsersStats(pool());
    await expectCurrent();
  });

  it("lets stale lines vanish: deleted rows, changed ones, a whole run's", async () => {
    const { run } = await plannedRun(pool(), { count: 10, chunkSize: 10, fields: ["date", "country"] });
    await storeNext(pool(), recordsOf(run, [0, 1, 2, 3, 4]));
    await insert(pool(), ada);
    await aggregateUsersStats(pool());
    await pool().query("DELETE FROM users_raw WHERE run_id = $1", [run.id]);
    await pool().query("UPDATE users_raw SET country = 'Spain', error = 'country: mended'");
    await expectInvariant();
    await aggregateUsersStats(pool());
    await expectCurrent();
    expect(await read("SELECT country FROM users_stats")).to.deep.equal([{ country: "Spain" }]);
  });

  it("begins anew where the rows were truncated, or where it is told to", async () => {
    await insert(pool(), ada);
    await aggregateUsersStats(pool());
    await database().asOwner("TRUNCATE users_raw RESTART IDENTITY");
    await insert(pool(), [null, "Chad", null, 1]);
    await expectInvariant();
    await aggregateUsersStats(pool());
    await expectCurrent();
    await pool().query("UPDATE users_stats SET total_users = 99");
    await pool().query("UPDATE record_statistics_progress SET restart = true");
    await aggregateUsersStats(pool());
    await expectCurrent();
  });

  it("counts a deletion that was under way while it counted", async () => {
    await insert(pool(), ada);
    await insert(pool(), ada);
    await aggregateUsersStats(pool());
    const deleting = await open();
    await deleting.query("DELETE FROM users_raw WHERE id = 1");
    await insert(pool(), ada);
    const waiting = aggregateUsersStats(pool());
    await untilWaiting(pool());
    await commit(deleting);
    await waiting;
    await expectCurrent();
  });

  it("is done one after the other where it is asked for side by side", async () => {
    for (let n = 0; n < 20; n += 1) await insert(pool(), ada);
    await Promise.all([1, 2, 3, 4].map(() => aggregateUsersStats(pool())));
    await expectCurrent();
  });

  it("leaves everything as it was where it fails", async () => {
    await insert(pool(), ada);
    await aggregateUsersStats(pool());
    await insert(pool(), ada);
    await database().asOwner("ALTER TABLE users_stats ADD CONSTRAINT no_more CHECK (total_users < 2)");
    const failure = await aggregateUsersStats(pool()).catch((error: Error) => error.message);
    expect(failure).to.match(/no_more/);
    await expectInvariant();
    await database().asOwner("ALTER TABLE users_stats DROP CONSTRAINT no_more");
    await aggregateUsersStats(pool());
    await expectCurrent();
  });

  it("is right whatever happens side by side in whatever order", async () => {
    const row: fc.Arbitrary<NewRow> = fc.tuple(
      fc.constantFrom(null, "2026-03-01T00:00:00Z", "2026-03-02T23:00:00+05:00"),
      fc.constantFrom(null, "Peru", "Chad"),
      fc.constantFrom(null, "mended"),
      fc.integer({ min: 1, max: 2 }),
    );
    const session = fc.integer({ min: 0, max: 2 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant("insert" as const), session, row }),
      fc.record({ kind: fc.constant("insert" as const), session, row }),
      fc.record({ kind: fc.constant("commit" as const), session }),
      fc.record({ kind: fc.constant("roll back" as const), session }),
      fc.record({ kind: fc.constant("delete" as const), nth: fc.nat(20) }),
      fc.record({ kind: fc.constant("change" as const), nth: fc.nat(20), row }),
      fc.record({ kind: fc.constant("aggregate" as const) }),
      fc.record({ kind: fc.constant("restart" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await database().asOwner("TRUNCATE users_raw RESTART IDENTITY");
        const writers = new Map<number, Client>();
        for (const step of steps) await take(step, writers);
        for (const client of writers.values()) await commit(client);
        await aggregateUsersStats(pool());
        await expectCurrent();
      }),
      { numRuns: 60 },
    );

    type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
    async function take(step: Step, writers: Map<number, Client>): Promise<void> {
      const nth = (n: number) => `id = (SELECT id FROM users_raw ORDER BY id OFFSET ${n} LIMIT 1)`;
      switch (step.kind) {
        case "insert": {
          const client = writers.get(step.session) ?? (await open());
          writers.set(step.session, client);
          await insert(client, step.row);
          break;
        }
        case "commit":
        case "roll back": {
          const client = writers.get(step.session);
          writers.delete(step.session);
          if (client !== undefined) await end(client, step.kind === "commit" ? "COMMIT" : "ROLLBACK");
          break;
        }
        case "delete":
          await pool().query(`DELETE FROM users_raw WHERE ${nth(step.nth)}`);
          break;
        case "change":
          await pool().query(
            `UPDATE users_raw SET event_time = $1, country = $2, error = $3 WHERE ${nth(step.nth)}`,
            [...step.row.slice(0, 3)],
          );
          break;
        case "aggregate":
          await aggregateUsersStats(pool());
          break;
        case "restart":
          await pool().query("UPDATE record_statistics_progress SET restart = true");
      }
      await expectInvariant();
    }
  });

  it("counts no row that is being deleted while everything is counted for the first time", async () => {
    await insert(pool(), ada);
    const deleting = await open();
    await deleting.query("DELETE FROM users_raw");
    const aggregating = aggregateUsersStats(pool());
    const waiting = eventually(async () => {
      expect(await read("SELECT FROM pg_locks WHERE NOT granted")).not.to.be.empty;
    });
    await Promise.race([aggregating, waiting]);
    await commit(deleting);
    await Promise.all([aggregating, waiting.catch(() => undefined)]);
    await expectCurrent();
  });

  it("is right while four write, delete and aggregate at full speed", async () => {
    const work = async (seed: number) => {
      for (let n = 0; n < 25; n += 1) {
        const client = await open();
        await insert(client, [null, `Country ${(seed + n) % 5}`, null, 1 + (n % 3)]);
        await pause(n % 3);
        await insert(client, [null, `Country ${(seed * n) % 5}`, null, 1 + (n % 3)]);
        await commit(client);
        if (n % 5 === 0) await pool().query("DELETE FROM users_raw WHERE id % 7 = $1", [seed]);
      }
    };
    const writing = Promise.all([1, 2, 3, 4].map(work));
    let done = false;
    const aggregating = [1, 2].map(async () => {
      while (!done) {
        await aggregateUsersStats(pool());
        await expectInvariant();
      }
    });
    await writing.finally(() => {
      done = true;
    });
    await Promise.all(aggregating);
    await aggregateUsersStats(pool());
    await expectCurrent();
  });
});

/** Waits until somebody in this database waits for a lock. */
function untilWaiting(pool: Pool): Promise<void> {
  return eventually(async () => {
    const { rows } = await pool.query(
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    expect(rows, "who waits for a lock").not.to.deep.equal([]);
  });
}
