import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { runToEnd } from "../../stack/run-to-end.ts";
import { childEnvironment } from "../../stack/settings.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { type ApiRun, startTestStack, type TestStack } from "./test-stack.ts";

interface ApiDataset {
  readonly id: string;
  readonly status: string;
  readonly seed: number;
  readonly runs: readonly (ApiRun & { readonly type: string })[];
}

const shopFile = path.join(import.meta.dirname, "../../types/datasets/shop.yaml");

describe("a dataset in a running stack", function () {
  this.timeout(240_000);
  let stack: TestStack;

  before(async () => {
    stack = await startTestStack({
      workers: 2,
      consumers: 2,
      environment: { KAFKA_PARTITIONS: "4" },
    });
  });
  after(() => stack.stop());

  async function startShop(query: string): Promise<ApiDataset> {
    const response = await stack.request(`/api/datasets?${query}`, {
      method: "POST",
      headers: { "content-type": "application/yaml" },
      body: readFileSync(shopFile, "utf8"),
    });
    expect(response.status, await response.clone().text()).to.equal(202);
    return (await response.json()) as ApiDataset;
  }
  const get = async (id: string): Promise<ApiDataset> =>
    (await (await stack.request(`/api/datasets/${id}`)).json()) as ApiDataset;
  const until = (id: string, what: string, isSo: (dataset: ApiDataset) => boolean): Promise<ApiDataset> =>
    waitUntil(
      `the dataset to be ${what}`,
      async () => {
        const dataset = await get(id);
        if (!isSo(dataset))
          throw new Error(JSON.stringify(dataset.runs.map((run) => [run.type, run.status, run.stored])));
        return dataset;
      },
      { timeoutMs: 90_000, everyMs: 100 },
    );
  const untilCompleted = (id: string) => until(id, "completed", ({ status }) => status === "completed");
  const stored = ({ runs }: ApiDataset): number => runs.reduce((sum, run) => sum + run.stored, 0);
  function runIds({ runs }: ApiDataset): readonly [users: string, orders: string, lines: string] {
    const idOf = (type: string): string =>
      runs.find((run) => run.type === type)?.id ?? expect.fail(`there is a run of ${type}`);
    return [idOf("user"), idOf("order"), idOf("order_line")];
  }

  /** By SQL over the rows alone: whatever does not hang together. */
  async function looseEnds(dataset: ApiDataset): Promise<Readonly<Record<string, number>>> {
    const { rows } = await stack.pool.query<Record<string, number>>(
      `WITH users AS (SELECT email, event_time FROM users_raw WHERE run_id = $1),
            shop_orders AS (SELECT * FROM orders WHERE _run_id = $2),
            shop_lines AS (SELECT * FROM order_lines WHERE _run_id = $3),
            sums AS (SELECT order_id, count(*) AS lines, sum(amount) AS total,
                            count(DISTINCT line) AS numbers, max(line) - min(line) + 1 AS span
                       FROM shop_lines GROUP BY order_id)
       SELECT (SELECT count(*) - count(DISTINCT email) FROM users) AS doubled_addresses,
              (SELECT count(*) FROM shop_orders o WHERE NOT EXISTS (SELECT FROM users WHERE email = o.user_email)) AS without_user,
              (SELECT count(*) FROM shop_orders o JOIN users u ON u.email = o.user_email
                WHERE o.placed_at < u.event_time OR o.placed_at > u.event_time + interval '90 days') AS at_a_wrong_time,
              (SELECT count(*) FROM shop_lines l WHERE NOT EXISTS (SELECT FROM shop_orders WHERE id = l.order_id)) AS without_order,
              (SELECT count(*) FROM shop_orders o LEFT JOIN sums s ON s.order_id = o.id
                WHERE o.lines IS DISTINCT FROM s.lines) AS wrong_counts,
              (SELECT count(*) FROM shop_orders o LEFT JOIN sums s ON s.order_id = o.id
                WHERE o.total IS DISTINCT FROM s.total) AS wrong_totals,
              (SELECT count(*) FROM sums WHERE numbers <> lines OR span <> lines) AS wrong_numbers`,
      [...runIds(dataset)],
    );
    return rows[0] ?? {};
  }
  const none = {
    doubled_addresses: 0,
    without_user: 0,
    at_a_wrong_time: 0,
    without_order: 0,
    wrong_counts: 0,
    wrong_totals: 0,
    wrong_numbers: 0,
  };
  /** Of all rows in the order of their sequence numbers. */
  async function digests(dataset: ApiDataset): Promise<unknown> {
    const { rows } = await stack.pool.query(
      `SELECT (SELECT md5(string_agg(raw_payload::text, '' ORDER BY seq)) FROM users_raw WHERE run_id = $1) AS users,
              (SELECT md5(string_agg(_raw::text, '' ORDER BY _seq)) FROM orders WHERE _run_id = $2) AS orders,
              (SELECT md5(string_agg(_raw::text, '' ORDER BY _seq)) FROM order_lines WHERE _run_id = $3) AS lines`,
      [...runIds(dataset)],
    );
    return rows[0];
  }
  function command(name: string, ...args: string[]) {
    const program = path.join(import.meta.dirname, "../../stack/bootstrap.mjs");
    return runToEnd(process.execPath, [program, name, ...args], {
      environment: { ...childEnvironment(), DATABASE_URL: stack.urls.DATABASE_URL },
    });
  }

  it("has a user for every order, an order for every line and sums that are right, the same for any chunk size", async () => {
    const small = await startShop("scale=0.2&seed=11&referenceDate=2026-07-01&chunkSize=7");
    const large = await startShop("scale=0.2&seed=11&referenceDate=2026-07-01&chunkSize=5000");
    const found: unknown[] = [];
    for (const { id } of [small, large]) {
      const dataset = await untilCompleted(id);
      const [users, orders, lines] = dataset.runs.map((run) => run.stored);
      expect([users, orders]).to.deep.equal([200, 1_000]);
      expect(lines).to.be.above(1_500);
      expect(await looseEnds(dataset)).to.deep.equal(none);
      found.push(await digests(dataset));
    }
    expect(found[0]).to.deep.equal(found[1]);
  });

  it("loses nothing and breaks nothing where a worker and a consumer are killed in its midst", async () => {
    const { id } = await startShop("scale=4&seed=12&chunkSize=500");
    await until(id, "under way", (dataset) => stored(dataset) >= 5_000);
    stack.signal("worker", "SIGKILL");
    await until(id, "further", (dataset) => stored(dataset) >= 15_000);
    stack.signal("consumer", "SIGKILL");
    const dataset = await untilCompleted(id);
    expect(dataset.runs.map((run) => run.stored)).to.deep.equal(dataset.runs.map((run) => run.requested));
    expect(await looseEnds(dataset)).to.deep.equal(none);
    for (const run of dataset.runs) expect(await stack.alteredRows(run.id)).to.deep.equal([]);
  });

  it("stands still while it is paused, goes on when it is resumed, and ends when it is cancelled", async () => {
    const { id } = await startShop("scale=20&seed=13&chunkSize=500");
    await until(id, "under way", (dataset) => stored(dataset) >= 1_000);
    const tell = async (what: string): Promise<ApiDataset> =>
      (await (await stack.request(`/api/datasets/${id}/${what}`, { method: "POST" })).json()) as ApiDataset;
    const paused = await tell("pause");
    expect(paused.status).to.equal("paused");
    for (const run of paused.runs) await stack.untilSettled(run.id);
    const before = stored(await get(id));
    expect(before).to.be.below(100_000);
    expect((await tell("resume")).status).to.equal("running");
    await until(id, "further", (dataset) => stored(dataset) > before + 1_000);
    const cancelled = await tell("cancel");
    expect(cancelled.status).to.equal("cancelled");
    for (const run of cancelled.runs) await stack.untilSettled(run.id);
    const { rows } = await stack.pool.query(
      "SELECT FROM runs WHERE dataset_id = $1 AND status IN ('queued', 'running', 'paused')",
      [id],
    );
    expect(rows).to.deep.equal([]);
  });

  it("is started, followed and audited from the command line", async () => {
    const web = ["--url", stack.urls.WEB_URL];
    const { code, output } = await command(
      "generate",
      ...["--dataset", shopFile, "--scale", "0.1", "--seed", "14", "--json", ...web],
    );
    expect(code, output).to.equal(0);
    const dataset = JSON.parse(output.slice(output.indexOf("{"))) as ApiDataset;
    expect(dataset).to.include({ status: "completed", seed: 14 });
    expect(dataset.runs.map((run) => run.type)).to.deep.equal(["user", "order", "order_line"]);
    const audited = await command("audit", dataset.id, "--json");
    expect(audited.code, audited.output).to.equal(0);
    const report = JSON.parse(audited.output) as {
      holds: boolean;
      runs: { runId: string }[];
      relations: { violations: unknown[] }[];
    };
    expect(report.holds).to.equal(true);
    expect(report.relations.length).to.be.above(3);
    expect(report.relations.flatMap(({ violations }) => violations)).to.deep.equal([]);
    expect(report.runs.map(({ runId }) => runId)).to.deep.equal(dataset.runs.map((run) => run.id));
    // What was changed by hand is found.
    await stack.pool.query("UPDATE orders SET total = total + 1 WHERE _run_id = $1 AND _seq = 0", [
      dataset.runs[1]?.id,
    ]);
    expect(await command("audit", dataset.id, "--json")).to.include({ code: 1 });
    const wrong = await command("generate", "--dataset", shopFile, "--count", "5", ...web);
    expect(wrong.code).to.equal(2);
  });

  it("has the orphans that were asked for, stored as clean, and its audit finds just those", async () => {
    await startShop("scale=0.01").then(({ id }) => untilCompleted(id));
    const faults = { orphan: 0.05 };
    const response = await stack.post("/api/datasets", {
      types: { order: { count: 600, faults }, order_line: { faults } },
      seed: 15,
      chunkSize: 250,
    });
    expect(response.status, await response.clone().text()).to.equal(202);
    const dataset = await untilCompleted(((await response.json()) as ApiDataset).id);
    expect(dataset.runs.map(({ flagged, deadLettered }) => flagged + deadLettered)).to.deep.equal([0, 0, 0]);
    const labels = async (id: string): Promise<number> => {
      const { code, output } = await command("audit", id, "--labels");
      expect(code, output).to.equal(0);
      return output.split("\n").filter((line) => line.includes(",orphan,")).length;
    };
    const [, orders, lines] = runIds(dataset);
    const [brokenOrders, brokenLines] = [await labels(orders), await labels(lines)];
    expect(brokenOrders).to.be.within(10, 60);
    expect(brokenLines).to.be.within(35, 130);
    expect(await looseEnds(dataset)).to.include({ without_user: brokenOrders, without_order: brokenLines });
    const audited = await command("audit", dataset.id);
    expect(audited.code, audited.output).to.equal(0);
    expect(audited.output).to.include(`, but for ${brokenOrders} orphans on purpose`);
    expect(audited.output).to.include(`, but for ${brokenLines} orphans on purpose`);
    await stack.pool.query(
      `DELETE FROM users_raw
        WHERE run_id = $1 AND email = (SELECT user_email FROM orders
                                        WHERE _run_id = $2 AND user_email IN (SELECT email FROM users_raw WHERE run_id = $1)
                                        LIMIT 1)`,
      [dataset.runs[0]?.id, orders],
    );
    const broken = await command("audit", dataset.id);
    expect(broken.code).to.equal(1);
    expect(broken.output).to.match(/FAIL {2}order\.user_email is there/);
  });
});
