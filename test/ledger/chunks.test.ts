import { expect } from "chai";
import {
  beginChunk,
  listHalfMadeChunks,
  listUnproducedChunks,
  markChunkProduced,
  reopenLostChunks,
  supersedeChunk,
} from "../../ledger/chunks.ts";
import { enterPartition } from "../../ledger/consumer-progress.ts";
import { controlRun, failRun } from "../../ledger/control-run.ts";
import type { Chunk } from "../../ledger/plan-window.ts";
import { type Draft, foreign, range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { currentRun, plannedRun } from "../setup/runs.ts";

const oldTopic = "00000000-0000-4000-8000-00000000000a";
const newTopic = "00000000-0000-4000-8000-00000000000b";

describe("a chunk", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  async function oneChunk(wishes: Parameters<typeof plannedRun>[1] = {}) {
    const { run, chunks } = await plannedRun(pool(), { count: 4, chunkSize: 4, ...wishes });
    const chunk = chunks[0];
    if (chunk === undefined) throw new Error("no chunk was planned");
    return { run, chunk };
  }
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
    expect(await listHalfMadeChunks(pool(), 10)).to.deep.equal([]);
    // Sent before, and stored only now.
    await storeNext(pool(), recordsOf(run, range(0, 3)));
    expect(await listHalfMadeChunks(pool(), 10)).to.deep.equal([{ chunk: half, requested: 8 }]);
    expect(await begun(half)).to.equal("produce");
    expect(await begun(untouched)).to.equal("run_not_running");
    await markChunkProduced(pool(), half, { partition: 0, endOffset: 7, topicId: null });
    await storeNext(pool(), recordsOf(run, range(0, 4)));
    expect(await listHalfMadeChunks(pool(), 10)).to.deep.equal([]);
    const { status, produced, stored } = await currentRun(pool(), run.id);
    expect({ status, produced, stored }).to.deep.equal({ status: "cancelled", produced: 4, stored: 4 });
  });

  it("that has been produced is not begun, and counts once", async () => {
    const { run, chunk } = await oneChunk();
    await Promise.all(
      [1, 2, 3].map((endOffset) =>
        markChunkProduced(pool(), chunk, { partition: 0, endOffset, topicId: null }),
      ),
    );
    expect(await begun(chunk)).to.equal("produced_already");
    expect((await currentRun(pool(), run.id)).produced).to.equal(4);
    expect(await listUnproducedChunks(pool(), run.id)).to.deep.equal([]);
  });

  it("that is superseded is begun only under its new generation", async () => {
    const { run, chunk } = await oneChunk();
    await supersedeChunk(pool(), chunk);
    await supersedeChunk(pool(), chunk);
    const next = { ...chunk, generation: chunk.generation + 1 };
    expect(await listUnproducedChunks(pool(), run.id)).to.deep.equal([next]);
    expect([await begun(chunk), await begun(next)]).to.deep.equal(["superseded", "produce"]);
  });

  it("that has been produced is not superseded", async () => {
    const { chunk } = await oneChunk();
    await markChunkProduced(pool(), chunk, { partition: 0, endOffset: 4, topicId: null });
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

  describe("whose messages Kafka lost", () => {
    /** Produced to partition 0 up to offset 4, of which the consumer has seen these. */
    async function produced(seen: (drafts: Draft[]) => Draft[]) {
      const { run, chunk } = await oneChunk();
      await markChunkProduced(pool(), chunk, { partition: 0, endOffset: 4, topicId: null });
      await storeNext(pool(), seen(recordsOf(run, range(0, 4))));
      return { run, chunk };
    }

    it("is made again, and what had arrived counts once", async () => {
      const { run, chunk } = await produced(([first]) => (first === undefined ? [] : [first, ...fill(3)]));
      expect(await reopenLostChunks(pool(), "topic", null)).to.equal(1);
      const again = { ...chunk, generation: chunk.generation + 1 };
      expect(await listUnproducedChunks(pool(), run.id)).to.deep.equal([again]);
      expect((await currentRun(pool(), run.id)).produced).to.equal(1);
      expect(await reopenLostChunks(pool(), "topic", null)).to.equal(0);

      await markChunkProduced(pool(), again, { partition: 0, endOffset: 8, topicId: null });
      const stored = await storeNext(pool(), recordsOf(run, range(0, 4)));
      expect(stored).to.deep.include({ stored: 3, duplicates: 1, completedRunIds: [run.id] });
      expect(await currentRun(pool(), run.id)).to.include({ status: "completed", produced: 4, stored: 4 });
    });

    it("is left alone while the consumer has not come to its end", async () => {
      await produced((drafts) => drafts.slice(0, 3));
      expect(await reopenLostChunks(pool(), "topic", null)).to.equal(0);
    });

    it("is left alone where every record has its outcome", async () => {
      await produced((drafts) => drafts);
      expect(await reopenLostChunks(pool(), "topic", null)).to.equal(0);
    });

    it("is left alone where another topic or partition has been read that far", async () => {
      const { run } = await produced((drafts) => drafts.slice(0, 1));
      await enterPartition(pool(), { topic: "topic", partition: 1 }, null);
      await enterPartition(pool(), { topic: "other", partition: 0 }, null);
      await pool().query(
        "UPDATE consumer_progress SET next_offset = 1000 WHERE (topic, kafka_partition) <> ('topic', 0)",
      );
      expect(await reopenLostChunks(pool(), "topic", null)).to.equal(0);
      expect((await currentRun(pool(), run.id)).produced).to.equal(4);
    });

    it("is made again where it was sent to a topic that is no more, however little of the new one was read", async () => {
      const { run, chunk } = await oneChunk();
      await markChunkProduced(pool(), chunk, { partition: 0, endOffset: 4, topicId: oldTopic });
      expect(await reopenLostChunks(pool(), "topic", oldTopic)).to.equal(0);
      expect(await reopenLostChunks(pool(), "topic", newTopic)).to.equal(1);
      expect((await currentRun(pool(), run.id)).produced).to.equal(0);
    });

    it("is left alone where it is ahead of a consumer that still reads the topic before it", async () => {
      const { chunk } = await oneChunk();
      await enterPartition(pool(), { topic: "topic", partition: 0 }, oldTopic);
      await pool().query("UPDATE consumer_progress SET next_offset = 1000");
      await markChunkProduced(pool(), chunk, { partition: 0, endOffset: 4, topicId: newTopic });
      expect(await reopenLostChunks(pool(), "topic", newTopic)).to.equal(0);
      expect(await reopenLostChunks(pool(), "topic", null)).to.equal(0);
    });

    it("is left alone while its run is paused, and made again after it", async () => {
      const { run } = await produced(() => fill(4));
      await controlRun(pool(), run.id, "pause");
      expect(await reopenLostChunks(pool(), "topic", null)).to.equal(0);
      await controlRun(pool(), run.id, "resume");
      expect(await reopenLostChunks(pool(), "topic", null)).to.equal(1);
    });

    it("is taken back once by several reconcilers at the same time", async () => {
      const { run, chunk } = await produced(() => fill(4));
      await Promise.all(range(0, 5).map(() => reopenLostChunks(pool(), "topic", null)));
      expect(await listUnproducedChunks(pool(), run.id)).to.deep.equal([
        { ...chunk, generation: chunk.generation + 1 },
      ]);
    });

    const fill = (count: number): Draft[] => range(0, count).map(() => foreign("{}"));
  });
});
