import { expect } from "chai";
import { generateText } from "../../generate/write-record.ts";
import { checkRelations, type Member } from "../../ledger/audit/check-relations.ts";
import { createRecordTypes } from "../../ledger/types/own-types.ts";
import { planDataset } from "../../records/plan-dataset.ts";
import { newestOf } from "../../records/record-types.ts";
import { usualRuns } from "../../records/relate-alone.ts";
import { openRelated } from "../../records/related-records.ts";
import { userType } from "../../types/user/user.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { registerText } from "../setup/register.ts";
import { plannedRun } from "../setup/runs.ts";
import { findStoredType, storeValues } from "../setup/stored-records.ts";
import { datasetFile } from "../types/dataset.ts";

describe("the audit of relations", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  /** Stores a shop of 200 orders; what `change` makes of a record's JSON. */
  async function storeShop(
    change: (type: string, seq: number, text: string) => string = (_, __, text) => text,
  ) {
    await registerText(pool(), datasetFile("shop"));
    const types = createRecordTypes(pool(), { type: userType, topic: "synthetic_users" });
    const asked = [
      { name: "user", count: 50 },
      { name: "order", count: 200 },
      { name: "order_line", count: null },
    ];
    const plan = await planDataset(newestOf(types), asked, { seed: 42, scale: 1 });
    if (plan.kind === "refused") throw new Error("the shop is planned");
    const related = usualRuns(plan.types);
    const members: Member[] = [];
    for (const planned of plan.types) {
      const { count } = planned;
      const { name } = planned.type;
      const type = name === "user" ? userType : await findStoredType(pool(), name);
      const options = { ...related[name]?.options, related };
      const fields = type.fields.map((field) => field.name);
      const { run } = await plannedRun(pool(), {
        recordType: type,
        count,
        fields,
        options,
        seed: 42,
        chunkSize: 1_000,
      });
      const opened = await openRelated(types, run);
      const maker = type.openRun(opened);
      if (maker === null) throw new Error(`${name} is made`);
      const make = generateText(maker.write);
      await storeValues(
        pool(),
        type,
        run.id,
        Array.from({ length: count }, (_, seq) => change(name, seq, make(seq))),
      );
      members.push({ type, run: opened });
    }
    return members;
  }

  const failed = async (members: readonly Member[]): Promise<Readonly<Record<string, number>>> =>
    Object.fromEntries(
      (await checkRelations(pool(), members))
        .filter(({ violations }) => violations.length > 0)
        .map(({ name, violations }) => [name, violations.length]),
    );

  it("finds each reference, parent, sum and count of a shop to hold", async () => {
    const checks = await checkRelations(pool(), await storeShop());
    expect(checks.map(({ name }) => name)).to.deep.equal([
      "order.user_email is there",
      "order.lines adds up",
      "order.total adds up",
      "order_line.order_id is there",
    ]);
    for (const { violations, explained } of checks)
      expect({ violations, explained }).to.deep.equal({ violations: [], explained: 0 });
  });

  it("finds rows that lead nowhere, and sums and counts that are no longer right", async () => {
    const members = await storeShop();
    await pool().query("UPDATE orders SET user_email = 'nobody@example.org' WHERE _seq = 7");
    await pool().query("UPDATE orders SET total = total + 0.01 WHERE _seq IN (3, 4)");
    expect(await failed(members)).to.deep.equal({ "order.user_email is there": 1, "order.total adds up": 2 });
    await pool().query("DELETE FROM orders WHERE _seq = 9");
    const broken = await failed(members);
    expect(broken["order_line.order_id is there"]).to.be.above(0);
  });

  it("does not blame what rests on a record that is faulty", async () => {
    const isFaulty = (type: string, seq: number): boolean =>
      (type === "user" && seq < 5) || (type === "order_line" && seq === 11);
    const members = await storeShop((type, seq, text) => (isFaulty(type, seq) ? "not JSON" : text));
    const checks = await checkRelations(pool(), members);
    expect(checks.flatMap(({ violations }) => violations)).to.deep.equal([]);
    const explained = Object.fromEntries(checks.map((check) => [check.name, check.explained]));
    expect(explained["order.user_email is there"]).to.be.above(0);
    expect(explained["order.total adds up"]).to.equal(1);
    expect(explained["order.lines adds up"]).to.equal(1);
    expect(explained["order_line.order_id is there"]).to.equal(0);
  });
});
