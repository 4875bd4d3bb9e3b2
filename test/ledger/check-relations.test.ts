import { expect } from "chai";
import { generateText } from "../../generate/write-record.ts";
import { checkRelations } from "../../ledger/audit/check-relations.ts";
import { type Member, rowsOf } from "../../ledger/audit/members.ts";
import { createRecordTypes } from "../../ledger/types/own-types.ts";
import type { FaultRates } from "../../records/faults/fault-kinds.ts";
import { type AskedType, planDataset } from "../../records/plan-dataset.ts";
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

  interface Wishes {
    /** Of the records of these types. */
    readonly faults?: Readonly<Record<string, FaultRates>>;
    /** What is made of a record's JSON. */
    readonly change?: (type: string, seq: number, text: string) => string;
  }

  /** Stores a shop of 200 orders. */
  const storeShop = (wishes: Wishes = {}) =>
    storeDataset(
      datasetFile("shop"),
      [
        { name: "user", count: 50 },
        { name: "order", count: 200 },
        { name: "order_line", count: null },
      ],
      wishes,
    );

  async function storeDataset(
    text: string,
    asked: readonly AskedType[],
    { faults = {}, change = (_, __, json) => json }: Wishes = {},
  ): Promise<readonly Member[]> {
    await registerText(pool(), text);
    const types = createRecordTypes(pool(), { type: userType, topic: "synthetic_users" });
    const plan = await planDataset(newestOf(types), asked, { seed: 42, scale: 1 });
    if (plan.kind === "refused") throw new Error("the dataset is planned");
    const related = usualRuns(plan.types);
    const members: Member[] = [];
    for (const planned of plan.types) {
      const { count } = planned;
      const { name } = planned.type;
      const type = name === "user" ? userType : await findStoredType(pool(), name);
      const options = { ...related[name]?.options, related, faults: faults[name] ?? {} };
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
      const { spoil } = maker;
      const clean = generateText(maker.write);
      const make = (seq: number): string => (spoil === null ? clean(seq) : String(spoil(seq).value));
      await storeValues(
        pool(),
        type,
        run.id,
        Array.from({ length: count ?? expect.fail("it has an end") }, (_, seq) =>
          change(name, seq, make(seq)),
        ),
      );
      const rows = rowsOf(type, opened) ?? expect.fail(`${name} has rows`);
      members.push({ type, run: opened, rows, isComplete: true });
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

  it("holds nothing against the rows of a run that is not complete", async () => {
    const members = (await storeShop()).map((member) => ({
      ...member,
      isComplete: member.type.name !== "order_line",
    }));
    await pool().query("DELETE FROM order_lines WHERE _seq > 50");
    const checks = await checkRelations(pool(), members);
    expect(checks.map(({ name, violations }) => [name, violations.length])).to.deep.equal([
      ["order.user_email is there", 0],
      ["order_line.order_id is there", 0],
    ]);
  });

  it("does not blame what rests on a record that is faulty", async () => {
    const isFaulty = (type: string, seq: number): boolean =>
      (type === "user" && seq < 5) || (type === "order_line" && seq === 11);
    const members = await storeShop({
      change: (type, seq, text) => (isFaulty(type, seq) ? "not JSON" : text),
    });
    const checks = await checkRelations(pool(), members);
    expect(checks.flatMap(({ violations }) => violations)).to.deep.equal([]);
    const explained = Object.fromEntries(checks.map((check) => [check.name, check.explained]));
    expect(explained["order.user_email is there"]).to.be.above(0);
    expect(explained["order.total adds up"]).to.equal(1);
    expect(explained["order.lines adds up"]).to.equal(1);
    expect(explained["order_line.order_id is there"]).to.equal(0);
  });

  describe("of orphans on purpose", () => {
    const faults = { order: { orphan: 0.1 }, order_line: { orphan: 0.1 } };

    /** The records that are labelled so. */
    const labelled = (members: readonly Member[], name: string): readonly number[] => {
      const { type, run } = members.find((each) => each.type.name === name) as Member;
      const spoil = type.openRun(run)?.spoil;
      const count = run.related?.countOf(name) ?? 0;
      return Array.from({ length: count }, (_, seq) => seq).filter(
        (seq) => spoil?.(seq).fault?.kind === "orphan",
      );
    };

    it("finds just those that are labelled, and what their parents say of them to hold", async () => {
      const members = await storeShop({ faults });
      const checks = await checkRelations(pool(), members);
      expect(checks.flatMap(({ violations }) => violations)).to.deep.equal([]);
      const orphans = Object.fromEntries(checks.map((check) => [check.name, check.orphans]));
      const [orders, lines] = [labelled(members, "order"), labelled(members, "order_line")];
      expect(orders.length).to.be.within(8, 40);
      expect(lines.length).to.be.within(25, 90);
      expect(orphans).to.deep.equal({
        "order.user_email is there": orders.length,
        "order.lines adds up": 0,
        "order.total adds up": 0,
        "order_line.order_id is there": lines.length,
      });
      const { rows } = await pool().query(
        "SELECT count(*) AS clean FROM orders WHERE _error IS NULL AND _seq = ANY ($1)",
        [orders],
      );
      expect(rows).to.deep.equal([{ clean: orders.length }]);
    });

    it("finds others beside them, and labelled ones that lead somewhere", async () => {
      const members = await storeShop({ faults });
      const [orphan = -1] = labelled(members, "order");
      const other = orphan + 1;
      expect(labelled(members, "order")).not.to.include(other);
      await pool().query("UPDATE orders SET user_email = 'nobody@example.org' WHERE _seq = $1", [other]);
      expect(await failed(members)).to.deep.equal({ "order.user_email is there": 1 });
      await pool().query(
        `UPDATE orders SET user_email = (SELECT email FROM users_raw WHERE run_id IS NOT NULL LIMIT 1)
          WHERE _seq IN ($1, $2)`,
        [orphan, other],
      );
      const [check] = await checkRelations(pool(), members);
      // The other one leads to a user again, whoever that is.
      expect(check?.violations).to.deep.equal([{ seq: orphan, label: "orphan", but: "it leads to a row" }]);
    });

    it("finds sums and counts that are not those of the children, orphans among them", async () => {
      const members = await storeShop({ faults });
      const [line = -1] = labelled(members, "order_line");
      await pool().query("UPDATE order_lines SET amount = amount + 1 WHERE _seq = $1", [line]);
      expect(await failed(members)).to.deep.equal({ "order.total adds up": 1 });
      // Nor does a total pass that is the sum of the others.
      await pool().query(
        `UPDATE orders o SET total = (SELECT sum(amount) FROM order_lines WHERE order_id = o.id)
          WHERE total <> (SELECT sum(amount) FROM order_lines WHERE order_id = o.id)`,
      );
      expect((await failed(members))["order.total adds up"]).to.be.above(1);
      await pool().query("DELETE FROM order_lines WHERE _seq = $1", [line]);
      expect(await failed(members)).to.include({
        "order.lines adds up": 1,
        // Its label says that it is an orphan, and none is there.
        "order_line.order_id is there": 1,
      });
    });

    it("does not take an orphan for the reason why others do not find it by another field", async () => {
      const members = await storeShop({ faults });
      const { type, run } = members.find((each) => each.type.name === "order_line") as Member;
      const choose = type.openChoice(run, "order_id");
      const orphans = labelled(members, "order");
      const lines = labelled(members, "order_line");
      const line = Array.from({ length: run.related?.countOf("order_line") ?? 0 }, (_, seq) => seq).find(
        (seq) => !lines.includes(seq) && orphans.includes(choose?.(seq) ?? -1),
      );
      await pool().query("UPDATE order_lines SET order_id = gen_random_uuid() WHERE _seq = $1", [line]);
      expect(await failed(members)).to.include({ "order_line.order_id is there": 1 });
    });
  });

  it("finds sums of children that say nothing of their parents by their sequence numbers", async () => {
    const text = `
x-record: { name: basket, count: 300 }
required: [id, items, total, dearest]
properties:
  id: { type: string, format: uuid }
  items: { type: integer, x-generate: { count: item } }
  total: { type: integer, x-generate: { sum: item.price } }
  dearest: { type: [integer, "null"], x-generate: { max: item.price } }
---
x-record: { name: item, childOf: basket, count: { range: [0, 4] } }
required: [price]
properties: { price: { type: integer, minimum: 1, maximum: 100 } }`;
    const asked = [
      { name: "basket", count: 300 },
      { name: "item", count: null },
    ];
    const members = await storeDataset(text, asked);
    const checks = await checkRelations(pool(), members);
    expect(checks.map(({ name, violations }) => [name, violations])).to.deep.equal([
      ["basket.items adds up", []],
      ["basket.total adds up", []],
      ["basket.dearest adds up", []],
    ]);
    await pool().query("UPDATE basket SET total = total + 1 WHERE _seq IN (7, 299)");
    expect(await failed(members)).to.deep.equal({ "basket.total adds up": 2 });
  });
});
