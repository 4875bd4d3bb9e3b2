import { expect } from "chai";
import { checkInvariant, invariantsOf } from "../../ledger/audit/invariants.ts";
import { planWindow } from "../../ledger/planning/plan-window.ts";
import { changeRunPace } from "../../ledger/runs/change-run-pace.ts";
import { controlRun } from "../../ledger/runs/control-run.ts";
import type { NewRun } from "../../ledger/runs/create-run.ts";
import { type Pace, realtimePace } from "../../ledger/runs/pace.ts";
import { userType } from "../../types/user/user.ts";
import { range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { letPass, letPausePass, pacedChunks, planDue, produceAll, stopClock } from "../setup/paced-runs.ts";
import { createdRun, currentRun } from "../setup/runs.ts";

const constant = (rate: number): Pace => ({ rate, shape: { kind: "constant" } });

describe("planning a paced run", () => {
  // Whatever is planned, however, the ledger's invariants hold.
  const database = databaseForEachTest(async (pool) => {
    for (const invariant of invariantsOf([userType])) {
      expect((await checkInvariant(pool, invariant, null)).examples, invariant.sentence).to.deep.equal([]);
    }
  });
  const pool = () => database().pool;

  const pacedRun = async (rate: number, wishes: Partial<NewRun> = {}): Promise<string> =>
    (await createdRun(pool(), { count: null, pace: constant(rate), chunkSize: 5_000, ...wishes })).id;
  /** A run whose first slice is planned, and whose clock moves only when it is told to. */
  const begunRun = async (rate: number, wishes: Partial<NewRun> = {}): Promise<string> => {
    const id = await pacedRun(rate, wishes);
    await planDue(pool(), id);
    await stopClock(pool(), id);
    return id;
  };
  const planned = async (id: string): Promise<number> => (await currentRun(pool(), id)).planned;

  it("begins with what is due at once, and looks again before the next is due", async () => {
    const id = await pacedRun(100);
    const { planned, lookAgain } = await planDue(pool(), id);
    expect(planned).to.deep.equal([
      { runId: id, index: 0, firstSeq: 0, endSeq: 50, generation: 0, paced: true },
    ]);
    expect(lookAgain).to.deep.equal({ inMs: 250, atProgress: false });
    expect(await pacedChunks(pool(), id)).to.deep.equal([
      { index: 0, first_seq: 0, end_seq: 50, due_seconds: 0, last_due_seconds: 0.49 },
    ]);
    expect((await currentRun(pool(), id)).status).to.equal("running");
  });

  it("goes on when the next slice is due in a moment, and not sooner", async () => {
    const id = await begunRun(10);
    expect((await planDue(pool(), id)).planned).to.deep.equal([]);
    await letPass(pool(), id, 0.3);
    const { planned } = await planDue(pool(), id);
    expect(planned.map(({ firstSeq, endSeq }) => [firstSeq, endSeq])).to.deep.equal([[5, 10]]);
    expect((await planDue(pool(), id)).planned).to.deep.equal([]);
  });

  it("of a record every hundred seconds has one at a time", async () => {
    const id = await begunRun(0.01);
    await letPass(pool(), id, 98);
    const { planned, lookAgain } = await planDue(pool(), id);
    expect(planned).to.deep.equal([]);
    expect(lookAgain.inMs).to.equal(1_750);
    await letPass(pool(), id, 1.8);
    expect((await planDue(pool(), id)).planned).to.have.length(1);
  });

  it("comes to the same slices however often it is asked", async () => {
    const shape = { kind: "ramp", from: 20, seconds: 2 } as const;
    const pace = { rate: 700, shape };
    const [often, seldom] = [await begunRun(1, { pace }), await begunRun(1, { pace })];
    for (let step = 0; step < 30; step++) {
      await letPass(pool(), often, 0.1);
      await planDue(pool(), often);
      await produceAll(pool(), often);
      if (step % 10 !== 9) continue;
      await letPass(pool(), seldom, 1);
      await planDue(pool(), seldom);
      await produceAll(pool(), seldom);
    }
    const slices = await pacedChunks(pool(), often);
    expect(slices.length).to.be.at.least(6);
    expect(await pacedChunks(pool(), seldom)).to.deep.equal(slices);
  });

  it("by several planners at once plans no slice twice", async () => {
    const id = await begunRun(1_000);
    await letPass(pool(), id, 1);
    const windows = await Promise.all(range(0, 6).map(() => planDue(pool(), id)));
    const all = windows.flatMap((window) => window.planned.map(({ index }) => index));
    expect(all.sort((a, b) => a - b)).to.deep.equal(range(1, all.length + 1));
  });

  it("makes up for one second when nobody planned for a minute, and goes on at its rate", async () => {
    const id = await begunRun(100);
    await produceAll(pool(), id);
    await letPass(pool(), id, 60);
    await planDue(pool(), id);
    // The first half second, a second that is late, and the slice that is due now.
    expect(await planned(id)).to.equal(200);
    await produceAll(pool(), id);
    await letPass(pool(), id, 0.5);
    await planDue(pool(), id);
    expect(await planned(id)).to.equal(250);
  });

  it("plans no more than two seconds of what nobody produces, and makes up for no more of it", async () => {
    const id = await pacedRun(100);
    for (let step = 0; step < 20; step++) {
      await planDue(pool(), id);
      await letPass(pool(), id, 0.5);
    }
    // What is two seconds late, and what was due when it was not that late yet.
    expect(await planned(id)).to.be.within(200, 300);
    expect((await planDue(pool(), id)).lookAgain).to.deep.equal({ inMs: 1_060, atProgress: true });
    const before = await planned(id);
    await produceAll(pool(), id);
    await planDue(pool(), id);
    // A second that is late, and the slice that is due now.
    expect((await planned(id)) - before).to.equal(150);
  });

  it("goes on while one slice of it hangs in the hands of a worker that is dead", async () => {
    const id = await begunRun(100);
    for (let step = 0; step < 20; step++) {
      await letPass(pool(), id, 0.5);
      await planDue(pool(), id);
      await produceAll(pool(), id, 1);
    }
    expect(await planned(id)).to.equal(1_050);
  });

  it("has no more pending than its share of the window", async () => {
    const id = await pacedRun(1_000);
    await planDue(pool(), id, 2_000);
    await letPass(pool(), id, 1.1);
    expect((await planDue(pool(), id, 2_000)).planned).to.have.length(1);
    const { planned, lookAgain } = await planDue(pool(), id, 2_000);
    expect(planned).to.deep.equal([]);
    expect(lookAgain.atProgress).to.equal(true);
    await storeNext(pool(), recordsOf(await currentRun(pool(), id), range(0, 500)));
    expect((await planDue(pool(), id, 2_000)).planned).to.have.length(1);
    await produceAll(pool(), id);
  });

  it("leaves to other runs what it cannot need of the window", async () => {
    const paced = await pacedRun(50);
    await planDue(pool(), paced);
    const { id } = await createdRun(pool(), { count: 100_000, chunkSize: 100 });
    // Of 10,000 a tenth is for small ones and new ones, and four seconds of its rate are enough for the paced one.
    expect((await planDue(pool(), id, 10_000)).planned).to.have.length(88);
  });

  it("takes of the window no more than its fair share, however high its rate", async () => {
    const paced = await pacedRun(1_000_000);
    await planDue(pool(), paced, 10_000);
    expect(await planned(paced)).to.equal(5_000);
    const { id } = await createdRun(pool(), { count: 100_000, chunkSize: 100 });
    expect((await planDue(pool(), id, 10_000)).planned).to.have.length(40);
  });

  it("that is paused stands still, and goes on where it was without making up for the pause", async () => {
    const id = await pacedRun(1);
    await planDue(pool(), id);
    await controlRun(pool(), id, "pause");
    await letPausePass(pool(), id, 3_600);
    await controlRun(pool(), id, "resume");
    await stopClock(pool(), id);
    await letPass(pool(), id, 0.7);
    expect((await planDue(pool(), id)).planned).to.deep.equal([]);
    await letPass(pool(), id, 0.1);
    expect((await planDue(pool(), id)).planned).to.have.length(1);
    expect(await pacedChunks(pool(), id)).to.have.nested.property("[1].due_seconds", 1);
  });

  describe("of a time series in real time", () => {
    /** Of three entities every ten seconds, with a jitter of a second; its clock stands at so many seconds from the reference date. */
    async function seriesRun(clock: number, wishes: Partial<NewRun> = {}): Promise<string> {
      const pace = realtimePace({ everyMs: 10_000, jitterMs: 1_000 }, 3);
      const id = await pacedRun(1, { pace, ...wishes });
      await pool().query("UPDATE runs SET paused_at = clock_from + make_interval(secs => $2) WHERE id = $1", [
        id,
        clock,
      ]);
      return id;
    }
    const dueTimes = async (id: string) =>
      (await pacedChunks(pool(), id)).map(({ end_seq, due_seconds, last_due_seconds }) => [
        end_seq,
        due_seconds,
        last_due_seconds,
      ]);

    it("waits for its reference date, and then plans the readings of each instant when it comes", async () => {
      const id = await seriesRun(-3_600);
      const { planned: none, lookAgain } = await planDue(pool(), id);
      expect(none).to.deep.equal([]);
      expect(lookAgain).to.deep.equal({ inMs: 3_600_750, atProgress: false });
      await letPass(pool(), id, 3_600.8);
      await planDue(pool(), id);
      const lasts = 1 / 3;
      expect(await dueTimes(id)).to.deep.equal([[3, 1, 1 + lasts]]);
      await letPass(pool(), id, 9);
      expect((await planDue(pool(), id)).planned).to.deep.equal([]);
      await letPass(pool(), id, 1);
      await planDue(pool(), id);
      expect(await dueTimes(id)).to.deep.equal([
        [3, 1, 1 + lasts],
        [6, 11, 11 + lasts],
      ]);
      await produceAll(pool(), id);
    });

    it("plans all that is overdue as whole chunks, and postpones nothing", async () => {
      const id = await seriesRun(100_005, { chunkSize: 20_000 });
      await planDue(pool(), id);
      // Those of 10,000 instants, and of the one that has come last.
      expect((await dueTimes(id)).map(([end]) => end)).to.deep.equal([20_000, 30_000, 30_003]);
      await letPass(pool(), id, 6);
      await planDue(pool(), id);
      expect((await dueTimes(id)).at(-1)?.slice(0, 2)).to.deep.equal([30_006, 100_011]);
      await produceAll(pool(), id);
    });

    it("has no more overdue readings pending than its share of the window", async () => {
      const id = await seriesRun(100_005, { chunkSize: 500 });
      const { planned, lookAgain } = await planDue(pool(), id, 10_000);
      expect(planned).to.have.length(10);
      expect(lookAgain.atProgress).to.equal(true);
      expect((await planDue(pool(), id, 10_000)).planned).to.deep.equal([]);
      await produceAll(pool(), id);
    });

    it("keeps its instants while it is paused: what they have brought is overdue then", async () => {
      const id = await seriesRun(1);
      await planDue(pool(), id);
      await pool().query("UPDATE runs SET paused_at = NULL WHERE id = $1", [id]);
      const clock = async (): Promise<Date> =>
        (await pool().query("SELECT clock_from FROM runs WHERE id = $1", [id])).rows[0]?.clock_from;
      const before = await clock();
      await controlRun(pool(), id, "pause");
      await pool().query("UPDATE runs SET paused_at = paused_at - interval '1 h' WHERE id = $1", [id]);
      await controlRun(pool(), id, "resume");
      expect(await clock()).to.deep.equal(before);
      await produceAll(pool(), id);
    });

    it("cannot be given another rate", async () => {
      const id = await seriesRun(0);
      for (const rate of [5, null])
        expect(await changeRunPace(pool(), id, { rate })).to.deep.equal({ kind: "realtime" });
    });
  });

  it("that has a count ends with it", async () => {
    const id = await begunRun(100, { count: 70 });
    await letPass(pool(), id, 0.3);
    const { planned, lookAgain } = await planDue(pool(), id);
    expect(planned.map(({ firstSeq, endSeq }) => [firstSeq, endSeq])).to.deep.equal([[50, 70]]);
    expect(lookAgain).to.deep.equal({ inMs: null, atProgress: false });
    await produceAll(pool(), id);
    await storeNext(pool(), recordsOf(await currentRun(pool(), id), range(0, 70)));
    expect(await currentRun(pool(), id)).to.include({ status: "completed", stored: 70 });
  });

  it("that has no end is balanced, and stays so when it is cancelled", async () => {
    const id = await begunRun(100);
    await produceAll(pool(), id);
    await letPass(pool(), id, 0.6);
    await planDue(pool(), id);
    await storeNext(pool(), recordsOf(await currentRun(pool(), id), range(0, 50)));
    expect(await currentRun(pool(), id)).to.include({
      status: "running",
      requested: null,
      stored: 50,
      produced: 50,
    });
    await controlRun(pool(), id, "cancel");
    expect(await currentRun(pool(), id)).to.include({ status: "cancelled", produced: 50, stored: 50 });
    expect(await planWindow(pool(), id, 1_000)).to.include({ kind: "idle", status: "cancelled" });
  });

  it("finds the slice of each record, whatever its length, and what is beyond them", async () => {
    const id = await begunRun(7, { pace: { rate: 500, shape: { kind: "ramp", from: 1, seconds: 3 } } });
    for (let step = 0; step < 8; step++) {
      await letPass(pool(), id, 0.4);
      await planDue(pool(), id);
      await produceAll(pool(), id);
    }
    const run = await currentRun(pool(), id);
    const seqs = range(0, run.planned + 1);
    const stored = await storeNext(pool(), recordsOf(run, seqs.toReversed()));
    expect(stored).to.include({ stored: run.planned, deadLettered: 1 });
    const { rows } = await pool().query("SELECT count(*) AS open FROM chunks WHERE closed_at IS NULL");
    expect(rows).to.deep.equal([{ open: 0 }]);
  });

  it("fails, and says so, where the ledger has no more numbers for it", async () => {
    const id = await pacedRun(1);
    await pool().query("UPDATE runs SET planned_records = $1", [Number.MAX_SAFE_INTEGER]);
    expect(await planWindow(pool(), id, 100)).to.include({ kind: "idle", status: "failed" });
    expect((await currentRun(pool(), id)).error).to.include("numbers");
    await pool().query("DELETE FROM runs");
  });
});
