import { expect } from "chai";
import { listRecentPaces } from "../../ledger/history/recent-paces.ts";
import { controlRun } from "../../ledger/runs/control-run.ts";
import { enterCompletedRun } from "../setup/completed-runs.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { createdRun } from "../setup/runs.ts";

describe("The paces of the latest runs", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  it("are those of completed runs, the newest first", async () => {
    expect(await listRecentPaces(pool())).to.deep.equal([]);
    await enterCompletedRun(pool(), { records: 1_000, seconds: 0.125 });
    await createdRun(pool());
    await enterCompletedRun(pool(), { records: 250_000, seconds: 6.5 });
    expect(await listRecentPaces(pool())).to.deep.equal([
      { records: 250_000, seconds: 6.5 },
      { records: 1_000, seconds: 0.125 },
    ]);
  });

  it("are not those of runs that did not go as fast as they could: with a rate, or a pause", async () => {
    await enterCompletedRun(pool(), { records: 1_000, seconds: 100, rate: 10 });
    const { id } = await createdRun(pool(), { count: 1_000 });
    for (const command of ["pause", "resume"] as const) await controlRun(pool(), id, command);
    await pool().query(
      `UPDATE runs SET status = 'completed', planned_records = 1000, produced = 1000, stored = 1000,
                       finished_at = started_at + interval '1 hour' WHERE id = $1`,
      [id],
    );
    expect(await listRecentPaces(pool())).to.deep.equal([]);
  });
});
