import { expect } from "chai";
import { generateText } from "../../generate/write-record.ts";
import { openPool } from "../../ledger/database/database.ts";
import { findDataset } from "../../ledger/datasets/find-datasets.ts";
import { planWindow } from "../../ledger/planning/plan-window.ts";
import { createRecordTypes } from "../../ledger/types/own-types.ts";
import { openRelated } from "../../records/related-records.ts";
import { userType } from "../../types/user/user.ts";
import { createAuditDataset } from "../../web/datasets/audit-dataset.ts";
import { Problem } from "../../web/http/problem.ts";
import { browserForSuite } from "../setup/browser.ts";
import { eventually } from "../setup/eventually.ts";
import { currentRun } from "../setup/runs.ts";
import { findStoredType, storeValues } from "../setup/stored-records.ts";
import { datasetFile } from "../types/dataset.ts";
import { expectProblem, webForSuite } from "./web-server.ts";

interface Audit {
  readonly dataset: string;
  readonly holds: boolean;
  readonly relations: readonly {
    readonly name: string;
    readonly run: string;
    readonly checked: number;
    readonly holds: boolean;
    readonly violations: readonly { readonly seq: number }[];
  }[];
}

interface Shop {
  readonly id: string;
  readonly runs: readonly { readonly id: string; readonly type: string }[];
}

