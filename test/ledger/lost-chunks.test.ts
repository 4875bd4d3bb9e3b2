import { expect } from "chai";
import { checkInvariant, invariantsOf } from "../../ledger/audit/invariants.ts";
import type { Chunk } from "../../ledger/chunks/chunk.ts";
import { beginChunk, markChunkProduced } from "../../ledger/chunks/chunks.ts";
import { reopenLostChunks } from "../../ledger/chunks/lost-chunks.ts";
import { inTransaction } from "../../ledger/database/database.ts";
import { enterPartition, type Partition, restartProgress } from "../../ledger/outcomes/consumer-progress.ts";
import { listDueChunks } from "../../ledger/planning/due-chunks.ts";
import { planWindow } from "../../ledger/planning/plan-window.ts";
import { controlRun, failRun } from "../../ledger/runs/control-run.ts";
import { userType } from "../../types/user/user.ts";
import { type Draft, foreign, range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { chunksOf, currentRun, plannedRun } from "../setup/runs.ts";

const oldId = "00000000-0000-4000-8000-00000000000a";
const newId = "00000000-0000-4000-8000-00000000000b";

describe("a chunk whose messages Kafka lost", () => {
  // Whatever is taken back, the ledger's invariants hold.
  const database = databaseForEachTest(async (pool) => {
    for (const invariant of invariantsOf([userType])) {
      expect((await checkInvariant(pool, invariant, null)).examples, invariant.sentence).to.deep.equal([]);
    }
  });
  const pool = () => database().pool;

  const reopen = (name = "topic", id: string | null = null): Promise<number> =>
    reopenLostChunks(pool(), [{ name, id }]);
  const dueChunks = async (): Promise<Chunk[]> =>
    (await listDueChunks(pool(), 100)).map(({ chunk }) => chunk);
  const again = (chunk: Chunk): Chunk => ({ ...chunk, generation: chunk.generation + 1 });
  const fill = (count: number): Draft[] => range(0, count).map(() => foreign("{}"));

  async function oneChunk() {
    const { run, chunks } = await plannedRun(pool(), { count: 4, chunkSize: 4 });
    const [chunk] = chunks as [Chunk];
    return { run, chunk };
  }
  const markProduced = (chunk: Chunk, position: Partial<Parameters<typeof markChunkProduced>[2]> = {}) =>
    markChunkProduced(pool(), chunk, {
      ...{ topic: "topic", partition: 0, endOffset: 4, topicId: null },
      ...position,
    });
  /** Produced to partition 0 up to offset 4, of which the consumer has seen these. */
  async function produced(seen: (drafts: Draft[]) => Draft[]) {
    const { run, chunk } = await oneChunk();
    await markProduced(chunk);
    await storeNext(pool(), seen(recordsOf(run, range(0, 4))));
    return { run, chunk };
  }
  const oneOfFour = ([first]: Draft[]): Draft[] => (first === undefined ? [] : [first, ...fill(3)]);

  it("is made again, and what had arrived counts once", async () => {
    const { run, chunk } = await produced(oneOfFour);
    expect(await reopen()).to.equal(1);
    expect(await dueChunks()).to.deep.equal([again(chunk)]);
    expect((await currentRun(pool(), run.id)).produced).to.equal(1);
    expect(await reopen()).to.equal(0);

    await markProduced(again(chunk), { endOffset: 8 });
    const stored = await storeNext(pool(), recordsOf(run, range(0, 4)));
    expect(stored).to.deep.include({ stored: 3, duplicates: 1, completedRunIds: [run.id] });
    expect(await currentRun(pool(), run.id)).to.include({ status: "completed", produced: 4, stored: 4 });
  });

  it("is left alone while the consumer has not come to its end", async () => {
    await produced((drafts) => drafts.slice(0, 3));
    expect(await reopen()).to.equal(0);
  });

  it("is left alone where every record has its outcome", async () => {
    await produced((drafts) => drafts);
    expect(await reopen()).to.equal(0);
  });

  it("is left alone where another topic or partition has been read that far", async () => {
    const { run } = await produced((drafts) => drafts.slice(0, 1));
    await enterPartition(pool(), { topic: "topic", partition: 1 }, null);
    await enterPartition(pool(), { topic: "other", partition: 0 }, null);
    await pool().query(
      "UPDATE consumer_progress SET next_offset = 1000 WHERE (topic, kafka_partition) <> ('topic', 0)",
    );
    expect(await reopen()).to.equal(0);
    expect((await currentRun(pool(), run.id)).produced).to.equal(4);
  });

  it("is made again where it was sent to a topic that is no more, however little of the new one was read", async () => {
    const { run, chunk } = await oneChunk();
    await markProduced(chunk, { topicId: oldId });
    expect(await reopen("topic", oldId)).to.equal(0);
    expect(await reopen("topic", newId)).to.equal(1);
    expect((await currentRun(pool(), run.id)).produced).to.equal(0);
  });

  it("is left alone where it is ahead of a consumer that still reads the topic before it", async () => {
    const { chunk } = await oneChunk();
    await enterPartition(pool(), { topic: "topic", partition: 0 }, oldId);
    await pool().query("UPDATE consumer_progress SET next_offset = 1000");
    await markProduced(chunk, { topicId: newId });
    expect(await reopen("topic", newId)).to.equal(0);
    expect(await reopen()).to.equal(0);
  });

  it("is taken back once by several reconcilers at the same time", async () => {
    const { chunk } = await produced(() => fill(4));
    await Promise.all(range(0, 5).map(() => reopen()));
    expect(await dueChunks()).to.deep.equal([again(chunk)]);
  });

  describe("of a run that does not go on", () => {
    it("has not been made where the run is paused, takes no room, and is made again after it", async () => {
      const { run, chunk } = await produced(() => fill(4));
      await controlRun(pool(), run.id, "pause");
      expect(await reopen()).to.equal(1);
      expect(await currentRun(pool(), run.id)).to.include({ produced: 0, stored: 0 });
      expect(await dueChunks()).to.deep.equal([]);
      await controlRun(pool(), run.id, "resume");
      expect(chunksOf(await planWindow(pool(), run.id, 100), run.id)).to.deep.equal([again(chunk)]);
      expect(await dueChunks()).to.deep.equal([again(chunk)]);
    });

    it("has not been made where the run was cancelled and none of it had arrived", async () => {
      const { run } = await produced(() => fill(4));
      await controlRun(pool(), run.id, "cancel");
      expect(await reopen()).to.equal(1);
      expect(await currentRun(pool(), run.id)).to.include({ produced: 0, stored: 0, deadLettered: 0 });
      expect(await dueChunks()).to.deep.equal([]);
    });

    it("is made to its end where the run was cancelled and part of it had arrived", async () => {
      const { run, chunk } = await produced(oneOfFour);
      await controlRun(pool(), run.id, "cancel");
      expect(await reopen()).to.equal(1);
      expect(await dueChunks()).to.deep.equal([again(chunk)]);
      expect((await beginChunk(pool(), again(chunk))).kind).to.equal("produce");
      await markProduced(again(chunk), { endOffset: 8 });
      await storeNext(pool(), recordsOf(run, range(0, 4)));
      expect(await currentRun(pool(), run.id)).to.include({ status: "cancelled", produced: 4, stored: 4 });
    });

    it("leaves as produced what had arrived where the run has failed", async () => {
      const { run } = await produced(oneOfFour);
      await failRun(pool(), run.id, "because");
      expect(await reopen()).to.equal(1);
      expect(await currentRun(pool(), run.id)).to.include({ status: "failed", produced: 1, stored: 1 });
      expect(await dueChunks()).to.deep.equal([]);
    });
  });

  describe("or that went to another topic", () => {
    const elsewhere = { topic: "other", partition: 0 };
    const readElsewhere = (offset: number, secondsAgo = 0): Promise<unknown> =>
      pool().query(
        `UPDATE consumer_progress SET next_offset = $1, updated_at = now() - make_interval(secs => $2)
          WHERE topic = 'other'`,
        [offset, secondsAgo],
      );
    const letPass = (seconds: number): Promise<unknown> =>
      pool().query("UPDATE chunks SET produced_at = produced_at - make_interval(secs => $1)", [seconds]);
    async function producedElsewhere() {
      const { run, chunk } = await oneChunk();
      await enterPartition(pool(), elsewhere, oldId);
      await markProduced(chunk, { topic: "other", topicId: oldId });
      return { run, chunk };
    }

    it("is left to who reads that topic, however far this one's own was read", async () => {
      await producedElsewhere();
      await storeNext(pool(), fill(100));
      expect(await reopen("topic", newId)).to.equal(0);
      // Sent long ago, and read at this moment.
      await letPass(3_600);
      await readElsewhere(2);
      expect(await reopen("topic", newId)).to.equal(0);
    });

    it("is lost where that topic was read beyond it", async () => {
      const { chunk } = await producedElsewhere();
      await readElsewhere(4);
      expect(await reopen("topic", newId)).to.equal(1);
      expect(await dueChunks()).to.deep.equal([again(chunk)]);
    });

    it("is made again where nobody reads that topic any more, and then belongs to this one", async () => {
      const { run, chunk } = await producedElsewhere();
      await readElsewhere(2, 61);
      expect(await reopen("topic", newId)).to.equal(0);
      await letPass(61);
      expect(await reopen("topic", newId)).to.equal(1);
      await markProduced(again(chunk));
      await storeNext(pool(), recordsOf(run, range(0, 4)));
      expect(await currentRun(pool(), run.id)).to.include({ status: "completed", produced: 4, stored: 4 });
    });

    it("is this topic's own where the ledger does not know to which it went", async () => {
      await producedElsewhere();
      await pool().query("UPDATE chunks SET kafka_topic = NULL");
      expect(await reopen("topic", newId)).to.equal(1);
    });

    it("stays as it is when the partition of the same number of this topic begins anew", async () => {
      const { chunk } = await producedElsewhere();
      const own = await plannedRun(pool(), { count: 4, chunkSize: 4 });
      for (const each of own.chunks) await markProduced(each, { topicId: oldId });
      const partition: Partition = { topic: "topic", partition: 0 };
      const from = await enterPartition(pool(), partition, oldId);
      expect(await restartProgress(pool(), partition, from, { nextOffset: 0, topicId: newId })).to.equal(
        true,
      );
      expect(await reopen("topic", newId)).to.equal(1);
      expect((await dueChunks()).map(({ runId }) => runId)).to.deep.equal([own.run.id]);
      expect((await beginChunk(pool(), chunk)).kind).to.equal("produced_already");
    });
  });

  describe("beside what others do to several runs at once", () => {
    /** Produced last to first, so that their lines stand in the tables in the wrong order. */
    async function twoRuns(topicId: string | null) {
      const runs = [await oneChunk(), await oneChunk()];
      const [first, second] = runs.toSorted((a, b) => (a.run.id < b.run.id ? -1 : 1)) as [
        (typeof runs)[0],
        (typeof runs)[0],
      ];
      for (const { chunk } of [second, first]) await markProduced(chunk, { topicId });
      return [first, second] as const;
    }
    const waitingFor = (what: string): Promise<void> =>
      eventually(async () => {
        const { rows } = await pool().query(
          `SELECT FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%'`,
          [what],
        );
        expect(rows).to.have.length(1);
      });

    it("waits for a consumer that has locked the first of them, and never the other way round", async () => {
      const [first, second] = await twoRuns(null);
      await storeNext(pool(), fill(4));
      const reopened = await inTransaction(pool(), async (consumer) => {
        await consumer.query("SELECT FROM runs WHERE id = $1 FOR NO KEY UPDATE", [first.run.id]);
        const reopening = reopen();
        await waitingFor("WITH lost");
        await consumer.query("SELECT FROM runs WHERE id = $1 FOR NO KEY UPDATE", [second.run.id]);
        return { reopening };
      });
      expect(await reopened.reopening).to.equal(2);
    });

    it("is marked as lost by a consumer that waits for another one with the first of them, and never the other way round", async () => {
      const [first, second] = await twoRuns(oldId);
      const partition: Partition = { topic: "topic", partition: 0 };
      const from = await enterPartition(pool(), partition, oldId);
      const lock = "SELECT FROM chunks WHERE run_id = $1 FOR NO KEY UPDATE";
      const restarted = await inTransaction(pool(), async (consumer) => {
        await consumer.query(lock, [first.run.id]);
        const restarting = restartProgress(pool(), partition, from, { nextOffset: 0, topicId: newId });
        await waitingFor("WITH lost");
        await consumer.query(lock, [second.run.id]);
        return { restarting };
      });
      expect(await restarted.restarting).to.equal(true);
    });
  });
});
