import { readdirSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import type { Run } from "../../cli/run.ts";
import { webClient } from "../../cli/web-client.ts";
import { type RunResult, runToEnd } from "../../stack/run-to-end.ts";
import { projectRoot } from "../../stack/settings.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { userType } from "../../types/user/user.ts";
import { runDashboardUrl, typeDashboardUrl } from "../../web/runs/dashboard-url.ts";
import type { Check } from "../compose/run-checks.ts";
import { aggregateUsersStats } from "../setup/aggregate-users-stats.ts";
import { datasetChecks } from "./dataset-checks.ts";
import { ownType, registerOwnType } from "./make-data.ts";
import type { Subject } from "./subject.ts";

const sources = path.join(projectRoot, "superset");
const chartFiles = readdirSync(path.join(sources, "assets", "charts"));
const tabs = ["Overview", "Runs and quality", "Records"];
const catchUpMs = 30_000;

/** What must hold of a dashboard in front of a stack that has got `sent`; in this order. */
export function supersetChecks(subject: Subject): Check[] {
  const { superset, page, pool, webUrl, sent, environment, python, signal } = subject;
  const requested = sent.runs.reduce((total, run) => total + (run.requested ?? 0), 0);
  const stored = requested + sent.faultless + sent.flagged;
  const deadLetters = Object.values(sent.deadLetters).reduce((total, count) => total + count, 0);

  async function countRows(where = "true"): Promise<number> {
    const { rows } = await pool.query<{ count: number }>(`SELECT count(*) FROM users_raw WHERE ${where}`);
    return rows[0]?.count ?? -1;
  }

  async function untilCounted(): Promise<void> {
    await waitUntil(
      "every row to be on the dashboard",
      async () => expect(await superset.readNumber("Users stored")).to.equal(stored),
      { timeoutMs: catchUpMs, everyMs: 500, signal },
    );
  }

  const provision = (folder: string): Promise<RunResult> =>
    runToEnd(python, [path.join(folder, "provision.py")], { environment });

  /** Everything that has an id: what a second import could have made anew. */
  const inventory = async () => {
    const list = async (kind: string): Promise<string[]> => {
      const { result } = (await superset.get(`/api/v1/${kind}/?q=(page_size:100)`)) as { result: Named[] };
      return result
        .map((each) => `${each.id} ${each.slice_name ?? each.dashboard_title ?? each.table_name}`)
        .sort();
    };
    const [database, dataset, chart, dashboard] = await Promise.all([
      list("database"),
      list("dataset"),
      list("chart"),
      list("dashboard"),
    ]);
    return { database, dataset, chart, dashboard };
  };

  return [
    [
      "Every chart of the assets is on the dashboard and answers with data",
      async () => {
        await untilCounted();
        // Not before: it tells nothing of rows that are still on their way.
        await aggregateUsersStats(pool);
        const charts = await superset.listCharts();
        expect(charts).to.have.lengthOf(chartFiles.length);
        for (const chart of charts) {
          expect(await superset.readChart(chart), chart.slice_name).to.not.be.empty;
        }
      },
    ],
    [
      "The numbers are those of the database",
      async () => {
        expect(await superset.readNumber("Users stored")).to.equal(stored);
        expect(await superset.readNumber("Runs")).to.equal(sent.runs.length + 1);
        expect(await superset.readNumber("Accounted for")).to.equal(1);
        expect(await superset.readNumber("Flagged")).to.equal(sent.flagged / stored);
        expect(await superset.readNumber("Dead-lettered")).to.equal(deadLetters / (stored + deadLetters));
        const byName = new Map((await superset.listCharts()).map((chart) => [chart.slice_name, chart]));
        const read = async (name: string) => {
          const chart = byName.get(name);
          return chart === undefined ? [] : superset.readChart(chart);
        };
        expect(await read("Dead letters by reason")).to.have.deep.members(
          Object.entries(sent.deadLetters).map(([reason, unresolved]) => ({ reason, unresolved })),
        );
        expect(await read("Outcomes")).to.have.deep.members([
          { outcome: "stored", total_messages: stored - sent.flagged },
          { outcome: "flagged", total_messages: sent.flagged },
          { outcome: "dead letter", total_messages: deadLetters },
        ]);
        expect(sum(await read("Sign-ups by day"), "sum_total_users")).to.equal(stored);
        // Of those that are no run's, the faultless ones come from Atlantis, which is on no map.
        expect(sum(await read("Users by country"), "total_users")).to.equal(stored - sent.faultless);
      },
    ],
    [
      "A type that is registered gets a dashboard within seconds, whose numbers are those of its table",
      async () => {
        const { run, flagged, deadLettered } = sent.own;
        const rows = (run.requested ?? 0) + flagged;
        await waitUntil(
          "every row to be on the type's dashboard",
          async () => expect(await superset.readNumber("Records", ownDashboard)).to.equal(rows),
          { timeoutMs: catchUpMs, everyMs: 500, signal },
        );
        expect(await superset.readNumber("Flagged", ownDashboard)).to.equal(flagged / rows);
        expect(await superset.readNumber("Dead-lettered", ownDashboard)).to.equal(
          deadLettered / (rows + deadLettered),
        );
        const charts = await superset.listCharts(ownDashboard);
        const read = async (name: string) => {
          const chart = charts.find(({ slice_name }) => slice_name === name);
          return chart === undefined ? [] : superset.readChart(chart);
        };
        expect(charts.map(({ slice_name }) => slice_name)).to.have.members([
          ...["Records", "Flagged", "Dead-lettered", "Messages over time", "Outcomes", "Latest records"],
          ...ownType.by.map((name) => `By ${name}`),
          ...ownType.sum.flatMap((name) => [`Sum of ${name}`, `Sum of ${name} over time`]),
        ]);
        const { rows: sums } = await pool.query<{ total: string; items: string }>(
          `SELECT sum("the ""total""")::text AS total, sum(items)::text AS items FROM "order"`,
        );
        expect(String(Object.values((await read('Sum of the "total"'))[0] ?? {})[0])).to.equal(
          sums[0]?.total,
        );
        expect(String(Object.values((await read("Sum of items"))[0] ?? {})[0])).to.equal(sums[0]?.items);
        for (const name of ownType.by) {
          const { rows: counts } = await pool.query<{ records: number }>(
            `SELECT count(*) AS records FROM "order" GROUP BY ${byOf(name)} ORDER BY 1 DESC`,
          );
          const shown = (await read(`By ${name}`)).map(({ records }) => records);
          expect(shown, name).to.have.members(counts.map(({ records }) => records));
        }
        expect(await read("Outcomes")).to.have.deep.members([
          { outcome: "stored", total_messages: rows - flagged },
          { outcome: "flagged", total_messages: flagged },
          { outcome: "dead letter", total_messages: deadLettered },
        ]);
        expect(await read("Latest records")).to.have.lengthOf(50);
      },
    ],
    [
      "In a browser every chart of the type's dashboard is drawn",
      async () => {
        await page.open(typeDashboardUrl(superset.url, ownType.name));
        expect(await page.failures()).to.deep.equal([]);
        const charts = (await superset.listCharts(ownDashboard)).map(({ slice_name }) => slice_name);
        expect(await page.chartNames()).to.have.members(charts);
        if (subject.pictures !== null)
          await page.screenshot(path.join(subject.pictures, "dashboard-type.png"));
        await page.open(runDashboardUrl(superset.url, ofOwnType(sent.own.run)));
        expect(await page.textOf("Records")).to.include(sent.own.run.requested?.toLocaleString("en"));
      },
    ],
    [
      "A type that is deleted loses its dashboard, not what somebody has made of it; registered again it has one again",
      async () => {
        const charts = await superset.listCharts(ownDashboard);
        const latest = charts.find(({ slice_name }) => slice_name === "Latest records");
        if (latest === undefined) throw new Error("There is no chart of the latest records.");
        const { dashboard, chart, dataset } = await inventory();
        const mine = await superset.copyChart(latest, "Mine");

        await webClient(webUrl).removeType(ownType.name);
        await waitUntil(
          "the type's dashboard to be gone",
          async () => expect((await inventory()).dashboard).to.have.lengthOf(dashboard.length - 1),
          { timeoutMs: catchUpMs, everyMs: 500, signal },
        );
        const ofType = new Set(charts.map(({ id, slice_name }) => `${id} ${slice_name}`));
        const left = await inventory();
        expect(left.chart).to.have.members([
          ...chart.filter((each) => !ofType.has(each)),
          `${mine.id} ${mine.slice_name}`,
        ]);
        expect(left.dataset).to.have.members(dataset.filter((each) => !each.endsWith(" order: statistics")));
        expect(await superset.readChart(mine)).to.not.be.empty;

        await registerOwnType(webUrl, signal);
        await waitUntil(
          "the type's dashboard to be back",
          async () => expect(await superset.readNumber("Records", ownDashboard)).to.be.above(0),
          { timeoutMs: catchUpMs, everyMs: 500, signal },
        );
      },
    ],
    [
      "It can only read",
      async () => {
        const count = await countRows();
        for (const sql of [
          "DELETE FROM users_raw",
          "SET default_transaction_read_only = off; DELETE FROM users_raw",
          "CREATE TABLE mine (n integer)",
        ]) {
          expect((await superset.query(sql)).status, sql).to.be.at.least(400);
        }
        expect((await superset.query("SELECT 1 AS one")).text).to.include('"one"');
        expect(await countRows()).to.equal(count);
      },
    ],
    [
      "Its secret key was made here and is nobody else's to read",
      async () => {
        const file = path.join(environment.SUPERSET_HOME ?? "", "secret_key");
        expect((await stat(file)).mode & 0o777).to.equal(0o600);
        expect(await readFile(file, "utf8")).to.match(/^[\w-]{64}$/);
      },
    ],
    [
      "A chart that an import leaves out without a word fails the start; the next one puts it right and changes nothing else",
      async () => {
        const before = await inventory();
        const folder = await mkdtemp(path.join(tmpdir(), "superset-"));
        try {
          await cp(sources, folder, { recursive: true });
          await rm(path.join(folder, "assets", "charts", "users_map.yaml"));
          const { code, output } = await provision(folder);
          expect(code, output).to.equal(1);
          expect(output).to.match(/^superset: .*users_map/m);
        } finally {
          await rm(folder, { recursive: true });
        }
        const { code, output } = await provision(sources);
        expect(code, output).to.equal(0);
        expect(await inventory()).to.deep.equal(before);
        expect(await superset.listCharts()).to.have.lengthOf(chartFiles.length);
      },
    ],
    [
      "In a browser every chart of every tab is drawn",
      async () => {
        await page.open(`${superset.url}/superset/dashboard/synthetic-data/`);
        const seen: string[] = [];
        for (const tab of tabs) {
          await page.openTab(tab);
          expect(await page.failures(), tab).to.deep.equal([]);
          seen.push(...(await page.chartNames()));
          if (subject.pictures !== null) {
            await page.screenshot(
              path.join(subject.pictures, `dashboard-${tab.split(" ")[0]?.toLowerCase()}.png`),
            );
          }
        }
        const charts = (await superset.listCharts()).map(({ slice_name }) => slice_name);
        expect(seen).to.have.members(charts);
      },
    ],
    [
      "A run's link leads to the dashboard of that run",
      async () => {
        const [run] = sent.runs;
        if (run === undefined) throw new Error("There is no run.");
        await page.open(
          runDashboardUrl(superset.url, {
            id: run.id,
            createdAt: new Date(run.createdAt),
            recordType: userType,
          }),
        );
        expect(await page.textOf("Users stored")).to.include(run.requested?.toLocaleString("en"));
        await page.openTab("Records");
        expect(await page.failures()).to.deep.equal([]);
      },
    ],
    // Behind the others: their users are the first dashboard's, too.
    ...datasetChecks(subject),
  ];
}

const ownDashboard = `type-${ownType.name}`;

const ofOwnType = ({ id, createdAt }: Run) => ({
  id,
  createdAt: new Date(createdAt),
  recordType: { name: ownType.name, version: 1 },
});

/** What the dashboard groups a field by. */
const byOf = (name: string): string =>
  name === "placed_at" ? "(placed_at AT TIME ZONE 'UTC')::date HAVING count(placed_at) > 0" : `"${name}"`;

interface Named {
  readonly id: number;
  readonly slice_name?: string;
  readonly dashboard_title?: string;
  readonly table_name?: string;
}

function sum(rows: readonly Readonly<Record<string, unknown>>[], column: string): number {
  return rows.reduce((total, row) => total + Number(row[column]), 0);
}