describe("The audit of a dataset's rows", () => {
  const web = webForSuite();
  const open = browserForSuite();

  before(async () => {
    await web().post("/api/types", datasetFile("shop"), { "Content-Type": "application/yaml" });
  });

  async function start(types: unknown): Promise<Shop> {
    const response = await web().post("/api/datasets", { types, seed: 42 });
    expect(response.status).to.equal(202);
    return (await response.json()) as Shop;
  }

  /** A small shop whose records are all rows. */
  async function completedShop(counts = { users: 20, orders: 60 }): Promise<Shop> {
    const { users, orders } = counts;
    const shop = await start({ user: { count: users }, order: { count: orders }, order_line: {} });
    const types = createRecordTypes(web().pool, { type: userType, topic: "synthetic_users" });
    for (const { id, type: name } of shop.runs) {
      await planWindow(web().pool, id, 1_000_000);
      const run = await currentRun(web().pool, id);
      const type = name === "user" ? userType : await findStoredType(web().pool, name);
      const maker = type.openRun(await openRelated(types, run));
      if (maker === null) throw new Error(`${name} is made`);
      const make = generateText(maker.write);
      await storeValues(
        web().pool,
        type,
        id,
        Array.from({ length: run.requested ?? 0 }, (_, seq) => make(seq)),
      );
      await web().pool.query(
        "UPDATE runs SET status = 'completed', produced = requested, stored = requested, finished_at = now() WHERE id = $1",
        [id],
      );
    }
    return shop;
  }
  const runOf = ({ runs }: Shop, name: string): string =>
    runs.find(({ type }) => type === name)?.id ?? expect.fail(`there is a run of ${name}`);
  const audit = async ({ id }: Shop): Promise<Audit> => {
    const response = await web().get(`/api/datasets/${id}/audit`);
    expect(response.status).to.equal(200);
    return (await response.json()) as Audit;
  };
  const html = { Accept: "text/html" };
  const page = async (path: string) => (await web().get(path, html)).text();

  it("says of each relation of a shop that it holds, and of how many rows", async () => {
    const shop = await completedShop();
    const { dataset, holds, relations } = await audit(shop);
    expect({ dataset, holds }).to.deep.equal({ dataset: shop.id, holds: true });
    expect(relations.map(({ name, run, checked }) => [name, run, checked])).to.deep.equal([
      ["order.user_email is there", runOf(shop, "order"), 60],
      ["order.lines adds up", runOf(shop, "order"), 60],
      ["order.total adds up", runOf(shop, "order"), 60],
      ["order_line.order_id is there", runOf(shop, "order_line"), relations.at(-1)?.checked],
    ]);
    expect(relations.at(-1)?.checked).to.be.above(60);
  });

  it("names the first rows for which a relation does not hold", async () => {
    const shop = await completedShop();
    await web().pool.query("UPDATE orders SET total = total + 1 WHERE _run_id = $1 AND _seq IN (3, 7)", [
      runOf(shop, "order"),
    ]);
    const { holds, relations } = await audit(shop);
    expect(holds).to.equal(false);
    const broken = relations.filter((relation) => !relation.holds);
    expect(broken.map(({ name, violations }) => [name, violations.map(({ seq }) => seq)])).to.deep.equal([
      ["order.total adds up", [3, 7]],
    ]);
  });

  it("is asked for by a button on the dataset's page, and says what holds and what does not there", async () => {
    const shop = await completedShop();
    const { page: shown, complaints } = await open(`${web().url}/datasets/${shop.id}`);
    await shown.getByRole("link", { name: "Compare them" }).click();
    await shown.getByText("All 4 relations hold.").waitFor();
    expect(await shown.locator(".relation").count()).to.equal(4);
    await web().pool.query(
      "UPDATE orders SET user_email = 'nobody@example.org' WHERE _run_id = $1 AND _seq = 5",
      [runOf(shop, "order")],
    );
    await shown.getByRole("link", { name: "Compare again" }).click();
    await shown.getByText("1 of 4 relations do not hold.").waitFor();
    const row = shown.locator(".violations");
    expect(await row.textContent()).to.equal("record 5: value nobody@example.org");
    expect(await row.getByRole("link").getAttribute("href")).to.equal(`/runs/${runOf(shop, "order")}`);
    expect(complaints).to.deep.equal([]);
  });

  it("says so where the types are not related", async () => {
    const shop = await start({ user: { count: 0 } });
    expect(await audit(shop)).to.deep.equal({ dataset: shop.id, holds: true, relations: [] });
    expect(await page(`/datasets/${shop.id}/audit`)).to.include("there is nothing to compare");
  });

  it("waits for the dataset's completion", async () => {
    const { id } = await start({ user: { count: 5 } });
    const problem = await expectProblem(await web().get(`/api/datasets/${id}/audit`), "run-state");
    expect(problem.detail).to.include("The dataset is queued");
    expect(await page(`/datasets/${id}`))
      .to.include("Once the dataset is completed")
      .and.not.include("Compare them");
    const refused = await web().get(`/datasets/${id}/audit`, html);
    expect(refused.status).to.equal(409);
    expect(await refused.text()).to.include("The dataset is queued");
    const unknown = "01a00000-0000-7000-8000-000000000000";
    await expectProblem(await web().get(`/api/datasets/${unknown}/audit`), "not-found");
    expect((await web().get(`/datasets/${unknown}/audit`, html)).status).to.equal(404);
  });

  /** Whoever reads orders waits until `work` is over. */
  async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
    const client = await web().pool.connect();
    try {
      await client.query("BEGIN");
      await client.query("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
      return await work();
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
  }

  it("compares one dataset at a time, and says so to the others", async () => {
    const shop = await completedShop();
    const path = `/api/datasets/${shop.id}/audit`;
    const { first, second } = await whileLocked(async () => {
      const first = web().get(path);
      await eventually(async () => {
        const { rows } = await web().pool.query(
          "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'web-audits' AND wait_event_type = 'Lock'",
        );
        expect(rows).to.have.length(1);
      });
      return { first, second: await web().get(path) };
    });
    expect(second.headers.get("retry-after")).to.equal("5");
    await expectProblem(second, "busy");
    expect((await first).status).to.equal(200);
    expect((await audit(shop)).holds).to.equal(true);
  });

  it("takes no longer for rows of which PostgreSQL's statistics know nothing yet", async () => {
    await completedShop();
    await web().asOwner("ANALYZE");
    const { id } = await completedShop({ users: 12_000, orders: 12_000 });
    const pool = openPool(
      {
        url: web().config.databaseUrl,
        applicationName: "audit",
        maxConnections: 1,
        transactionTimeoutMs: 3_000,
      },
      () => undefined,
    );
    try {
      const types = createRecordTypes(web().pool, { type: userType, topic: "synthetic_users" });
      const dataset = (await findDataset(web().pool, id)) ?? expect.fail("there is the dataset");
      const checks = await createAuditDataset(pool, types, 3_000)(dataset);
      expect(checks.map(({ violations }) => violations)).to.deep.equal([[], [], [], []]);
    } finally {
      await pool.end();
    }
  });

  it("ends where it takes too long, with the command that may take longer, and goes on with the next", async () => {
    const { id } = await completedShop();
    const pool = openPool(
      {
        url: web().config.databaseUrl,
        applicationName: "audit",
        maxConnections: 1,
        transactionTimeoutMs: 200,
      },
      () => undefined,
    );
    try {
      const types = createRecordTypes(web().pool, { type: userType, topic: "synthetic_users" });
      const auditDataset = createAuditDataset(pool, types, 200);
      const dataset = (await findDataset(web().pool, id)) ?? expect.fail("there is the dataset");
      const ended = await whileLocked(() => auditDataset(dataset).catch((error: unknown) => error));
      expect(ended).to.be.instanceOf(Problem);
      if (!(ended instanceof Problem)) return;
      expect(ended.kind).to.equal("takes-too-long");
      expect(ended.message).to.include("within 0.2 seconds").and.include(`npm run audit -- ${id}`);
      expect((await auditDataset(dataset)).length).to.equal(4);
    } finally {
      await pool.end();
    }
  });
});
