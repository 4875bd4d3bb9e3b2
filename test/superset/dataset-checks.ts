import path from "node:path";
import { expect } from "chai";
import { demoNames, openDemoDataset } from "../../cli/demo-request.ts";
import { type Dataset, type WebClient, webClient } from "../../cli/web-client.ts";
import { runToEnd } from "../../stack/run-to-end.ts";
import { childEnvironment, projectRoot } from "../../stack/settings.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { mediaTypeOf } from "../../types/definition/media-type.ts";
import { datasetDashboardUrl } from "../../web/runs/dashboard-url.ts";
import type { Check } from "../compose/run-checks.ts";
import type { Subject } from "./subject.ts";

const catchUpMs = 60_000;
const charts = {
  shop: [
    ...["Revenue", "Orders", "Average order", "Lines an order", "Customers", "Returned", "Revenue over time"],
    ...["How far orders come", "Basket size", "Customers by number of orders", "Best customers"],
    ...["Revenue by country", "Top countries"],
  ],
  sensors: [
    ...["Devices", "Readings", "Average", "Highest", "Degraded", "Offline", "Temperature over time"],
    ...["Degraded and offline", "Readings by state", "Warmest devices", "Latest readings"],
  ],
} as const;

/** What must hold of the dashboards of datasets whose types are registered while Superset runs. */
export function datasetChecks(subject: Subject): Check[] {
  const { superset, page, pool, webUrl, stackDirectory, pictures, signal } = subject;
  const client = webClient(webUrl);
  const made = new Map<string, Dataset>();
  // A picture is of one dataset; a filter has to tell two from one another.
  const scales = pictures === null ? [0.02, 0.04] : [1];

  const until = <T>(what: string, attempt: () => Promise<T>): Promise<T> =>
    waitUntil(what, attempt, { timeoutMs: catchUpMs, everyMs: 500, signal });
  const slugs = async (): Promise<readonly string[]> => {
    const { result } = (await superset.get("/api/v1/dashboard/?q=(page_size:100)")) as {
      result: readonly { readonly slug: string }[];
    };
    return result.map(({ slug }) => slug);
  };
  const tables = async (): Promise<readonly string[]> => {
    const { result } = (await superset.get("/api/v1/dataset/?q=(page_size:100)")) as {
      result: readonly { readonly table_name: string }[];
    };
    return result.map(({ table_name }) => table_name);
  };
  const read = async (slug: string, name: string) => {
    const chart = (await superset.listCharts(slug)).find(({ slice_name }) => slice_name === name);
    if (chart === undefined) throw new Error(`${slug} has no chart ${name}.`);
    return superset.readChart(chart);
  };
  const ask = async <Row extends object>(sql: string): Promise<Row> =>
    (await pool.query<Row>(sql)).rows[0] as Row;

  return [
    [
      "There is no dashboard of a dataset whose types are not registered",
      async () => {
        for (const name of demoNames) expect(await slugs()).to.not.include(`dataset-${name}`);
      },
    ],
    [
      "A shop and sensors have a dashboard within seconds, and every chart answers with data",
      async () => {
        for (const name of demoNames)
          for (const scale of scales) made.set(name, await sendByDemo(client, stackDirectory, name, scale));
        for (const [name, wanted] of Object.entries(charts)) {
          const slug = `dataset-${name}`;
          await until(`the dashboard ${slug}`, async () => expect(await slugs()).to.include(slug));
          const found = await superset.listCharts(slug);
          expect(found.map(({ slice_name }) => slice_name)).to.have.members(wanted);
          for (const chart of found)
            expect(await superset.readChart(chart), chart.slice_name).to.not.be.empty;
        }
      },
    ],
    [
      "Their numbers are those of the tables",
      async () => {
        const number = (slug: string, name: string) => superset.readNumber(name, slug);
        const shop = await ask<Record<string, number>>(
          `SELECT count(*) AS orders, sum(total)::float8 AS revenue, count(DISTINCT (d.dataset_id, user_email)) AS customers,
                  count(*) FILTER (WHERE orders.status <> 'placed') AS paid, count(*) FILTER (WHERE lines = 2) AS two
             FROM orders JOIN runs d ON d.id = _run_id`,
        );
        expect(await number("dataset-shop", "Orders")).to.equal(shop.orders);
        expect(Number(await number("dataset-shop", "Revenue"))).to.be.closeTo(shop.revenue ?? 0, 0.01);
        expect(await number("dataset-shop", "Customers")).to.equal(shop.customers);
        expect(await read("dataset-shop", "How far orders come")).to.deep.include({
          step: "paid",
          reached: shop.paid,
        });
        expect(await read("dataset-shop", "Basket size")).to.deep.include({ basket: 2, orders: shop.two });

        const sensors = await ask<Record<string, number>>(
          `SELECT count(*) AS readings, avg(temperature)::float8 AS average, count(DISTINCT (_run_id, device)) AS devices,
                  count(*) FILTER (WHERE state = 'offline') AS offline
             FROM readings`,
        );
        expect(await number("dataset-sensors", "Readings")).to.equal(sensors.readings);
        expect(await number("dataset-sensors", "Devices")).to.equal(sensors.devices);
        expect(Number(await number("dataset-sensors", "Average"))).to.be.closeTo(sensors.average ?? 0, 1e-6);
        expect(await read("dataset-sensors", "Readings by state")).to.deep.include({
          state: "offline",
          readings: sensors.offline,
        });
      },
    ],
    [
      "In a browser every chart of theirs is drawn, of all datasets and of one",
      async () => {
        for (const [name, wanted] of Object.entries(charts)) {
          await page.open(datasetDashboardUrl(superset.url, name));
          expect(await page.failures(), name).to.deep.equal([]);
          expect(await page.chartNames()).to.have.members(wanted);
          if (pictures !== null) await page.screenshot(path.join(pictures, `dashboard-${name}.png`));
          const dataset = made.get(name);
          if (dataset === undefined) throw new Error(`There is no dataset of ${name}.`);
          await page.open(
            datasetDashboardUrl(superset.url, name, {
              id: dataset.id,
              createdAt: new Date(dataset.createdAt),
            }),
          );
          expect(await page.failures(), name).to.deep.equal([]);
          const [type, chart] = name === "shop" ? ["order", "Orders"] : ["reading", "Readings"];
          const { requested } = dataset.runs.find((run) => run.type === type) ?? {};
          expect(await page.textOf(chart)).to.include(requested?.toLocaleString("en"));
        }
      },
    ],
    [
      "One whose type is deleted is gone with all that was made for it, and back with the type",
      async () => {
        await client.removeType("order");
        await until("the shop's dashboard to be gone", async () =>
          expect((await slugs()).filter((slug) => /^dataset-shop$|^type-order$/.test(slug))).to.deep.equal(
            [],
          ),
        );
        expect((await tables()).filter((name) => name.startsWith("shop: "))).to.deep.equal([]);
        expect(await slugs()).to.include("dataset-sensors");
        await register(client, "shop");
        await until("the shop's dashboard to be back", async () =>
          expect(await superset.readNumber("Orders", "dataset-shop")).to.be.above(0),
        );
      },
    ],
  ];
}

async function register(client: WebClient, name: string): Promise<readonly string[]> {
  const { text } = openDemoDataset(name, 1, Date.now());
  const answer = await client.registerTypes(text, mediaTypeOf(text), false);
  if ("problems" in answer) throw new Error(`The types of ${name} are not right.`);
  return answer.types.map((type) => type.name);
}

/** By the demo, on the stack that runs. */
async function sendByDemo(
  client: WebClient,
  stackDirectory: string,
  name: string,
  scale: number,
): Promise<Dataset> {
  const command = [path.join(projectRoot, "stack", "bootstrap.mjs"), "demo", "--with", "superset"];
  const { code, output } = await runToEnd(
    process.execPath,
    [...command, "--dataset", name, "--scale", String(scale)],
    { environment: { ...childEnvironment(), STACK_DIR: stackDirectory } },
  );
  expect(code, output).to.equal(0);
  expect(output).to.include("Its rows hang together").and.include(`/superset/dashboard/dataset-${name}/`);
  const [, id = ""] = /\/datasets\/([0-9a-f-]{36})/.exec(output) ?? [];
  return client.getDataset(id);
}
