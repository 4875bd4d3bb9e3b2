import { expect } from "chai";
import { cancelRuns, listCancellable } from "../../ledger/runs/cancel-runs.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { createdRun, currentRun } from "../setup/runs.ts";

describe("cancelling many runs", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;
  const unknown = "00000000-0000-7000-8000-000000000000";

  const fourRuns = async (): Promise<string[]> => {
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push((await createdRun(pool())).id);
    await pool().query("UPDATE runs SET status = 'running', started_at = now() WHERE id = $1", [ids[1]]);
    await pool().query("UPDATE runs SET status = 'paused' WHERE id = $1", [ids[2]]);
    await pool().query("UPDATE runs SET status = 'failed', finished_at = now() WHERE id = $1", [ids[3]]);
    return ids;
  };

  it("ends the unfinished ones, and says what became of each; again it says the same", async () => {
    const ids = await fourRuns();
    const outcome = {
      cancelled: ids.slice(0, 3),
      ended: [{ id: ids[3], status: "failed" }],
      unknown: [unknown],
    };
    expect(await cancelRuns(pool(), [...ids, unknown], { dryRun: true })).to.deep.equal(outcome);
    expect((await currentRun(pool(), ids[0] ?? "")).status).to.equal("queued");
    for (let time = 0; time < 2; time++) {
      expect(await cancelRuns(pool(), [...ids, unknown], { dryRun: false })).to.deep.equal(outcome);
    }
    for (const id of ids.slice(0, 3)) {
      const run = await currentRun(pool(), id);
      expect(run.status).to.equal("cancelled");
      expect(run.finishedAt).to.be.instanceOf(Date);
    }
  });

  it("names those that a filter lets through, the newest first", async () => {
    const ids = await fourRuns();
    const unfinished = ids.slice(0, 3).toReversed();
    expect(await listCancellable(pool(), { type: null, status: null, search: null }, 10)).to.deep.equal(
      unfinished,
    );
    expect(await listCancellable(pool(), { type: null, status: null, search: null }, 2)).to.deep.equal(
      unfinished.slice(0, 2),
    );
    expect(await listCancellable(pool(), { type: null, status: "paused", search: null }, 10)).to.deep.equal([
      ids[2],
    ]);
  });

  it("waits for nobody who takes the runs in the other order", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 20; n++) ids.push((await createdRun(pool())).id);
    await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        cancelRuns(pool(), n % 2 === 0 ? ids : ids.toReversed(), { dryRun: false }),
      ),
    );
    expect((await currentRun(pool(), ids[19] ?? "")).status).to.equal("cancelled");
  });
});
