import { expect } from "chai";
import type { Page } from "playwright-core";
import { ensureTopic } from "../../kafka/topic.ts";
import { findAxeFaults } from "../setup/axe.ts";
import { draftOf, foreign, storeNext } from "../setup/batches.ts";
import { browserForSuite } from "../setup/browser.ts";
import { testKafka } from "../setup/kafka.ts";
import { plannedRun } from "../setup/runs.ts";
import { startWeb, webForSuite } from "./web-server.ts";

const desktop = { width: 1280, height: 800 };
const looks = [
  { look: "light", colorScheme: "light", viewport: desktop },
  { look: "dark", colorScheme: "dark", viewport: desktop },
  { look: "on a phone", colorScheme: "light", viewport: { width: 360, height: 740 } },
] as const;

/** In each look; a page follows when its reader turns the lights off, and need not be loaded for each. */
async function expectNoFaults(page: Page): Promise<void> {
  for (const { look, colorScheme, viewport } of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    expect(await findAxeFaults(page), look).to.deep.equal([]);
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow, `pixels wider than the window, ${look}`).to.equal(0);
  }
}

/** Every page of ours, in the states that look different. */
const pages: Readonly<
  Record<
    string,
    (found: { run: string; ownRun: string; dataset: string; letters: Map<string, number> }) => string
  >
> = {
  "the form": () => "/",
  "the list of runs": () => "/runs",
  "a run": ({ run }) => `/runs/${run}`,
  "the form of an own type's run": () => `/?type=${longName}`,
  "an own type's run": ({ ownRun }) => `/runs/${ownRun}`,
  "runs of one type": () => `/runs?type=${longName}`,
  "the list of datasets": () => "/datasets",
  "a dataset": ({ dataset }) => `/datasets/${dataset}`,
  "the choice of a dataset's types": () => "/new-dataset",
  "the form of a dataset": () => `/new-dataset?type=${longName}&type=user`,
  "the form of a dataset with mistakes": () => `/new-dataset?type=${longName}&type=gone&scale=0`,
  "the list of types": () => "/types",
  "a type": () => `/types/${longName}`,
  "the built-in type": () => "/types/user",
  "the form of a new type": () => "/new-type",
  "the form of a new type, with an example": () => "/new-type?example=payments",
  "dead letters by reason": () => "/dead-letters",
  "dead letters of one reason": () => "/dead-letters?reason=not_json",
  "a dead letter that is no JSON": ({ letters }) => `/dead-letters/${letters.get("not_json")}`,
  "a dead letter of bytes": ({ letters }) => `/dead-letters/${letters.get("not_utf8")}`,
  "a dead letter with a faulty header": ({ letters }) => `/dead-letters/${letters.get("unknown_run")}`,
  "a dry run": () => "/dead-letters/replay?all=true",
  "the pipeline": () => "/pipeline",
  "messages of a partition": () => "/pipeline/messages?partition=0",
  "the API's reference": () => "/api/docs",
  "what is not there": () => "/nowhere",
};

/** As long as one may be. */
const longName = "parcel".padEnd(48, "_long");

/** Of names that are long, foreign, and many. */
const parcel = {
  $id: longName,
  title: "Parcel ".repeat(20),
  "x-record": { topic: "parcels.of.a.topic.with.a.name.that.goes.on.and.on.and.on.and.on" },
  required: ["الاسم الكامل"],
  properties: {
    "الاسم الكامل": { enum: ["محمد", "فاطمة"] },
    ["long_".repeat(20)]: { type: "string", minLength: 400 },
    ...Object.fromEntries(Array.from({ length: 48 }, (_, at) => [`measure_${at}`, { type: "number" }])),
  },
};

describe("Accessibility", function () {
  this.timeout(120_000);
  const web = webForSuite({ KAFKA_PARTITIONS: "1", KAFKA_UI_URL: "http://kafka-ui.test" });
  const open = browserForSuite();
  const letters = new Map<string, number>();
  let run = "";
  let ownRun = "";
  let dataset = "";

  before(async () => {
    const { topic } = web().config.kafka;
    await ensureTopic(testKafka(), { topic, partitions: 1, replicationFactor: 1 });
    await web().post("/produce", { records: [{ name: "Ada" }, { name: "Grace" }] });
    ({ id: run } = await web().startRun({ count: 1000 }));
    await web().post("/api/types", parcel);
    ({ id: ownRun } = await web().startRun({ type: longName, count: 10 }));
    const started = await web().post("/api/datasets", {
      types: { [longName]: { count: 9 }, user: { count: 0 } },
    });
    ({ id: dataset } = (await started.json()) as { readonly id: string });
    const planned = await plannedRun(web().pool, { count: 10 });
    await storeNext(web().pool, [
      foreign('{"name":"\u202eAda",}'),
      foreign(Buffer.from([0x1f, 0x8b, 0xff])),
      foreign(null),
      foreign('{"name":"A\\u0000"}'),
      draftOf(planned.run.id, 3, "[1]"),
      {
        ...draftOf("01900000-0000-7000-8000-000000000000", 1, "{}"),
        headers: new Map([["run_id", [Buffer.from("01900000-0000-7000-8000-000000000000")]]]),
        key: Buffer.from("key"),
      },
    ]);
    const { rows } = await web().pool.query<{ reason: string; id: number }>(
      "SELECT reason, id FROM dead_letters",
    );
    for (const { reason, id } of rows) letters.set(reason, id);
  });

  const asHtml = { extraHTTPHeaders: { Accept: "text/html" } };

  for (const [what, path] of Object.entries(pages)) {
    it(`axe-core finds nothing serious on ${what}, light, dark and on a phone`, async () => {
      const { page } = await open(web().url + path({ run, ownRun, dataset, letters }), asHtml);
      await expectNoFaults(page);
    });
  }

  it("nor on the form of a new type with mistakes", async () => {
    const { page } = await open(`${web().url}/new-type`);
    await page
      .getByLabel("Definition", { exact: true })
      .fill(JSON.stringify({ ...parcel, type: "objct" }, null, 2));
    await page.locator("#mistakes").getByRole("link").first().waitFor();
    await expectNoFaults(page);
  });

  it("nor on the sign-in page", async () => {
    const locked = await startWeb({
      DATABASE_URL: web().config.databaseUrl,
      AUTH_USER: "ada",
      AUTH_PASSWORD: "difference engine",
    });
    try {
      const { page } = await open(`${locked.url}/sign-in`, asHtml);
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await expectNoFaults(page);
    } finally {
      await locked.close();
    }
  });

  it("every page is led to by the keyboard, past the navigation", async () => {
    const { page } = await open(`${web().url}/dead-letters`);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).to.equal("Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.closest('main') !== null")).to.equal(true);
  });

  it("the navigation marks the page that is shown", async () => {
    for (const [path, name] of [
      ["/", "New run"],
      ["/runs", "Runs"],
      ["/new-dataset", "Datasets"],
      [`/types/${longName}`, "Types"],
      ["/new-type", "Types"],
      [`/dead-letters/${letters.get("not_json")}`, "Dead letters"],
      ["/pipeline/messages?partition=0", "Pipeline"],
      ["/api/docs", "API"],
    ] as const) {
      const { page } = await open(web().url + path);
      const current = page.getByRole("navigation", { name: "Main" }).locator("[aria-current=page]");
      expect(await current.allTextContents(), path).to.deep.equal([name]);
    }
  });
});
