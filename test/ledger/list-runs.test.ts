import { expect } from "chai";
import type { Queryable } from "../../ledger/database/database.ts";
import {
  countRuns,
  listRuns,
  type RunFilter,
  type RunOrder,
  runOrders,
} from "../../ledger/runs/list-runs.ts";
import { readRunSearch } from "../../ledger/runs/run-search.ts";
import { userType } from "../../types/user/user.ts";
import { databaseForEachTest, databaseForSuite } from "../setup/database.ts";
import { createdRun } from "../setup/runs.ts";

const everything: RunFilter = { type: null, status: null, search: null };
const searchFor = (text: string): RunFilter => ({
  type: null,
  status: null,
  search: readRunSearch(text, userType.fields),
});

describe("listing runs", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;
  const first = async (filter: RunFilter, order: RunOrder = "newest"): Promise<string[]> =>
    (await listRuns(pool(), { ...filter, order, limit: 50, before: null })).runs.map(({ id }) => id);

  it("goes newest first, page by page, without gap or repetition while others come", async () => {
    const made: string[] = [];
    for (let n = 0; n < 7; n++) made.push((await createdRun(pool())).id);
    const listed: string[] = [];
    const pages: number[] = [];
    let before: string | null = null;
    do {
      const page = await listRuns(pool(), { ...everything, order: "newest", limit: 3, before });
      listed.push(...page.runs.map((run) => run.id));
      pages.push(page.runs.length);
      before = page.nextBefore;
      await createdRun(pool());
    } while (before !== null);
    expect(listed).to.deep.equal(made.toReversed());
    expect(pages).to.deep.equal([3, 3, 1]);
  });

  it("says of a full last page that it is the last", async () => {
    for (let n = 0; n < 3; n++) await createdRun(pool());
    const page = await listRuns(pool(), { ...everything, order: "newest", limit: 3, before: null });
    expect(page.nextBefore).to.equal(null);
  });

  it("lets through one status, and counts up to a bound", async () => {
    const { id } = await createdRun(pool());
    await createdRun(pool());
    await createdRun(pool());
    await pool().query("UPDATE runs SET status = 'paused' WHERE id = $1", [id]);
    expect(await first({ type: null, status: "paused", search: null })).to.deep.equal([id]);
    expect(await countRuns(pool(), { type: null, status: "queued", search: null }, 100)).to.equal(2);
    expect(await countRuns(pool(), everything, 2)).to.equal(2);
  });

  it("finds by the beginning and the end of an id, with and without dashes", async () => {
    const { id } = await createdRun(pool(), { seed: 1 });
    await createdRun(pool(), { seed: 2 });
    const texts = [id, id.toUpperCase(), id.replaceAll("-", ""), id.slice(-12), id.slice(-6), id.slice(-15)];
    for (const text of texts) expect(await first(searchFor(` ${text} `)), text).to.deep.equal([id]);
    // Version 7: the first digits are the time, which both have.
    for (const length of [4, 8, 9]) {
      expect(await first(searchFor(id.slice(0, length))), `${length}`).to.include(id);
    }
    expect(await first(searchFor(id.slice(4, 12)))).to.deep.equal([]);
  });

  it("finds by seed, field, label and a part of the error, whatever is in the text", async () => {
    const ids: string[] = [];
    for (const wishes of [{ seed: 4711 }, { fields: ["email"] }, { fields: ["name"] }]) {
      ids.push((await createdRun(pool(), wishes)).id);
    }
    await pool().query(
      "UPDATE runs SET status = 'failed', finished_at = now(), error = '100% of_it \\ went wrong' WHERE id = $1",
      [ids[2]],
    );
    expect(await first(searchFor("4711"))).to.deep.equal([ids[0]]);
    expect(await first(searchFor("email"))).to.deep.equal([ids[1]]);
    expect(await first(searchFor("E-mail"))).to.deep.equal([ids[1]]);
    for (const text of ["went WRONG", "100%", "of_it", "\\"]) {
      expect(await first(searchFor(text)), text).to.deep.equal([ids[2]]);
    }
    for (const text of ["of-it", "' OR true --", "%", "99999999999999999999"]) {
      expect(await first(searchFor(text)), text).to.deep.equal(text === "%" ? [ids[2]] : []);
    }
  });

  it("orders by size and by duration: what has not ended first, what has not begun last", async () => {
    const ids: string[] = [];
    for (const count of [20, 40, 10, 30, 30]) ids.push((await createdRun(pool(), { count })).id);
    const set = (at: number, assignments: string) =>
      pool().query(`UPDATE runs SET ${assignments} WHERE id = $1`, [ids[at]]);
    await set(0, "status = 'running', started_at = now() - interval '1 hour'");
    await set(
      1,
      "status = 'cancelled', started_at = now() - interval '2 days', finished_at = now() - interval '1 day'",
    );
    await set(2, "status = 'failed', started_at = now() - interval '9 s', finished_at = now()");
    await set(3, "status = 'running', started_at = now()");
    const at = (order: readonly number[]) => order.map((index) => ids[index]);
    expect(await first(everything, "largest")).to.deep.equal(at([1, 4, 3, 0, 2]));
    expect(await first(everything, "longest")).to.deep.equal(at([0, 3, 1, 2, 4]));
    expect(await first(everything, "oldest")).to.deep.equal(ids);
  });
});

