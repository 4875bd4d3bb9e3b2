import { expect } from "chai";
import type { BatchVerdict, FetchedBatch } from "../../kafka/consume.ts";
import { createRecordReader } from "../../ledger/outcomes/batch.ts";
import { createRecordTypes } from "../../ledger/types/own-types.ts";
import type { StoredType } from "../../records/record-type.ts";
import { userType } from "../../types/user/user.ts";
import { createPositions } from "../../workers/positions.ts";
import { createMessageStore, type MessageStore } from "../../workers/store-messages.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { silentLog } from "../setup/log.ts";
import { registerText } from "../setup/register.ts";
import { plannedRun } from "../setup/runs.ts";

const order = "$id: shop_order\nadditionalProperties: false\nproperties:\n  id: { type: string }\n";
const withCoupon = `${order}  coupon: { type: string }\n`;

describe("a reader that does not fit its type any more", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;
  let asked: number;
  let unfit: number;
  beforeEach(() => {
    asked = 0;
    unfit = 0;
  });

  async function openType(version: number): Promise<StoredType> {
    const types = createRecordTypes(pool(), { type: userType, topic: "synthetic_users" });
    const type = (await types.find("shop_order", version))?.type;
    if (!type?.table) throw new Error("the type is registered, with a table");
    return { ...type, table: type.table };
  }

  function openStore(type: StoredType): MessageStore {
    const own = { pool: pool(), topic: "shop_order", log: silentLog };
    const positions = createPositions({
      ...own,
      readTopicId: async () => null,
      readLogBounds: async () => new Map(),
    });
    return createMessageStore({
      ...own,
      reader: createRecordReader(type, 1),
      positions,
      onOutdated: () => asked++,
      onUnfit: () => unfit++,
    });
  }

  const batchOf = (value: string, headers = {}): FetchedBatch => ({
    ...{ topic: "shop_order", partition: 0, firstOffset: 0, lastOffset: 0, highWatermark: 1 },
    messages: [{ key: null, value: Buffer.from(value), timestamp: "0", attributes: 0, offset: "0", headers }],
    heartbeat: async () => undefined,
    isStale: () => false,
  });
  const again: BatchVerdict = { kind: "seek", offset: 0 };

  it("stores nothing of a run of a later version, and asks for another, which stores its fields", async () => {
    await registerText(pool(), order);
    const outdated = openStore(await openType(1));
    await registerText(pool(), withCoupon);
    const { run } = await plannedRun(pool(), {
      ...{ recordType: { name: "shop_order", version: 2 }, fields: ["id", "coupon"], options: {} },
    });
    const batch = batchOf('{"id":"a","coupon":"TEN"}', {
      run_id: Buffer.from(run.id),
      seq: Buffer.from("0"),
    });
    expect(await outdated.handle(batch)).to.deep.equal(again);
    expect(asked).to.equal(1);
    const stored = async () => (await pool().query("SELECT id, coupon, _error FROM shop_order")).rows;
    expect(await stored()).to.deep.equal([]);
    expect(await openStore(await openType(2)).handle(batch)).to.deep.equal({ kind: "done" });
    expect(await stored()).to.deep.equal([{ id: "a", coupon: "TEN", _error: null }]);
    expect((await pool().query("SELECT 1 FROM dead_letters")).rows).to.deep.equal([]);
  });

  it("is given up where the type's table is gone, until the type is registered again", async () => {
    await registerText(pool(), order);
    const type = await openType(1);
    const store = openStore(type);
    await database().asOwner("DROP TABLE shop_order");
    expect(await store.handle(batchOf('{"id":"a"}'))).to.deep.equal(again);
    expect([asked, unfit]).to.deep.equal([0, 1]);
    const isLost = async () => {
      const list = await createRecordTypes(pool(), { type: userType, topic: "synthetic_users" }).list();
      return list.map(({ isTableLost }) => isTableLost);
    };
    expect(await isLost()).to.deep.equal([false, true]);
    await registerText(pool(), order);
    expect(await isLost()).to.deep.equal([false, false]);
    expect(await store.handle(batchOf('{"id":"a"}'))).to.deep.equal({ kind: "done" });
    expect((await pool().query("SELECT id FROM shop_order")).rows).to.deep.equal([{ id: "a" }]);
  });

  const changes: readonly (readonly [what: string, change: string, undo: string])[] = [
    ["lacks a column", "DROP COLUMN id", "ADD COLUMN id text"],
    ["has a column of another name", "RENAME COLUMN id TO ident", "RENAME COLUMN ident TO id"],
    ["wants what no record has", "ADD COLUMN mine text NOT NULL", "DROP COLUMN mine"],
    ["takes no rows at all", "ADD CONSTRAINT never CHECK (false)", "DROP CONSTRAINT never"],
  ];
  for (const [what, change, undo] of changes) {
    it(`is given up where the type's table ${what}, until it is mended; nothing is lost meanwhile`, async () => {
      await registerText(pool(), order);
      const store = openStore(await openType(1));
      await database().asOwner(`ALTER TABLE shop_order ${change}`);
      const batch = batchOf('{"id":"a"}');
      expect(await store.handle(batch)).to.deep.equal(again);
      expect([asked, unfit]).to.deep.equal([0, 1]);
      expect((await pool().query("SELECT 1 FROM dead_letters")).rows).to.deep.equal([]);
      await database().asOwner(`ALTER TABLE shop_order ${undo}`);
      expect(await store.handle(batch)).to.deep.equal({ kind: "done" });
      expect((await pool().query("SELECT id FROM shop_order")).rows).to.deep.equal([{ id: "a" }]);
    });
  }

  it("is given up where the service may not write to the type's table any more", async () => {
    await registerText(pool(), order);
    const store = openStore(await openType(1));
    const { rows } = await pool().query<{ role: string }>("SELECT current_user AS role");
    await database().asOwner(`REVOKE INSERT ON shop_order FROM ${rows[0]?.role}`);
    expect(await store.handle(batchOf('{"id":"a"}'))).to.deep.equal(again);
    expect([asked, unfit]).to.deep.equal([0, 1]);
  });
});
