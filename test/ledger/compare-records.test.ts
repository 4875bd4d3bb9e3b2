import { expect } from "chai";
import { type Comparison, compareRecords } from "../../ledger/audit/compare-records.ts";
import { checkInvariant, invariantsOf } from "../../ledger/audit/invariants.ts";
import type { Queryable } from "../../ledger/database/database.ts";
import type { Run } from "../../ledger/runs/run.ts";
import { type FaultName, faultKinds } from "../../records/faults/fault-kinds.ts";
import { offeredFaults } from "../../records/faults/field-faults.ts";
import { userType } from "../../types/user/user.ts";
import { type Draft, range, recordsOf, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { everyFault, sendingsOf, storeSendings, withFaults } from "../setup/faulty-runs.ts";
import { currentRun, plannedRun } from "../setup/runs.ts";

const allFields = userType.fields.map((field) => field.name);

describe("judging what became of a run's records", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;
  const compare = (run: Run): Promise<Comparison> => compareRecords(pool(), userType, run, { limit: 10 });

  async function faultyRun(count = 1_000): Promise<Run> {
    const wishes = { count, chunkSize: count, fields: allFields, options: withFaults(everyFault) };
    const { run } = await plannedRun(pool(), wishes);
    await storeSendings(pool(), run, sendingsOf(run));
    return currentRun(pool(), run.id);
  }
  /** The first record of a run that has this fault. */
  function seqOf(run: Run, kind: FaultName | null): number {
    const found = sendingsOf(run).find(({ fault }) => (fault?.kind ?? null) === kind);
    if (found === undefined) throw new Error(`no record is ${kind}`);
    return found.seq;
  }
  const change = (sql: string, run: Run, kind: FaultName | null): Promise<unknown> =>
    pool().query(sql, [run.id, seqOf(run, kind)]);

  it("finds every kind of fault judged as is due, and nothing altered", async () => {
    const run = await faultyRun();
    const { altered, misjudged, counts } = await compare(run);
    expect(altered).to.deep.equal([]);
    expect(misjudged).to.deep.equal([]);
    expect(counts.map(({ fault }) => fault)).to.deep.equal([
      "none",
      ...offeredFaults(userType.fieldFaults()),
    ]);
    let sum = 0;
    for (const { fault, stored, flagged, deadLettered } of counts) {
      const scope = fault === "none" ? "delivery" : faultKinds[fault].scope;
      const total = stored + flagged + deadLettered;
      expect(total, fault).to.be.above(20);
      expect(
        { field: flagged, message: deadLettered, delivery: stored, reference: stored }[scope],
        fault,
      ).to.equal(total);
      sum += total;
    }
    expect(sum).to.equal(1_000);
    expect(run).to.include({ status: "completed" });
    for (const invariant of invariantsOf([userType])) {
      expect((await checkInvariant(pool(), invariant, run.id)).examples, invariant.name).to.deep.equal([]);
    }
  });

  const tampering: readonly (readonly [string, FaultName | null, string, RegExp])[] = [
    [
      "a clean record is flagged",
      null,
      "UPDATE users_raw SET error = 'name: missing' WHERE run_id = $1 AND seq = $2",
      /^flagged: name: missing$/,
    ],
    [
      "a late record is flagged",
      "late",
      "UPDATE users_raw SET error = 'name: missing' WHERE run_id = $1 AND seq = $2",
      /^flagged/,
    ],
    [
      "a faulty date is not flagged",
      "invalid_date",
      "UPDATE users_raw SET error = NULL WHERE run_id = $1 AND seq = $2",
      /^stored as clean$/,
    ],
    [
      "a missing field is flagged for something else",
      "missing_field",
      "UPDATE users_raw SET error = 'name: 300 characters cut to 255' WHERE run_id = $1 AND seq = $2",
      /^flagged: name: 300/,
    ],
    [
      "a dead letter has another reason",
      "not_utf8",
      "UPDATE dead_letters SET reason = 'not_json' WHERE run_id = $1 AND seq = $2",
      /^dead letter, not_json$/,
    ],
    [
      "a dead letter has other bytes",
      "not_json",
      "UPDATE dead_letters SET payload = 'x' WHERE run_id = $1 AND seq = $2",
      /other bytes/,
    ],
    [
      "a clean record is a dead letter",
      null,
      `WITH gone AS (DELETE FROM users_raw WHERE run_id = $1 AND seq = $2)
       UPDATE dead_letters SET seq = $2
        WHERE id = (SELECT min(id) FROM dead_letters WHERE run_id = $1 AND reason = 'tombstone')`,
      /^dead letter, tombstone/,
    ],
    [
      "a hopeless record is a row",
      "tombstone",
      `WITH gone AS (DELETE FROM dead_letters WHERE run_id = $1 AND seq = $2)
       INSERT INTO users_raw (raw_payload, run_id, seq, kafka_partition, kafka_offset) VALUES ('{}', $1, $2, 0, 0)`,
      /^stored as clean$/,
    ],
  ];
  for (const [what, kind, sql, outcome] of tampering) {
    it(`tells where ${what}`, async () => {
      const run = await faultyRun(300);
      await change(sql, run, kind);
      const { misjudged } = await compare(run);
      expect(misjudged).to.have.length(1);
      expect(misjudged[0]).to.include({ seq: seqOf(run, kind), fault: kind ?? "none" });
      expect(misjudged[0]?.outcome).to.match(outcome);
    });
  }

  it("tells where the value of a flagged row was altered", async () => {
    const run = await faultyRun(300);
    await change("UPDATE users_raw SET email = 'eve' WHERE run_id = $1 AND seq = $2", run, "invalid_email");
    const { altered, misjudged } = await compare(run);
    expect(altered).to.deep.equal([{ seq: seqOf(run, "invalid_email"), columns: ["email"] }]);
    expect(misjudged).to.deep.equal([]);
  });

  it("leaves it to the invariants that an outcome is gone", async () => {
    const run = await faultyRun(300);
    await change("DELETE FROM dead_letters WHERE run_id = $1 AND seq = $2", run, "empty");
    const broken = [];
    for (const invariant of invariantsOf([userType])) {
      if ((await checkInvariant(pool(), invariant, run.id)).examples.length > 0) broken.push(invariant.name);
    }
    expect(broken).to.include.members(["counters-equal-rows", "accounted-equals-outcomes"]);
  });

  it("judges of an unfinished run what has an outcome", async () => {
    const wishes = { count: 1_000, chunkSize: 1_000, fields: allFields, options: withFaults(everyFault) };
    const { run } = await plannedRun(pool(), wishes);
    await storeSendings(pool(), run, sendingsOf(run).slice(0, 400));
    const { altered, misjudged, counts } = await compare(await currentRun(pool(), run.id));
    expect({ altered, misjudged }).to.deep.equal({ altered: [], misjudged: [] });
    const judged = counts.reduce(
      (sum, { stored, flagged, deadLettered }) => sum + stored + flagged + deadLettered,
      0,
    );
    expect(judged).to.be.within(300, 400);
  });

  it("absorbs whatever is sent again, in any order", async () => {
    const run = await faultyRun(300);
    await storeSendings(pool(), run, sendingsOf(run).toReversed());
    expect(await currentRun(pool(), run.id)).to.deep.equal(run);
    const { rows } = await pool().query("SELECT count(*) AS letters FROM dead_letters WHERE NOT accounted");
    expect(rows).to.deep.equal([{ letters: 0 }]);
    expect(await compare(run)).to.deep.include({ altered: [], misjudged: [] });
  });

  it("finds nothing altered where rows have jsonb's text of their records", async () => {
    const run = await faultyRun(300);
    await pool().query("UPDATE users_raw SET raw_payload = raw_payload::jsonb::text::json");
    expect(await compare(run)).to.deep.include({ altered: [], misjudged: [] });
  });

  it("reads rows of any size, of long ones one at a time", async () => {
    const { run } = await plannedRun(pool(), { count: 30, chunkSize: 30, fields: allFields });
    const drafts = recordsOf(run, range(0, 30));
    const numbers = `{"x":[${Array(9_000).fill("1e131071").join(",")}]}`;
    const pad = (value: Draft["value"]): string => String(value).replace("}", `${" ".repeat(100_000)}}`);
    const strange = drafts.map((draft, seq) => {
      if (seq === 7) return { ...draft, value: numbers };
      return seq < 20 ? { ...draft, value: pad(draft.value) } : draft;
    });
    await storeNext(pool(), strange);
    const read: number[] = [];
    const listening: Queryable = {
      query: async (text, values) => {
        const result = await pool().query<never>(text, values?.slice());
        read.push(JSON.stringify(result.rows).length);
        return result;
      },
    };
    const { altered } = await compareRecords(listening, userType, run, { limit: 10 });
    expect(altered.map(({ seq }) => seq)).to.deep.equal([7]);
    expect(altered[0]?.columns).to.include("raw_payload");
    expect(read.filter((length) => length > 80_000)).to.have.length(20);
    expect(Math.max(...read)).to.be.below(110_000);
  });

  it("finds in a clean run nothing but clean records", async () => {
    const { run } = await plannedRun(pool(), { count: 30, chunkSize: 30 });
    await storeNext(pool(), recordsOf(run, range(0, 30)));
    const clean = { fault: "none" as const, stored: 30, flagged: 0, deadLettered: 0 };
    expect(await compare(run)).to.deep.equal({ altered: [], misjudged: [], counts: [clean] });
  });
});
