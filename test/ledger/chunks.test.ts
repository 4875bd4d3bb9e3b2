import { expect } from "chai";
import type { Chunk } from "../../ledger/chunks/chunk.ts";
import { beginChunk, markChunkProduced, supersedeChunk } from "../../ledger/chunks/chunks.ts";
import { listDueChunks } from "../../ledger/planning/due-chunks.ts";
import { controlRun, failRun } from "../../ledger/runs/control-run.ts";
import { range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { currentRun, plannedRun } from "../setup/runs.ts";

describe("a chunk", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  async function oneChunk(wishes: Parameters<typeof plannedRun>[1] = {}) {
    const { run, chunks } = await plannedRun(pool(), { count: 4, chunkSize: 4, ...wishes });
    const chunk = chunks[0];
    if (chunk === undefined) throw new Error("no chunk was planned");
    return { run, chunk };
  }
  const dueChunks = async (): Promise<Chunk[]> =>
    (await listDueChunks(pool(), 100)).map(({ chunk }) => chunk);
  const begun = async (chunk: Chunk): Promise<string> => (await beginChunk(pool(), chunk)).kind;

  it("is begun with all that its records follow from", async () => {
    const { run, chunk } = await oneChunk({ seed: 2 ** 53 - 1 });
    const { recordType, seed, fields, referenceDate, options } = run;
    const expected = { kind: "produce", recordType, seed, fields, referenceDate, options, due: null };
    expect(await beginChunk(pool(), chunk)).to.deep.equal(expected);
    // A second worker, after the first has died, begins it just so.
    expect(await beginChunk(pool(), chunk)).to.deep.equal(expected);
  });

  it("is begun only while its run is running", async () => {
    const { run, chunk } = await oneChunk();
    await controlRun(pool(), run.id, "pause");
    expect(await beginChunk(pool(), chunk)).to.deep.equal({ kind: "run_not_running", status: "paused" });
    await controlRun(pool(), run.id, "resume");
    expect(await begun(chunk)).to.equal("produce");
    await failRun(pool(), run.id, "because");
    expect(await beginChunk(pool(), chunk)).to.deep.equal({ kind: "run_not_running", status: "failed" });
  });

  it("that is half made is made to its end where its run is cancelled meanwhile, and no other is begun", async () => {
    const { run, chunks } = await plannedRun(pool(), { count: 8, chunkSize: 4 });
    const [half, untouched] = chunks as [Chunk, Chunk];
    await controlRun(pool(), run.id, "cancel");
    expect(await dueChunks()).to.deep.equal([]);
    // Sent before, and stored only now.
    await storeNext(pool(), recordsOf(run, range(0, 3)));
    expect(await dueChunks()).to.deep.equal([half]);
    expect(await begun(half)).to.equal("produce");
    expect(await begun(untouched)).to.equal("run_not_running");
    await markChunkProduced(pool(), half, { topic: "topic", partition: 0, endOffset: 7, topicId: null });
    await storeNext(pool(), recordsOf(run, range(0, 4)));
    expect(await dueChunks()).to.deep.equal([]);
    const { status, produced, stored } = await currentRun(pool(), run.id);
    expect({ status, produced, stored }).to.deep.equal({ status: "cancelled", produced: 4, stored: 4 });
  });

  it("that has been produced is not begun, and counts once", async () => {
    const { run, chunk } = await oneChunk();
    await Promise.all(
      [1, 2, 3].map((endOffset) =>
        markChunkProduced(pool(), chunk, { topic: "topic", partition: 0, endOffset, topicId: null }),
      ),
    );
    expect(await begun(chunk)).to.equal("produced_already");
    expect((await currentRun(pool(), run.id)).produced).to.equal(4);
    expect(await dueChunks()).to.deep.equal([]);
  });

  it("that is superseded is begun only under its new generation", async () => {
    const { chunk } = await oneChunk();
    await supersedeChunk(pool(), chunk);
    await supersedeChunk(pool(), chunk);
    const next = { ...chunk, generation: chunk.generation + 1 };
    expect(await dueChunks()).to.deep.equal([next]);
    expect([await begun(chunk), await begun(next)]).to.deep.equal(["superseded", "produce"]);
  });

  it("that has been produced is not superseded", async () => {
    const { chunk } = await oneChunk();
    await markChunkProduced(pool(), chunk, { topic: "topic", partition: 0, endOffset: 4, topicId: null });
    await supersedeChunk(pool(), chunk);
    expect(await begun(chunk)).to.equal("produced_already");
  });

  it("of a run that is not there, or that is planned otherwise, is not made", async () => {
    const { chunk } = await oneChunk();
    expect(await begun({ ...chunk, runId: "00000000-0000-7000-8000-000000000000" })).to.equal("unknown");
    expect(await begun({ ...chunk, index: 99 })).to.equal("unknown");
    for (const change of [{ firstSeq: 1 }, { endSeq: chunk.endSeq + 1 }, { paced: true }]) {
      expect(await begun({ ...chunk, ...change })).to.equal("differs");
    }
  });

  it("shows its records as produced as soon as they are stored, before it is marked", async () => {
    const { run } = await oneChunk();
    await storeNext(pool(), recordsOf(run, range(0, 3)));
    expect(await currentRun(pool(), run.id)).to.include({ produced: 3, stored: 3 });
  });
});
