import { expect } from "chai";
import type { Chunk } from "../../ledger/chunks/chunk.ts";
import { markChunkProduced } from "../../ledger/chunks/chunks.ts";
import { inTransaction, openPool, type Pool } from "../../ledger/database/database.ts";
import { planWindow, type Window } from "../../ledger/planning/plan-window.ts";
import { inPlanningTurn } from "../../ledger/planning/room.ts";
import { controlRun } from "../../ledger/runs/control-run.ts";
import type { Run } from "../../ledger/runs/run.ts";
import { range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { pendingRecords } from "../setup/pending-records.ts";
import { chunksOf, createdRun, currentRun } from "../setup/runs.ts";

describe("planning a run's window", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  const open = (window: Window): Extract<Window, { kind: "open" }> => {
    if (window.kind !== "open") throw new Error(`the window is ${window.kind}`);
    return window;
  };
  const turn = async (id: string, maxPending: number) => open(await planWindow(pool(), id, maxPending));
  const plan = async (id: string, maxPending: number): Promise<readonly Chunk[]> =>
    chunksOf(await turn(id, maxPending), id);
  const slices = (chunks: readonly Chunk[]): number[][] =>
    chunks.map(({ index, firstSeq, endSeq }) => [index, firstSeq, endSeq]);
  const create = (count: number, chunkSize: number): Promise<Run> => createdRun(pool(), { count, chunkSize });
  const createMany = async (runs: number, count: number, chunkSize: number): Promise<Run[]> => {
    const created: Run[] = [];
    for (let n = 0; n < runs; n++) created.push(await create(count, chunkSize));
    return created;
  };

  /** A run is planned in others' turns when it is a second old. */
  const growOlder = (): Promise<unknown> =>
    pool().query("UPDATE runs SET created_at = created_at - interval '2 s'");

  it("cuts the run into chunks that follow each other, the last one shorter", async () => {
    const { id } = await create(10, 4);
    expect(slices(await plan(id, 1_000))).to.deep.equal([
      [0, 0, 4],
      [1, 4, 8],
      [2, 8, 10],
    ]);
  });

  it("sets a queued run running, once", async () => {
    const { id } = await create(100, 4);
    await plan(id, 20);
    const run = await currentRun(pool(), id);
    expect(run.status).to.equal("running");
    await plan(id, 1_000);
    expect((await currentRun(pool(), id)).startedAt).to.deep.equal(run.startedAt);
  });

  it("plans of a run of ten billion records no more than may be pending, less a tenth for what comes", async () => {
    const { id } = await create(10_000_000_000, 5_000);
    expect(await plan(id, 100_000)).to.have.length(18);
    expect(await plan(id, 100_000)).to.have.length(0);
  });

  it("plans no more than a thousand chunks, however small they are", async () => {
    const { id } = await create(1_000_000, 1);
    expect((await plan(id, 100_000)).length).to.be.within(900, 1_000);
    expect(await plan(id, 100_000)).to.have.length(0);
  });

  it("makes chunks shorter that would leave others no room", async () => {
    const { id } = await create(100_000, 50_000);
    expect(slices(await plan(id, 1_000))).to.deep.equal([
      [0, 0, 250],
      [1, 250, 500],
      [2, 500, 750],
    ]);
  });

  it("goes on where records have got their outcome, whole chunk by whole chunk", async () => {
    const run = await create(100, 4);
    expect(await plan(run.id, 17)).to.have.length(4);
    await storeNext(pool(), recordsOf(run, range(0, 3)));
    expect(await plan(run.id, 17)).to.have.length(0);
    await storeNext(pool(), recordsOf(run, range(3, 4)));
    expect(slices(await plan(run.id, 17))).to.deep.equal([[4, 16, 20]]);
  });

  /** What processes of their own have. */
  async function withPools<T>(count: number, work: (pools: readonly Pool[]) => Promise<T>): Promise<T> {
    const options = { url: database().url, applicationName: "planner", maxConnections: 3 };
    const pools = range(0, count).map(() =>
      openPool({ ...options, transactionTimeoutMs: 60_000 }, () => undefined),
    );
    try {
      return await work(pools);
    } finally {
      await Promise.all(pools.map((each) => each.end()));
    }
  }

  it("by several planners at once plans no chunk twice", async () => {
    const { id } = await create(1_000, 10);
    const windows = await withPools(6, (pools) =>
      Promise.all([...pools, ...pools].map((each) => planWindow(each, id, 230))),
    );
    const planned = windows.flatMap((window) => chunksOf(window, id).map(({ index }) => index));
    expect(planned.sort((a, b) => a - b)).to.deep.equal(range(0, 20));
  });

  it("does nothing for a run that has ended, is paused or is not there", async () => {
    const { id } = await createdRun(pool());
    await controlRun(pool(), id, "pause");
    expect(await planWindow(pool(), id, 100)).to.deep.equal({ kind: "idle", status: "paused", planned: [] });
    await controlRun(pool(), id, "cancel");
    expect(await planWindow(pool(), id, 100)).to.deep.equal({
      kind: "idle",
      status: "cancelled",
      planned: [],
    });
    const nobody = "00000000-0000-7000-8000-000000000000";
    expect(await planWindow(pool(), nobody, 100)).to.deep.equal({ kind: "gone", planned: [] });
  });

  it("does not wait for a planner that stands still, nor with more than one of a process's connections", async () => {
    const { id } = await create(100, 4);
    await withPools(1, async ([frozen]) => {
      const standing: { goOn?: () => void } = {};
      let lost: Promise<unknown> | undefined;
      await new Promise<void>((stands) => {
        lost = inPlanningTurn(frozen as Pool, async () => {
          stands();
          await new Promise<void>((resolve) => {
            standing.goOn = resolve;
          });
        }).catch((error: unknown) => error);
      });
      const planning = range(0, 20).map(() => planWindow(pool(), id, 1_000));
      // As many as the pool has: the others are free for whoever does not plan.
      await Promise.all(range(0, 5).map(() => pool().query("SELECT pg_sleep(0.1)")));
      expect(pool().totalCount).to.be.at.most(6);
      const windows = await Promise.all(planning);
      expect(windows.flatMap((window) => chunksOf(window, id))).to.have.length(25);
      standing.goOn?.();
      expect(await lost).to.be.instanceOf(Error);
    });
  });

  it("waits for nobody who has locked its run, and keeps no other one from being planned", async () => {
    const [busy, other] = [await create(100, 4), await create(100, 4)];
    await inTransaction(pool(), async (somebody) => {
      await somebody.query("SELECT FROM runs WHERE id = $1 FOR NO KEY UPDATE", [busy.id]);
      const { planned, lookAgain } = await turn(busy.id, 1_000);
      expect(planned).to.deep.equal([]);
      expect(lookAgain).to.deep.equal({ inMs: 50, atProgress: true });
      expect(await plan(other.id, 1_000)).to.have.length(25);
    });
    expect(await plan(busy.id, 1_000)).to.have.length(25);
  });

  describe("among many runs", () => {
    it("never has more pending than may be, however many come one after another or at once", async () => {
      for (const [run] of [await createMany(1, 100_000, 500), await createMany(1, 100_000, 500)]) {
        await turn(run?.id ?? "", 10_000);
      }
      expect(await pendingRecords(pool())).to.be.within(8_000, 10_000);
      const many = await createMany(20, 100_000, 500);
      await Promise.all(many.map(({ id }) => turn(id, 10_000)));
      expect(await pendingRecords(pool())).to.be.within(8_000, 10_000);
    });

    it("counts what a cancelled run still has in Kafka, and not what is no more to be made of it", async () => {
      const run = await create(100_000, 500);
      const chunks = await plan(run.id, 10_000);
      const position = { topic: "topic", partition: 0, endOffset: 1, topicId: null };
      for (const chunk of chunks.slice(0, 4)) await markChunkProduced(pool(), chunk, position);
      await controlRun(pool(), run.id, "cancel");
      await pool().query("UPDATE chunks SET job = 'shelved' WHERE produced_at IS NULL");
      const { id } = await create(100_000, 500);
      expect(await plan(id, 10_000)).to.have.length(14);
    });

    it("has each that follows share with those before it, as they make room", async () => {
      const huge = await create(1_000_000, 100);
      expect(await plan(huge.id, 1_000)).to.have.length(9);
      const other = await create(1_000_000, 100);
      expect(await plan(other.id, 1_000)).to.have.length(0);
      expect((await turn(other.id, 1_000)).lookAgain).to.deep.equal({ inMs: 1_120, atProgress: true });
      await storeNext(pool(), recordsOf(huge, range(0, 500)));
      expect(await plan(other.id, 1_000)).to.have.length(5);
      expect(await plan(huge.id, 1_000)).to.have.length(0);
    });

    it("finds room for a small one beside those that have taken all that they may", async () => {
      const huge = await createMany(30, 1_000_000, 5_000);
      await growOlder();
      for (const { id } of huge) await turn(id, 100_000);
      expect(await pendingRecords(pool())).to.equal(95_000);
      const small = await create(1_000, 5_000);
      expect(slices(await plan(small.id, 100_000))).to.deep.equal([[0, 0, 1_000]]);
      // All of it is planned: there is nothing to wake it for, unless others need its turn.
      expect((await turn(small.id, 100_000)).lookAgain).to.deep.equal({ inMs: null, atProgress: true });
    });

    it("gives a paused run's share to the others", async () => {
      const [one, other] = [await create(1_000_000, 100), await create(1_000_000, 100)];
      await controlRun(pool(), one.id, "pause");
      expect(await plan(other.id, 1_000)).to.have.length(9);
    });

    it("plans in any run's turn for those that have nothing, first for the one that has had least", async () => {
      const [first, second] = (await createMany(2, 1_000_000, 4_000)) as [Run, Run];
      expect(await plan(first.id, 16_000)).to.have.length(2);
      expect(await plan(second.id, 16_000)).to.have.length(1);
      const [third, small] = [await create(1_000_000, 4_000), await create(1_000, 4_000)];
      await growOlder();
      await storeNext(pool(), recordsOf(first, range(0, 8_000)));
      const { planned } = await turn(second.id, 16_000);
      expect(planned.map(({ runId, requested, chunks }) => [runId, requested, chunks.length])).to.deep.equal([
        [small.id, 1_000, 1],
        [third.id, 1_000_000, 1],
        [first.id, 1_000_000, 1],
      ]);
      expect((await currentRun(pool(), small.id)).status).to.equal("running");
    });

    it("leaves a new one to its own turn for a moment", async () => {
      const [one, fresh] = [await create(1_000, 100), await create(1_000, 100)];
      await turn(one.id, 10_000);
      expect((await currentRun(pool(), fresh.id)).status).to.equal("queued");
    });

    it("lets nobody who has had more pass those that wait for room, however small its own chunk is", async () => {
      const filler = await create(14_000, 3_000);
      expect(await plan(filler.id, 20_000)).to.have.length(5);
      const [big, fine] = [await create(1_000_000, 5_000), await create(1_000_000, 500)];
      await growOlder();
      for (let turns = 0; turns < 20; turns++) {
        const run = await currentRun(pool(), fine.id);
        await storeNext(pool(), recordsOf(run, range(run.stored, run.planned)));
        await turn(fine.id, 20_000);
      }
      expect((await currentRun(pool(), fine.id)).planned).to.be.within(4_000, 5_000);
      await storeNext(pool(), recordsOf(filler, range(0, 6_000)));
      await turn(fine.id, 20_000);
      expect((await currentRun(pool(), big.id)).planned).to.equal(5_000);
    });

    it("gives every one its turn, in the order of what they have had", async () => {
      const runs = await createMany(40, 1_000_000, 1_000);
      await growOlder();
      for (let step = 0; step < 12; step++) {
        for (const { id } of runs) await turn(id, 10_000);
        for (const { id } of runs) {
          const run = await currentRun(pool(), id);
          await storeNext(pool(), recordsOf(run, range(run.stored, run.planned)));
        }
      }
      const planned = await Promise.all(runs.map(async ({ id }) => (await currentRun(pool(), id)).planned));
      // No more than a chunk lies between any two.
      expect(Math.max(...planned) - Math.min(...planned)).to.be.at.most(1_000);
      expect(Math.min(...planned)).to.be.at.least(2_000);
    });
  });
});
