import { expect } from "chai";
import { compareRecords } from "../../ledger/audit/compare-records.ts";
import { checkInvariant, invariantsOf } from "../../ledger/audit/invariants.ts";
import { usersStatsInvariant } from "../../ledger/audit/statistics-invariants.ts";
import { markChunkProduced } from "../../ledger/chunks/chunks.ts";
import { countRecords } from "../../ledger/history/count-records.ts";
import type { Run } from "../../ledger/runs/run.ts";
import { userType } from "../../types/user/user.ts";
import { aggregateUsersStats } from "../setup/aggregate-users-stats.ts";
import { draftOf, foreign, range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { createdRun, currentRun, plannedRun } from "../setup/runs.ts";

const nobody = "00000000-0000-7000-8000-000000000000";

/** Invariant -> ways to break it, as SQL on the run $1; with the constraints that would not let it happen. */
const violations: Readonly<Record<string, readonly { readonly drop?: string; readonly sql: string }[]>> = {
  "completed-runs-balance": [
    { drop: "runs_completed_balances", sql: "UPDATE runs SET stored = stored - 1 WHERE id = $1" },
  ],
  "counters-equal-rows": [
    { sql: "DELETE FROM users_raw WHERE run_id = $1 AND seq = 2" },
    { sql: "UPDATE users_raw SET error = NULL WHERE run_id = $1 AND error IS NOT NULL" },
    { sql: "DELETE FROM dead_letters WHERE run_id = $1" },
  ],
  "one-outcome-per-sequence-number": [
    {
      sql: `INSERT INTO dead_letters (reason, detail, topic, kafka_partition, kafka_offset, headers, run_id, seq, accounted)
            VALUES ('empty', '', 'topic', 0, 0, '{}', $1, 2, true)`,
    },
  ],
  "accounted-equals-outcomes": [
    { sql: "UPDATE chunks SET accounted = '{[4,7)}' WHERE run_id = $1 AND index = 1" },
    { sql: "DELETE FROM users_raw WHERE run_id = $1 AND seq = 5" },
  ],
  "no-row-outside-its-run": [
    { sql: "UPDATE users_raw SET seq = 10 WHERE run_id = $1 AND seq = 9" },
    { sql: "UPDATE users_raw SET seq = -1 WHERE run_id = $1 AND seq = 9" },
    { sql: `UPDATE users_raw SET run_id = '${nobody}' WHERE run_id = $1 AND seq = 9` },
  ],
  "no-dead-letter-outside-its-run": [
    { sql: "UPDATE dead_letters SET seq = 10 WHERE run_id = $1" },
    { sql: "UPDATE dead_letters SET seq = -1 WHERE run_id = $1" },
    { sql: `UPDATE dead_letters SET run_id = '${nobody}' WHERE run_id = $1` },
  ],
  "accounted-runs-have-ended": [
    { sql: "UPDATE runs SET status = 'running', finished_at = NULL WHERE id = $1" },
  ],
  "chunks-cover-the-run": [
    { sql: "DELETE FROM chunks WHERE run_id = $1 AND index = 1" },
    { sql: "DELETE FROM chunks WHERE run_id = $1 AND index = 2" },
    {
      drop: "chunks_closed_balances",
      sql: "UPDATE chunks SET end_seq = end_seq + 1 WHERE run_id = $1 AND index = 0",
    },
    { sql: "UPDATE runs SET planned_chunks = 4 WHERE id = $1" },
  ],
  "chunk-counters-sum-up": [
    { sql: "UPDATE runs SET flagged = flagged + 1 WHERE id = $1" },
    { sql: "UPDATE runs SET produced = 0 WHERE id = $1" },
    { sql: "UPDATE chunks SET produced_at = NULL WHERE run_id = $1 AND index = 0" },
  ],
  [usersStatsInvariant.name]: [
    { sql: `UPDATE users_stats SET total_users = total_users + 1 WHERE ${statsOfSeq(3)}` },
    { sql: `UPDATE users_stats SET undated_users = 0 WHERE ${statsOfSeq(3)}` },
    { sql: `DELETE FROM users_stats WHERE ${statsOfSeq(3)}` },
  ],
  "statistics-equal-recomputation": [
    { sql: `UPDATE record_statistics SET records = records + 1 WHERE ${lineOfSeq(3)}` },
    { sql: `UPDATE record_statistics SET run_id = NULL WHERE ${lineOfSeq(3)}` },
    { sql: `DELETE FROM record_statistics WHERE ${lineOfSeq(3)}` },
  ],
};

/** The line of users_stats in which a record of the run $1 counts. */
function statsOfSeq(seq: number): string {
  return `(stat_date, country) = (SELECT created_at::date, country FROM users_raw WHERE run_id = $1 AND seq = ${seq})`;
}

/** The line of record_statistics in which a record of the run $1 counts. */
function lineOfSeq(seq: number): string {
  return `(run_id, by_values, repair IS NULL) = (SELECT run_id, ARRAY[country]::text[], error IS NULL FROM users_raw WHERE run_id = $1 AND seq = ${seq})`;
}

describe("the ledger's invariants", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  /** Ten records: eight clean rows, a flagged one, a dead letter. */
  async function completedRun(): Promise<Run> {
    const { run, chunks } = await plannedRun(pool(), { count: 10, chunkSize: 4 });
    for (const chunk of chunks)
      await markChunkProduced(pool(), chunk, { topic: "topic", partition: 0, endOffset: 10, topicId: null });
    const drafts = recordsOf(run, range(0, 10));
    drafts[0] = draftOf(run.id, 0, "no JSON");
    drafts[1] = draftOf(run.id, 1, '{"name":7}');
    await storeNext(pool(), drafts);
    return currentRun(pool(), run.id);
  }
  const broken = async (runId: string | null): Promise<string[]> => {
    const names: string[] = [];
    for (const invariant of invariantsOf([userType])) {
      const { examples } = await checkInvariant(pool(), invariant, runId);
      if (examples.length > 0) names.push(invariant.name);
    }
    return names;
  };

  it("hold of runs in every state", async () => {
    const completed = await completedRun();
    expect(completed).to.include({ status: "completed", stored: 9, flagged: 1, deadLettered: 1 });
    await createdRun(pool());
    const { run } = await plannedRun(pool());
    await storeNext(pool(), [...recordsOf(run, [0, 3, 9]), foreign("{}"), foreign("no JSON")]);
    expect(await broken(null)).to.deep.equal([]);
    expect(await broken(completed.id)).to.deep.equal([]);
  });

  it("are each tested by a violation", () => {
    expect(Object.keys(violations)).to.have.members(invariantsOf([userType]).map(({ name }) => name));
  });

  for (const invariant of invariantsOf([userType])) {
    for (const { drop, sql } of violations[invariant.name] ?? []) {
      it(`notice that not: ${invariant.sentence} (${sql.replace(/\s+/g, " ").slice(0, 60)})`, async () => {
        const run = await completedRun();
        const other = await completedRun();
        await aggregateUsersStats(pool());
        await countRecords(pool(), userType.table.name, 1_000);
        if (drop !== undefined) {
          const table = drop.slice(0, drop.indexOf("_"));
          await database().asOwner(`ALTER TABLE ${table} DROP CONSTRAINT ${drop}`);
        }
        const { rowCount } = await pool().query(sql, [run.id]);
        expect(rowCount).to.equal(1);
        expect(await broken(null)).to.include(invariant.name);
        expect(await broken(other.id)).to.deep.equal([]);
        // A row that names no run at all can be found only among all of them, and so can what is no run's.
        if (!sql.includes(nobody) && !invariant.ofAllRuns)
          expect(await broken(run.id)).to.include(invariant.name);
      });
    }
  }

  it("show a few examples of many violations", async () => {
    const { run } = await plannedRun(pool(), { count: 100, chunkSize: 100 });
    await storeNext(pool(), recordsOf(run, range(0, 100)));
    await pool().query("UPDATE users_raw SET seq = seq + 1000");
    const invariant = invariantsOf([userType]).find(({ name }) => name === "no-row-outside-its-run");
    if (invariant === undefined) throw new Error("there is no such invariant");
    expect((await checkInvariant(pool(), invariant, run.id)).examples).to.have.length(5);
  });
});

