import { expect } from "chai";
import { createRun } from "../../ledger/runs/create-run.ts";
import { findRun, listUnfinishedRunIds } from "../../ledger/runs/find-runs.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { createdRun, newRun } from "../setup/runs.ts";

describe("creating a run", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;
  const keyed = (key: string, requestHash: string) => newRun({ idempotency: { key, requestHash } });

  it("gives back what was asked for", async () => {
    const wishes = newRun({ count: 10_000_000_000, seed: 2 ** 53 - 1, fields: ["email"] });
    const run = await createdRun(pool(), wishes);
    const { count, idempotency: _, ...asked } = wishes;
    expect(run).to.deep.include({ ...asked, requested: count, status: "queued", produced: 0, stored: 0 });
    expect(await findRun(pool(), run.id)).to.deep.equal(run);
  });

  it("without a key makes a new run each time", async () => {
    const [one, other] = [await createdRun(pool()), await createdRun(pool())];
    expect(one.id).not.to.equal(other.id);
  });

  it("with the same key and request gives the same run", async () => {
    const first = await createRun(pool(), keyed("k", "h"));
    const again = await createRun(pool(), keyed("k", "h"));
    expect([first.kind, again.kind]).to.deep.equal(["created", "existing"]);
    expect(again).to.have.deep.property("run", first.kind === "created" ? first.run : null);
  });

  it("with the same key and another request is refused", async () => {
    await createRun(pool(), keyed("k", "h"));
    expect(await createRun(pool(), keyed("k", "other"))).to.deep.equal({ kind: "key_reused" });
    expect((await pool().query("SELECT FROM runs")).rowCount).to.equal(1);
  });

  it("fifty times at once with the same key makes one run", async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => createRun(pool(), keyed("k", "h"))));
    expect(all.filter(({ kind }) => kind === "created")).to.have.length(1);
    expect(all.filter(({ kind }) => kind === "existing")).to.have.length(49);
    expect(
      new Set(all.map((created) => (created.kind === "key_reused" ? null : created.run.id))).size,
    ).to.equal(1);
  });
});

describe("finding runs", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  it("finds none under an id that names none, or is none", async () => {
    expect(await findRun(pool(), "00000000-0000-7000-8000-000000000000")).to.equal(null);
    expect(await findRun(pool(), "x'; DROP TABLE runs; --")).to.equal(null);
    const { id } = await createdRun(pool());
    expect(await findRun(pool(), id.toUpperCase())).to.equal(null);
  });

  it("lists the oldest of those that must have a job", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push((await createdRun(pool())).id);
    await pool().query("UPDATE runs SET status = 'paused' WHERE id = $1", [ids[0]]);
    await pool().query("UPDATE runs SET status = 'running' WHERE id = $1", [ids[1]]);
    expect(await listUnfinishedRunIds(pool(), 2)).to.deep.equal(ids.slice(1, 3));
  });
});