/** Lines of a plan, as EXPLAIN gives them. */
interface PlanLine {
  readonly "QUERY PLAN": string;
}

describe("listing 100,000 runs", () => {
  const database = databaseForSuite();
  const pool = () => database().pool;
  const total = 100_000;

  /** Keeps how PostgreSQL plans each statement with its values. */
  const explain = (): { readonly plans: string[]; readonly explaining: Queryable } => {
    const plans: string[] = [];
    const explaining: Queryable = {
      async query(text, values) {
        const explained = await pool().query<PlanLine>(`EXPLAIN ${text}`, [...(values ?? [])]);
        plans.push(explained.rows.map((line) => line["QUERY PLAN"]).join("\n"));
        return pool().query(text, [...(values ?? [])]);
      },
    };
    return { plans, explaining };
  };

  before(async () => {
    const atATime = 10_000;
    for (let from = 1; from < total; from += atATime) {
      await pool().query(
        `INSERT INTO runs (id, record_type, record_type_version, requested, fields, seed, reference_date, chunk_size,
                           status, created_at, started_at, finished_at, error)
         SELECT uuidv7(interval '1 ms' * (n - $1::int)), CASE WHEN n % 10000 = 77 THEN 'rare' ELSE 'user' END, 1, 1 + (n * 7919) % 1000, '{name,email}', n, now(), 10, status,
                now(), CASE WHEN status <> 'queued' THEN now() - interval '1 s' * (n % 5000) END,
                CASE WHEN status IN ('cancelled', 'failed') THEN now() END,
                CASE WHEN status = 'failed' THEN 'out of ' || n END
           FROM generate_series($2::int, $2::int + $3::int - 1) AS n,
                LATERAL (SELECT CASE WHEN n % 1000 = 0 THEN 'failed' WHEN n % 2000 = 1 THEN 'running'
                                     WHEN n % 3 = 0 THEN 'queued' ELSE 'cancelled' END AS status) AS s`,
        [total, from, atATime],
      );
    }
    await database().asOwner("ANALYZE runs");
  });

  for (const order of runOrders) {
    it(`pages through more than 1,000 of them without gap or repetition, ${order}`, async () => {
      const listed: string[] = [];
      let before: string | null = null;
      for (let pages = 0; pages < 5; pages++) {
        const page: Awaited<ReturnType<typeof listRuns>> = await listRuns(pool(), {
          ...everything,
          order,
          limit: 250,
          before,
        });
        listed.push(...page.runs.map(({ id }) => id));
        before = page.nextBefore;
      }
      const whole = await listRuns(pool(), { ...everything, order, limit: 1250, before: null });
      expect(listed).to.deep.equal(whole.runs.map(({ id }) => id));
      expect(new Set(listed).size).to.equal(1250);
    });

    it(`goes to a late page by an index, ${order}`, async () => {
      const { rows } = await pool().query<{ id: string }>(
        "SELECT id FROM runs ORDER BY seed OFFSET 50000 LIMIT 1",
      );
      const { plans, explaining } = explain();
      await listRuns(explaining, { ...everything, order, limit: 25, before: rows[0]?.id ?? null });
      expect(plans[0])
        .to.match(/Index Scan/)
        .and.to.not.match(/Seq Scan|Sort/);
    });
  }

  it("searches by indexes what no field is called", async () => {
    const { plans, explaining } = explain();
    for (const text of ["4711", "out of 3000", "0123456789ab"]) {
      await listRuns(explaining, { ...searchFor(text), order: "newest", limit: 25, before: null });
    }
    // Neither all of the table nor all of it in the order of the ids.
    for (const plan of plans) expect(plan).to.not.match(/Seq Scan|Index Scan (Backward )?using runs_pkey/);
  });

  it("lists and counts the few runs of one type by its index, whatever else is asked for", async () => {
    const { plans, explaining } = explain();
    const rare = { ...everything, type: "rare" };
    for (const order of runOrders) {
      const { runs } = await listRuns(explaining, { ...rare, order, limit: 25, before: null });
      expect(runs.map(({ recordType }) => recordType.name)).to.deep.equal(Array(10).fill("rare"));
    }
    expect(await countRuns(explaining, rare, 1001)).to.equal(10);
    await listRuns(explaining, { ...rare, status: "cancelled", order: "newest", limit: 25, before: null });
    for (const plan of plans) expect(plan).to.match(/using runs_by_type|on runs_by_type/);
  });

  const searches: readonly (readonly [text: string, found: number])[] = [
    ["777", 1],
    ["out of 3000", 2],
    ["email", 1001],
  ];
  for (const [text, found] of searches) {
    it(`finds ${JSON.stringify(text)} among them in moments`, async () => {
      const startedMs = performance.now();
      const { runs } = await listRuns(pool(), {
        ...searchFor(text),
        order: "largest",
        limit: 25,
        before: null,
      });
      expect(runs).to.have.length(Math.min(found, 25));
      expect(await countRuns(pool(), searchFor(text), 1001)).to.equal(found);
      expect(performance.now() - startedMs).to.be.below(3_000);
    });
  }
});
