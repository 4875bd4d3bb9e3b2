import { expect } from "chai";
import { createRun } from "../../ledger/create-run.ts";
import { findRun, listRuns, listUnfinishedRunIds } from "../../ledger/find-runs.ts";
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
    expect((await listRuns(pool(), { limit: 10, before: null, status: null })).runs).to.have.length(1);
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

  it("lists them newest first, page by page, without gap or repetition", async () => {
    const made: string[] = [];
    for (let n = 0; n < 7; n++) made.push((await createdRun(pool())).id);
    const listed: string[] = [];
    const pages: number[] = [];
    let before: string | null = null;
    do {
      const page = await listRuns(pool(), { limit: 3, before, status: null });
      listed.push(...page.runs.map((run) => run.id));
      pages.push(page.runs.length);
      before = page.nextBefore;
      // One that comes in between does not move the pages.
      await createdRun(pool());
    } while (before !== null);
    expect(listed).to.deep.equal(made.toReversed());
    expect(pages).to.deep.equal([3, 3, 1]);
  });

  it("says of a full last page that it is the last", async () => {
    for (let n = 0; n < 3; n++) await createdRun(pool());
    expect(await listRuns(pool(), { limit: 3, before: null, status: null })).to.have.property(
      "nextBefore",
      null,
    );
  });

  it("lists those of one status", async () => {
    const { id } = await createdRun(pool());
    await createdRun(pool());
    await pool().query("UPDATE runs SET status = 'paused' WHERE id = $1", [id]);
    const { runs } = await listRuns(pool(), { limit: 10, before: null, status: "paused" });
    expect(runs.map((run) => run.id)).to.deep.equal([id]);
  });

  it("lists the oldest of those that must have a job", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push((await createdRun(pool())).id);
    await pool().query("UPDATE runs SET status = 'paused' WHERE id = $1", [ids[0]]);
    await pool().query("UPDATE runs SET status = 'running' WHERE id = $1", [ids[1]]);
    expect(await listUnfinishedRunIds(pool(), 2)).to.deep.equal(ids.slice(1, 3));
  });
});
