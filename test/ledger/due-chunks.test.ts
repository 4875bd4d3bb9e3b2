import { expect } from "chai";
import { checkInvariant, invariantsOf } from "../../ledger/audit/invariants.ts";
import type { Chunk } from "../../ledger/chunks/chunk.ts";
import { beginChunk, markChunkProduced } from "../../ledger/chunks/chunks.ts";
import {
  giveUpChunk,
  listChunksToShelve,
  listDueChunks,
  listRunsToShelve,
  requeueHalfMadeChunks,
  shelveChunks,
} from "../../ledger/planning/due-chunks.ts";
import { planWindow } from "../../ledger/planning/plan-window.ts";
import { controlRun, failRun } from "../../ledger/runs/control-run.ts";
import { userType } from "../../types/user/user.ts";
import { range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { pendingRecords } from "../setup/pending-records.ts";
import { chunksOf, currentRun, plannedRun } from "../setup/runs.ts";

describe("the chunks that are due", () => {
  const database = databaseForEachTest(async (pool) => {
    for (const invariant of invariantsOf([userType])) {
      expect((await checkInvariant(pool, invariant, null)).examples, invariant.sentence).to.deep.equal([]);
    }
  });
  const pool = () => database().pool;

  const due = async (limit = 100): Promise<Chunk[]> =>
    (await listDueChunks(pool(), limit)).map(({ chunk }) => chunk);
  const indexes = async (): Promise<number[]> => (await due()).map(({ index }) => index);
  const twoChunks = () => plannedRun(pool(), { count: 8, chunkSize: 4 });
  const shelveAll = async (runId: string): Promise<void> =>
    shelveChunks(
      pool(),
      runId,
      (await listChunksToShelve(pool(), runId)).map(({ index }) => index),
    );
  const plan = async (runId: string, maxPending = 1_000): Promise<readonly Chunk[]> =>
    chunksOf(await planWindow(pool(), runId, maxPending), runId);
  const position = { topic: "topic", partition: 0, endOffset: 4, topicId: null };

  it("are those planned and not produced, the first of each run first, and no more than were asked for", async () => {
    const [one, other] = [await twoChunks(), await twoChunks()];
    await markChunkProduced(pool(), one.chunks[1] as Chunk, position);
    expect(await due()).to.deep.equal([one.chunks[0], other.chunks[0], other.chunks[1]]);
    expect(await due(2)).to.deep.equal([one.chunks[0], other.chunks[0]]);
  });

  for (const [command, done] of [
    ["pause", "paused"],
    ["cancel", "cancelled"],
  ] as const) {
    it(`take no room any more once their run is ${done} and their jobs are gone`, async () => {
      const { run, chunks } = await twoChunks();
      await markChunkProduced(pool(), chunks[0] as Chunk, position);
      expect(await listRunsToShelve(pool(), 10)).to.deep.equal([]);
      await controlRun(pool(), run.id, command);
      expect(await due()).to.deep.equal([]);
      // A worker may have it in its hands.
      expect(await pendingRecords(pool())).to.equal(8);
      expect(await listRunsToShelve(pool(), 10)).to.deep.equal([run.id]);
      await shelveAll(run.id);
      expect(await pendingRecords(pool())).to.equal(4);
      expect(await listRunsToShelve(pool(), 10)).to.deep.equal([]);
    });
  }

  it("are not shelved where their run was resumed in the meantime", async () => {
    const { run } = await twoChunks();
    await controlRun(pool(), run.id, "pause");
    const found = await listChunksToShelve(pool(), run.id);
    await controlRun(pool(), run.id, "resume");
    await shelveChunks(
      pool(),
      run.id,
      found.map(({ index }) => index),
    );
    expect(await indexes()).to.deep.equal([0, 1]);
  });

  it("come back when their run is resumed, as far as there is room, before any further one", async () => {
    const { run } = await plannedRun(pool(), { count: 40, chunkSize: 4 }, 20);
    expect(await indexes()).to.deep.equal(range(0, 4));
    await controlRun(pool(), run.id, "pause");
    await shelveAll(run.id);
    const { run: other } = await plannedRun(pool(), { count: 40, chunkSize: 4 }, 20);
    await controlRun(pool(), run.id, "resume");
    expect(await plan(run.id, 20)).to.deep.equal([]);
    expect(await pendingRecords(pool())).to.equal(16);
    await storeNext(pool(), recordsOf(other, range(0, 8)));
    expect((await plan(run.id, 20)).map(({ index }) => index)).to.deep.equal([0, 1]);
    expect(await pendingRecords(pool())).to.equal(16);
    await storeNext(pool(), recordsOf(other, range(8, 16)));
    expect((await plan(run.id, 32)).map(({ index }) => index)).to.deep.equal([2, 3]);
    expect((await plan(run.id, 1_000)).map(({ index }) => index)).to.deep.equal(range(4, 10));
  });

  it("that were shelved, and are made or stored in spite of it, are not counted as shelved any more", async () => {
    const { run, chunks } = await twoChunks();
    await controlRun(pool(), run.id, "pause");
    await shelveAll(run.id);
    await markChunkProduced(pool(), chunks[0] as Chunk, position);
    // All of it was in Kafka, and the worker was killed before it could say so.
    await storeNext(pool(), recordsOf(run, range(4, 8)));
    await controlRun(pool(), run.id, "resume");
    expect(await plan(run.id)).to.deep.equal([]);
    const { rows } = await pool().query("SELECT shelved_records FROM runs");
    expect(rows).to.deep.equal([{ shelved_records: 0 }]);
  });

  it("of a cancelled run are those that are half made, and are made to their end", async () => {
    const { run, chunks } = await twoChunks();
    await storeNext(pool(), recordsOf(run, range(4, 6)));
    await controlRun(pool(), run.id, "cancel");
    await shelveAll(run.id);
    const half = chunks[1] as Chunk;
    expect(await due()).to.deep.equal([half]);
    expect((await beginChunk(pool(), half)).kind).to.equal("produce");
    await markChunkProduced(pool(), half, { ...position, endOffset: 8 });
    await storeNext(pool(), recordsOf(run, range(4, 8)));
    expect(await currentRun(pool(), run.id)).to.include({ status: "cancelled", produced: 4, stored: 4 });
    expect(await pendingRecords(pool())).to.equal(0);
  });

  it("are those as well that turn out to be half made after they were shelved, as soon as there is room", async () => {
    const { run, chunks } = await twoChunks();
    await controlRun(pool(), run.id, "cancel");
    await shelveAll(run.id);
    await storeNext(pool(), recordsOf(run, range(0, 2)));
    expect(await due()).to.deep.equal([]);
    await requeueHalfMadeChunks(pool(), 0, 10);
    expect(await due()).to.deep.equal([]);
    await requeueHalfMadeChunks(pool(), 4, 10);
    expect(await due()).to.deep.equal(chunks.slice(0, 1));
  });

  it("that are given up are tried no more, and take no room", async () => {
    const { run, chunks } = await twoChunks();
    await storeNext(pool(), recordsOf(run, range(0, 2)));
    await controlRun(pool(), run.id, "cancel");
    await shelveAll(run.id);
    await giveUpChunk(pool(), chunks[0] as Chunk);
    await requeueHalfMadeChunks(pool(), 1_000, 10);
    expect(await due()).to.deep.equal([]);
    expect(await pendingRecords(pool())).to.equal(0);
    expect(await currentRun(pool(), run.id)).to.include({ produced: 2, stored: 2 });
  });

  it("are none of a failed run's, whatever has arrived of them", async () => {
    const { run } = await twoChunks();
    await storeNext(pool(), recordsOf(run, range(0, 2)));
    await failRun(pool(), run.id, "because");
    await shelveAll(run.id);
    await requeueHalfMadeChunks(pool(), 1_000, 10);
    expect(await due()).to.deep.equal([]);
    expect(await listRunsToShelve(pool(), 10)).to.deep.equal([]);
    expect(await currentRun(pool(), run.id)).to.include({ produced: 2, stored: 2 });
  });
});