describe("comparing rows with their records made again", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;
  const allFields = userType.fields.map((field) => field.name);

  async function storedRun(): Promise<Run> {
    const { run } = await plannedRun(pool(), { count: 30, chunkSize: 30, fields: allFields });
    await storeNext(pool(), recordsOf(run, range(0, 30)));
    return currentRun(pool(), run.id);
  }
  const altered = async (run: Run, limit = 10) =>
    (await compareRecords(pool(), userType, run, { limit })).altered;

  it("finds nothing where nothing was altered", async () => {
    expect(await altered(await storedRun())).to.deep.equal([]);
  });

  for (const { column } of userType.fields) {
    it(`finds an altered ${column.name}, and one that was emptied`, async () => {
      const run = await storedRun();
      const other =
        column.type === "timestamptz" ? `${column.name} + interval '1 ms'` : `${column.name} || '!'`;
      await pool().query(`UPDATE users_raw SET ${column.name} = ${other} WHERE seq = 7`);
      await pool().query(`UPDATE users_raw SET ${column.name} = NULL WHERE seq = 9`);
      expect(await altered(run)).to.deep.equal([
        { seq: 7, columns: [column.name] },
        { seq: 9, columns: [column.name] },
      ]);
    });
  }

  it("finds an altered payload, a flag, and columns that were exchanged", async () => {
    const run = await storedRun();
    await pool().query(
      `UPDATE users_raw SET raw_payload = (raw_payload::jsonb || '{"x":1}')::json WHERE seq = 1`,
    );
    await pool().query("UPDATE users_raw SET error = 'name: none' WHERE seq = 2");
    await pool().query("UPDATE users_raw SET city = country, country = city WHERE seq = 3");
    expect(await altered(run)).to.deep.equal([
      { seq: 1, columns: ["raw_payload"] },
      { seq: 2, columns: ["error"] },
      { seq: 3, columns: ["country", "city"] },
    ]);
  });

  it("stops at the limit", async () => {
    const run = await storedRun();
    await pool().query("UPDATE users_raw SET name = 'Eve'");
    expect(await altered(run, 4)).to.have.length(4);
  });
});
