import { expect } from "chai";
import { listChunks } from "../../ledger/chunks/list-chunks.ts";
import { readRunHistory } from "../../ledger/history/run-history.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { currentRun, plannedRun } from "../setup/runs.ts";

describe("the history of a run", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;
  const start = new Date("2026-07-01T12:00:00Z");
  const later = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);

  /** A run of `chunks` chunks of ten, of which the n-th is produced in second n and stored `lag` seconds later. */
  async function pastRun(chunks: number, lag: number, { stored = chunks } = {}) {
    const { run } = await plannedRun(pool(), { count: chunks * 10, chunkSize: 10 });
    await pool().query(
      `UPDATE chunks
          SET produced_at = $2::timestamptz + interval '1 s' * (index + 0.5),
              closed_at = CASE WHEN index < $4 THEN $2::timestamptz + interval '1 s' * (index + 0.5 + $3) END,
              stored = CASE WHEN index < $4 THEN 9 ELSE 0 END,
              dead_lettered = CASE WHEN index < $4 THEN 1 ELSE 0 END
        WHERE run_id = $1`,
      [run.id, start, lag, stored],
    );
    const finished = stored === chunks ? later(chunks + lag) : null;
    await pool().query(
      `UPDATE runs SET started_at = $2, produced = requested, stored = $3::int * 9, dead_lettered = $3,
                       finished_at = $4, status = CASE WHEN $4::timestamptz IS NULL THEN 'running' ELSE 'completed' END
        WHERE id = $1`,
      [run.id, start, stored, finished],
    );
    return currentRun(pool(), run.id);
  }

  it("is empty before the start and before the first chunk", async () => {
    const { run } = await plannedRun(pool());
    expect((await readRunHistory(pool(), run, Date.now())).moments).to.deep.equal([]);
    expect((await readRunHistory(pool(), { ...run, startedAt: null }, Date.now())).moments).to.deep.equal([]);
  });

  it("adds up to the run's counters", async () => {
    const run = await pastRun(60, 5);
    const { moments, isSampled } = await readRunHistory(pool(), run, later(9_999).getTime());
    expect(isSampled).to.equal(false);
    const sum = (of: (moment: (typeof moments)[number]) => number) =>
      Math.round(
        moments.reduce((total, moment) => total + (of(moment) * (moment.toMs - moment.fromMs)) / 1000, 0),
      );
    expect(sum(({ producedPerSecond }) => producedPerSecond)).to.equal(600);
    expect(sum(({ storedPerSecond }) => storedPerSecond)).to.equal(540);
    expect(moments.at(-1)?.toMs).to.be.closeTo(65_000, 1);
    expect(moments.at(-1)?.waiting).to.equal(0);
    // Five seconds of ten records a second wait in Kafka.
    expect(Math.max(...moments.map(({ waiting }) => waiting))).to.be.within(40, 60);
    expect(moments).to.have.length.below(91);
  });

  it("of a run under way tells what is behind it, in stretches that stay", async () => {
    const run = await pastRun(60, 5, { stored: 40 });
    const early = await readRunHistory(pool(), run, later(46.2).getTime());
    const late = await readRunHistory(pool(), run, later(47.9).getTime());
    const width = (early.moments[0]?.toMs ?? 0) - (early.moments[0]?.fromMs ?? 0);
    expect(width).to.equal(5_000);
    expect(late.moments).to.deep.equal(early.moments);
    expect(early.moments.at(-1)?.toMs).to.equal(45_000);
  });

  it("shows a paced run, whose chunks are far smaller than they may be, as finely", async () => {
    const run = await pastRun(60, 5);
    const paced = await readRunHistory(pool(), { ...run, chunkSize: 5_000 }, Date.now());
    expect(paced).to.deep.equal(await readRunHistory(pool(), run, Date.now()));
    expect(paced.moments).to.have.length.above(10);
  });

  it("does not grow with the run: chunks are sampled, stretches are few", async () => {
    const chunks = 50_000;
    const run = await pastRun(chunks, 0);
    const startedMs = performance.now();
    const { moments, isSampled } = await readRunHistory(pool(), run, Date.now());
    expect(performance.now() - startedMs).to.be.below(2_000);
    expect(isSampled).to.equal(true);
    expect(moments).to.have.length.within(50, 200);
    for (const { producedPerSecond } of moments.slice(1, -1))
      expect(producedPerSecond).to.be.closeTo(10, 0.25);
  });

  it("keeps what is stored after a run was cancelled", async () => {
    const run = await pastRun(30, 20);
    const cancelled = { ...run, status: "cancelled" as const, finishedAt: later(30) };
    const { moments } = await readRunHistory(pool(), cancelled, Date.now());
    expect(moments.at(-1)?.toMs).to.be.above(45_000);
    expect(moments.at(-1)?.waiting).to.equal(0);
  });
});

describe("listing chunks", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  it("goes page by page, all of them or those that are open or were retried", async () => {
    const { run } = await plannedRun(pool(), { count: 100, chunkSize: 10 });
    await pool().query(
      `UPDATE chunks SET closed_at = now(), stored = 10 WHERE run_id = $1 AND index IN (0, 1, 2, 7)`,
      [run.id],
    );
    await pool().query("UPDATE chunks SET generation = 2 WHERE run_id = $1 AND index IN (1, 8)", [run.id]);
    const page = async (selection: "all" | "open" | "retried", from: number) => {
      const { chunks, next } = await listChunks(pool(), run.id, { selection, from, limit: 4 });
      return [chunks.map(({ index }) => index), next];
    };
    expect(await page("all", 0)).to.deep.equal([[0, 1, 2, 3], 4]);
    expect(await page("all", 6)).to.deep.equal([[6, 7, 8, 9], null]);
    expect(await page("open", 0)).to.deep.equal([[3, 4, 5, 6], 8]);
    expect(await page("open", 8)).to.deep.equal([[8, 9], null]);
    expect(await page("retried", 0)).to.deep.equal([[1, 8], null]);
  });
});
