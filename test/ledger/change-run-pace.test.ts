import { expect } from "chai";
import { changeRunPace } from "../../ledger/runs/change-run-pace.ts";
import { controlRun, failRun } from "../../ledger/runs/control-run.ts";
import type { NewRun } from "../../ledger/runs/create-run.ts";
import { listenToRunChanges } from "../../ledger/runs/run-changes.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { letPass, letPausePass, pacedChunks, planDue, produceAll, stopClock } from "../setup/paced-runs.ts";
import { createdRun, currentRun } from "../setup/runs.ts";

const ramp = { kind: "ramp", from: 10, seconds: 60 } as const;

describe("changing a run's pace", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  const pacedRun = async (rate: number, wishes: Partial<NewRun> = {}): Promise<string> => {
    const pace = { rate, shape: { kind: "constant" } } as const;
    return (await createdRun(pool(), { count: null, pace, chunkSize: 5_000, ...wishes })).id;
  };

  it("takes effect with the next slice", async () => {
    const id = await pacedRun(10);
    await planDue(pool(), id);
    await stopClock(pool(), id);
    const changed = await changeRunPace(pool(), id, { rate: 1_000 });
    expect(changed).to.deep.equal({ kind: "done", run: await currentRun(pool(), id) });
    expect((await currentRun(pool(), id)).pace).to.deep.equal({ rate: 1_000, shape: { kind: "constant" } });
    // Five records are planned at the old rate, for half a second.
    await letPass(pool(), id, 0.5);
    await planDue(pool(), id);
    const [, next] = await pacedChunks(pool(), id);
    expect(next).to.include({ first_seq: 5, end_seq: 505, due_seconds: 0.5 });
    expect(next?.last_due_seconds).to.be.closeTo(0.999, 1e-9);
  });

  it("takes effect at once where the next record would be long in coming", async () => {
    const id = await pacedRun(0.01);
    await planDue(pool(), id);
    await stopClock(pool(), id);
    await letPass(pool(), id, 40);
    await changeRunPace(pool(), id, { rate: 100 });
    const { planned } = await planDue(pool(), id);
    expect(planned.map(({ firstSeq, endSeq }) => [firstSeq, endSeq])).to.deep.equal([[1, 51]]);
    const [, next] = await pacedChunks(pool(), id);
    // 0.6 of a record was owed, which is 6 ms at the new rate.
    expect(next?.due_seconds).to.be.closeTo(40.006, 1e-9);
  });

  it("however often it is repeated makes no records of its own", async () => {
    const id = await pacedRun(0.5);
    await planDue(pool(), id);
    await stopClock(pool(), id);
    for (let times = 0; times < 10; times++) await changeRunPace(pool(), id, { rate: 0.5 });
    expect((await planDue(pool(), id)).planned).to.deep.equal([]);
  });

  it("leaves a ramp where it is, and begins a new one anew", async () => {
    const pace = { rate: 100, shape: ramp };
    const id = await pacedRun(1, { pace });
    const shapeSeconds = async (): Promise<number> => {
      const { rows } = await pool().query("SELECT anchor_shape_seconds AS seconds FROM runs");
      return rows[0]?.seconds;
    };
    await planDue(pool(), id);
    await stopClock(pool(), id);
    await produceAll(pool(), id);
    await letPass(pool(), id, 30);
    await changeRunPace(pool(), id, { rate: 200 });
    expect(await shapeSeconds()).to.equal(30);
    await changeRunPace(pool(), id, { shape: { ...ramp, seconds: 20 } });
    expect(await shapeSeconds()).to.equal(0);
    expect((await currentRun(pool(), id)).pace).to.deep.equal({ rate: 200, shape: { ...ramp, seconds: 20 } });
  });

  it("of a paused run holds when it is resumed", async () => {
    const id = await pacedRun(10);
    await planDue(pool(), id);
    await produceAll(pool(), id);
    await controlRun(pool(), id, "pause");
    await letPausePass(pool(), id, 1_000);
    await changeRunPace(pool(), id, { rate: 20 });
    await letPausePass(pool(), id, 1_000);
    await controlRun(pool(), id, "resume");
    await stopClock(pool(), id);
    await letPass(pool(), id, 0.5);
    await planDue(pool(), id);
    const [, second, third] = await pacedChunks(pool(), id);
    expect(second).to.deep.include({ first_seq: 5, end_seq: 15 });
    expect(third).to.equal(undefined);
  });

  it("gives a run that went as fast as can be a rate, after what is planned", async () => {
    const { id } = await createdRun(pool(), { count: 10_000, chunkSize: 100 });
    await planDue(pool(), id, 1_000);
    await changeRunPace(pool(), id, { rate: 50 });
    const { planned } = await planDue(pool(), id, 2_000);
    expect(planned.map(({ firstSeq, endSeq, paced }) => [firstSeq, endSeq, paced])).to.deep.equal([
      [900, 925, true],
    ]);
  });

  it("to no rate lets the rest go as fast as can be", async () => {
    const id = await pacedRun(10, { count: 1_000, chunkSize: 300 });
    await planDue(pool(), id);
    expect(await changeRunPace(pool(), id, { rate: null })).to.have.nested.property("run.pace", null);
    const { planned } = await planDue(pool(), id);
    expect(planned.map(({ firstSeq, endSeq, paced }) => [firstSeq, endSeq, paced])).to.deep.equal([
      [5, 305, false],
      [305, 605, false],
      [605, 905, false],
      [905, 1_000, false],
    ]);
  });

  it("of a run that has not begun is the pace at which it begins", async () => {
    const id = await pacedRun(10);
    await changeRunPace(pool(), id, { rate: 30, shape: { kind: "constant" } });
    await planDue(pool(), id);
    expect(await pacedChunks(pool(), id)).to.have.nested.property("[0].end_seq", 15);
  });

  it("is refused where an endless run would have no rate, and a shape none to vary", async () => {
    const endless = await pacedRun(10);
    expect(await changeRunPace(pool(), endless, { rate: null })).to.deep.equal({
      kind: "rate_needed",
      by: "endless",
    });
    const { id } = await createdRun(pool());
    expect(await changeRunPace(pool(), id, { shape: ramp })).to.deep.equal({
      kind: "rate_needed",
      by: "shape",
    });
    expect((await currentRun(pool(), id)).pace).to.equal(null);
  });

  it("is refused of a run that has ended, and of one that is not there", async () => {
    const id = await pacedRun(10);
    await failRun(pool(), id, "because");
    const run = await currentRun(pool(), id);
    expect(await changeRunPace(pool(), id, { rate: 5 })).to.deep.equal({ kind: "refused", run });
    expect(await currentRun(pool(), id)).to.deep.equal(run);
    const nobody = "00000000-0000-7000-8000-000000000000";
    expect(await changeRunPace(pool(), nobody, { rate: 5 })).to.deep.equal({ kind: "not_found" });
  });

  it("is told as a command, which progress is not", async () => {
    const id = await pacedRun(10);
    const changes = listenToRunChanges(database().url, () => undefined);
    try {
      const heard: unknown[] = [];
      changes.subscribe((runId, change) => heard.push([runId, change]));
      await eventually(() => expect(heard).to.deep.equal([[null, null]]));
      await planDue(pool(), id);
      await changeRunPace(pool(), id, { rate: 20 });
      await eventually(() =>
        expect(heard.slice(1)).to.deep.equal([
          [id, "progress"],
          [id, "command"],
        ]),
      );
    } finally {
      await changes.close();
    }
  });
});
