import { expect } from "chai";
import { controlRun } from "../../ledger/control-run.ts";
import { type Chunk, planWindow, type Window } from "../../ledger/plan-window.ts";
import { range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { createdRun, currentRun } from "../setup/runs.ts";

describe("planning a run's window", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  const planned = (window: Window): readonly Chunk[] => {
    if (window.kind !== "open") throw new Error(`the window is ${window.kind}`);
    return window.planned;
  };
  const plan = async (id: string, maxPending: number): Promise<readonly Chunk[]> =>
    planned(await planWindow(pool(), id, maxPending));
  const slices = (chunks: readonly Chunk[]): number[][] =>
    chunks
      .toSorted((a, b) => a.index - b.index)
      .map(({ index, firstSeq, endSeq }) => [index, firstSeq, endSeq]);

  it("cuts the run into chunks that follow each other, the last one shorter", async () => {
    const { id } = await createdRun(pool(), { count: 10, chunkSize: 4 });
    const chunks = await plan(id, 1_000);
    expect(slices(chunks)).to.deep.equal([
      [0, 0, 4],
      [1, 4, 8],
      [2, 8, 10],
    ]);
  });

  it("sets a queued run running, once", async () => {
    const { id } = await createdRun(pool());
    await plan(id, 4);
    const run = await currentRun(pool(), id);
    expect(run.status).to.equal("running");
    await plan(id, 1_000);
    expect((await currentRun(pool(), id)).startedAt).to.deep.equal(run.startedAt);
  });

  it("plans of a run of ten billion records no more than may be pending", async () => {
    const { id } = await createdRun(pool(), { count: 10_000_000_000, chunkSize: 5_000 });
    expect(await plan(id, 100_000)).to.have.length(20);
    expect(await plan(id, 100_000)).to.have.length(0);
  });

  it("goes on where records have got their outcome, whole chunk by whole chunk", async () => {
    const run = await createdRun(pool(), { count: 100, chunkSize: 4 });
    expect(slices(await plan(run.id, 8))).to.deep.equal([
      [0, 0, 4],
      [1, 4, 8],
    ]);
    await storeNext(pool(), recordsOf(run, range(0, 3)));
    expect(await plan(run.id, 8)).to.have.length(0);
    await storeNext(pool(), recordsOf(run, range(4, 5)));
    expect(slices(await plan(run.id, 8))).to.deep.equal([[2, 8, 12]]);
  });

  it("shares what may be pending among the runs, and lets each have a chunk", async () => {
    const huge = await createdRun(pool(), { count: 1_000_000, chunkSize: 100 });
    expect(await plan(huge.id, 1_000)).to.have.length(10);
    const small = await createdRun(pool(), { count: 1_000, chunkSize: 100 });
    expect(await plan(small.id, 1_000)).to.have.length(5);
    const coarse = await createdRun(pool(), { count: 100_000, chunkSize: 50_000 });
    expect(await plan(coarse.id, 1_000)).to.have.length(1);
    expect(await plan(coarse.id, 1_000)).to.have.length(0);
  });

  it("gives a paused run's share to the others", async () => {
    const one = await createdRun(pool(), { count: 1_000_000, chunkSize: 100 });
    const other = await createdRun(pool(), { count: 1_000_000, chunkSize: 100 });
    await controlRun(pool(), one.id, "pause");
    expect(await plan(other.id, 1_000)).to.have.length(10);
  });

  it("does nothing for a run that has ended, is paused or is not there", async () => {
    const { id } = await createdRun(pool());
    await controlRun(pool(), id, "pause");
    expect(await planWindow(pool(), id, 100)).to.deep.equal({ kind: "idle", status: "paused" });
    await controlRun(pool(), id, "cancel");
    expect(await planWindow(pool(), id, 100)).to.deep.equal({ kind: "idle", status: "cancelled" });
    const nobody = "00000000-0000-7000-8000-000000000000";
    expect(await planWindow(pool(), nobody, 100)).to.deep.equal({ kind: "gone" });
  });

  it("by several planners at once plans no chunk twice", async () => {
    const { id } = await createdRun(pool(), { count: 1_000, chunkSize: 10 });
    const windows = await Promise.all(Array.from({ length: 6 }, () => planWindow(pool(), id, 200)));
    expect(
      windows
        .flatMap(planned)
        .map((chunk) => chunk.index)
        .sort((a, b) => a - b),
    ).to.deep.equal(range(0, 20));
  });
});
