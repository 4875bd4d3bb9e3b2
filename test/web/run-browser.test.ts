import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { notifyRunChanged } from "../../ledger/runs/run-changes.ts";
import { addChunkJobs } from "../../queues/chunk-jobs.ts";
import { findAxeFaults } from "../setup/axe.ts";
import { range, recordsOf, storeNext } from "../setup/batches.ts";
import { browserForSuite } from "../setup/browser.ts";
import { eventually } from "../setup/eventually.ts";
import { plannedRun } from "../setup/runs.ts";
import { readRun, startWeb, webForSuite } from "./web-server.ts";

describe("A run's page in a browser", () => {
  const web = webForSuite();
  const open = browserForSuite();

  const change = async (id: string, assignments: string): Promise<void> => {
    await web().pool.query(`UPDATE runs SET ${assignments} WHERE id = $1`, [id]);
    await notifyRunChanged(web().pool, [id]);
  };
  /** A run that began `seconds` ago and has produced and stored a chunk of ten each second since. */
  const runWithHistory = async (seconds: number) => {
    const { run } = await plannedRun(web().pool, { count: 10_000, chunkSize: 10 });
    const addChunks = (from: number, to: number) =>
      web().pool.query(
        `UPDATE chunks SET produced_at = s.at, closed_at = s.at + interval '2 s', stored = 10, kafka_partition = 0, kafka_end_offset = 10
           FROM (SELECT now() - interval '1 s' * $4::int + interval '1 s' * n AS at, n FROM generate_series($2::int, $3::int - 1) AS n) AS s
          WHERE run_id = $1 AND index = s.n`,
        [run.id, from, to, seconds],
      );
    await addChunks(0, seconds - 3);
    await web().pool.query(
      "UPDATE runs SET started_at = now() - interval '1 s' * $2::int, produced = 10 * $2, stored = 10 * ($2::int - 3) WHERE id = $1",
      [run.id, seconds],
    );
    return { id: run.id, addChunks };
  };

  it("draws throughput and backlog, in both colour schemes and on a phone", async () => {
    const { id } = await runWithHistory(60);
    for (const options of [
      { colorScheme: "light" },
      { colorScheme: "dark", viewport: { width: 360, height: 740 } },
    ] as const) {
      const { page, complaints } = await open(`${web().url}/runs/${id}`, options);
      await page.locator("[data-points]").waitFor();
      expect(await page.locator(".charts canvas").count()).to.equal(2);
      // The figures say in words and numbers what the charts show.
      await page.getByText("records a second were stored").waitFor();
      const rows = page.locator("[data-part=history] tbody tr");
      const drawn = Number(await page.locator("[data-charts]").getAttribute("data-points"));
      expect(drawn).to.be.above(5);
      expect(await rows.count()).to.equal(drawn);
      // Ink on the canvas, in the colour of the line.
      const inked = await page.evaluate(`(() => {
        const canvas = document.querySelector("[data-chart=throughput] canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.filter((value, at) => at % 4 === 3 && value > 0).length;
      })()`);
      expect(inked).to.be.above(200);
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect(overflow).to.equal(0);
      expect(complaints).to.deep.equal([]);
    }
  });

  it("draws on while the run does", async () => {
    const { id, addChunks } = await runWithHistory(60);
    const { page } = await open(`${web().url}/runs/${id}`);
    await page.locator("[data-points]").waitFor();
    const rows = page.locator("[data-part=history] tbody tr");
    const end = async (): Promise<number> => Number(await rows.last().getAttribute("data-to"));
    const before = await end();
    await addChunks(57, 95);
    await web().pool.query("UPDATE runs SET started_at = started_at - interval '35 s' WHERE id = $1", [id]);
    await eventually(async () => {
      expect(await end()).to.be.above(before + 20_000);
      const drawn = await page.locator("[data-charts]").getAttribute("data-points");
      expect(Number(drawn)).to.equal(await rows.count());
    });
  });

  it("is cancelled only after a confirmation, which Escape closes", async () => {
    const run = await web().startRun({ count: 1000 });
    const { page, complaints } = await open(`${web().url}/runs/${run.id}`);
    const cancel = page.getByRole("button", { name: "Cancel this run" });
    await page.getByText("Cancel…").focus();
    await page.keyboard.press("Enter");
    await cancel.waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).to.equal("Cancel this run");
    await page.keyboard.press("Escape");
    await cancel.waitFor({ state: "hidden" });
    expect((await readRun(await web().get(`/api/runs/${run.id}`))).status).to.equal("queued");
    await page.keyboard.press("Enter");
    await cancel.click();
    await page.locator("h1 .badge[data-status=cancelled]").waitFor();
    expect(complaints).to.deep.equal([]);
  });

  for (const javaScriptEnabled of [true, false]) {
    it(`is given another rate, ${javaScriptEnabled ? "with" : "without"} a script`, async () => {
      const shape = { kind: "burst", everySeconds: 60, burstSeconds: 5, factor: 10 };
      const run = await web().startRun({ count: null, rate: 20, shape });
      const { page, complaints } = await open(`${web().url}/runs/${run.id}`, { javaScriptEnabled });
      await page.getByRole("link", { name: "Change the rate…" }).click();
      const rate = page.getByLabel("New rate");
      expect(await rate.inputValue()).to.equal("20");
      // Nothing loads the page anew under who types.
      expect(await page.content()).to.not.include('http-equiv="refresh"');
      await rate.fill("fast");
      await page.getByRole("button", { name: "Set the rate" }).click();
      await page.getByText("Must be a number from 0.01 to 1,000,000 (records a second)").waitFor();
      expect(await rate.inputValue()).to.equal("fast");
      expect(await rate.getAttribute("aria-invalid")).to.equal("true");
      await rate.fill("1,500");
      await rate.press("Enter");
      await page.getByRole("status").getByText("The rate is 1,500 a second now.").waitFor();
      await page.getByText("1,500 /s, times 10 in the last 5 s of every 60 s").waitFor();
      expect(await rate.count()).to.equal(0);
      expect(await readRun(await web().get(`/api/runs/${run.id}`))).to.deep.include({ rate: 1500, shape });
      // A browser says of each answer with an error that it was one.
      expect(complaints.filter((text) => !text.includes("400"))).to.deep.equal([]);
    });
  }

  it("offers another rate only where there is one to change", async () => {
    const unpaced = await web().startRun({ count: 1000 });
    const ended = await web().startRun({ count: 1000, rate: 5 });
    await change(ended.id, "status = 'cancelled', finished_at = now()");
    for (const { id } of [unpaced, ended]) {
      const { page } = await open(`${web().url}/runs/${id}?edit=rate&changed=rate`);
      expect(await page.getByRole("link", { name: "Change the rate…" }).count()).to.equal(0);
      expect(await page.getByLabel("New rate").count()).to.equal(0);
      expect(await page.getByText("a second now").count()).to.equal(0);
    }
  });

  for (const look of [
    { colorScheme: "light" },
    { colorScheme: "dark" },
    { colorScheme: "light", viewport: { width: 360, height: 740 } },
  ] as const) {
    it(`axe-core finds nothing serious on the form for its rate, ${JSON.stringify(look)}`, async () => {
      const run = await web().startRun({ count: null, rate: 20 });
      const { page } = await open(`${web().url}/runs/${run.id}?edit=rate`, look);
      expect(await page.evaluate("document.activeElement.id")).to.equal("rate");
      expect(await findAxeFaults(page)).to.deep.equal([]);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).to.equal(0);
    });
  }

  it("leads to the same request with its seed, or without one", async () => {
    const run = await web().startRun({ count: 12, fields: ["job", "city"], seed: 77, chunkSize: 5 });
    const { page } = await open(`${web().url}/runs/${run.id}`);
    await page.getByRole("link", { name: "Run again with a new seed" }).click();
    expect(await page.getByLabel("Seed").inputValue()).to.equal("");
    expect(await page.getByLabel("Chunk size").inputValue()).to.equal("5");
    expect(await page.locator("input[name=fields]:checked").count()).to.equal(2);
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.getByRole("heading", { name: "12 users" }).waitFor();
    const again = await readRun(await web().get(`/api/runs/${page.url().split("/").at(-1)}`));
    expect(again).to.include({ requested: 12, chunkSize: 5 });
    expect(again.seed).to.not.equal(77);
  });

  it("shows rows and hands all of them out as a file", async () => {
    const { run } = await plannedRun(web().pool, { count: 100, chunkSize: 50, fields: ["phone_number"] });
    await storeNext(web().pool, recordsOf(run, range(0, 100)));
    const { page, complaints } = await open(`${web().url}/runs/${run.id}`);
    const cells = page.locator("#rows tbody tr:first-child td");
    expect(await cells.first().textContent()).to.equal("0");
    await page.getByRole("link", { name: "last 10" }).click();
    await page.waitForURL("**rows=last**");
    expect(await cells.first().textContent()).to.equal("99");
    for (const [name, format, query] of [
      ["Download CSV", "csv", "format=csv&safe=spreadsheet"],
      ["Download NDJSON", "ndjson", "format=ndjson"],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name }).click(),
      ]);
      expect(download.suggestedFilename()).to.equal(`run-${run.id}.${format}`);
      const text = await readFile(await download.path(), "utf8");
      const expected = await (await web().get(`/api/runs/${run.id}/records?${query}`)).text();
      expect(text).to.equal(expected);
      const lines = text.trimEnd().split("\n");
      expect(lines).to.have.length(format === "csv" ? 101 : 100);
      // A person opens the file in a spreadsheet, which would take a telephone number for a sum.
      expect(lines.at(-1)).to.match(format === "csv" ? /^99,'\+\d/ : /"phone_number":"\+\d/);
    }
    expect(complaints).to.deep.equal([]);
  });

  it("says so when the connection is lost, and goes on when it is back", async () => {
    const own = await startWeb({ DATABASE_URL: web().config.databaseUrl });
    const port = new URL(own.url).port;
    const run = await web().startRun({ count: 1000 });
    const { page } = await open(`${own.url}/runs/${run.id}`);
    const lost = page.getByRole("status").getByText("The connection is lost");
    await page.locator("[data-announcement]").getByText("queued").waitFor({ state: "attached" });
    expect(await lost.count()).to.equal(0);
    await own.close();
    await lost.waitFor();
    await change(run.id, "status = 'running', started_at = now(), stored = 250");
    const again = await startWeb({ DATABASE_URL: web().config.databaseUrl }, Number(port));
    try {
      await lost.waitFor({ state: "hidden" });
      expect(await page.locator("[data-number=stored]").textContent()).to.equal("250");
    } finally {
      await page.close();
      await again.close();
    }
  });

  it("shows each chunk, and while it is open how its job fares", async () => {
    const { run, chunks } = await plannedRun(web().pool, { count: 250, chunkSize: 10 });
    await addChunkJobs(web().deps.queues, chunks.slice(0, 1));
    const { page } = await open(`${web().url}/runs/${run.id}`);
    const section = page.locator("#chunks");
    // The run's status is one thing, a chunk's state another.
    await page.locator("[data-announcement]").getByText("running").waitFor({ state: "attached" });
    expect(await section.locator(".badge").first().textContent()).to.equal("planned");
    expect(await section.getByRole("link", { name: "0", exact: true }).getAttribute("href")).to.equal(
      `/queues/queue/generating.chunks/${run.id}-0-0`,
    );
    await section.getByRole("link", { name: "Next →" }).click();
    await section.getByText("240 – 249").waitFor();
    await section.getByRole("link", { name: "retried 0" }).click();
    await section.getByText("None had to be made again.").waitFor();
  });
});

describe("The list of runs in a browser", () => {
  const web = webForSuite();
  const open = browserForSuite();

  before(async () => {
    for (let n = 0; n < 30; n++) {
      await web().startRun({ count: 100 + n, seed: n, fields: n === 7 ? ["email"] : ["name"] });
    }
    await web().pool.query(
      "UPDATE runs SET status = 'failed', finished_at = now(), error = 'no such version' WHERE seed = 3",
    );
  });

  it("is searched, filtered, sorted and paged", async () => {
    const { page, complaints } = await open(`${web().url}/runs`);
    const rows = page.locator(".runs tbody tr");
    expect(await rows.count()).to.equal(25);
    await page.getByText("30 runs").waitFor();
    await page.getByRole("link", { name: "Older →" }).click();
    await page.waitForURL("**before=**");
    expect(await rows.count()).to.equal(5);

    const search = page.getByRole("searchbox", { name: "Search by id, seed, field or error" });
    await search.fill("email");
    await search.press("Enter");
    await page.getByText("1 run", { exact: true }).waitFor();
    await rows.getByText("107").waitFor();

    await search.fill("such version");
    await page.getByRole("button", { name: "Show" }).click();
    await page.locator(".reason").getByText("no such version").waitFor();
    await page.getByRole("link", { name: "queued" }).click();
    await page.getByText("No queued runs match “such version”.").waitFor();
    await page.getByRole("link", { name: "Show all runs" }).click();

    await page.getByLabel("Order").selectOption("Largest first");
    await page.waitForURL("**sort=largest**");
    expect(await rows.first().locator("[data-label=Requested]").textContent()).to.equal("129");
    await page.getByRole("link", { name: "Smaller →" }).click();
    await page.waitForURL("**before=**");
    expect(await rows.last().locator("[data-label=Requested]").textContent()).to.equal("100");
    expect(complaints).to.deep.equal([]);
  });

  for (const javaScriptEnabled of [true, false]) {
    it(`cancels what is ticked after a confirmation, ${javaScriptEnabled ? "with" : "without"} a script`, async () => {
      const { page, complaints } = await open(`${web().url}/runs?sort=oldest&status=queued`, {
        javaScriptEnabled,
      });
      const boxes = page.locator("input[name=id]");
      const first = await boxes.nth(0).getAttribute("value");
      await boxes.nth(0).check();
      await boxes.nth(1).check();
      await page
        .getByRole("button", { name: javaScriptEnabled ? "Cancel 2 selected…" : "Cancel selected…" })
        .click();
      await page.getByRole("heading", { name: "Cancel these 2 runs?" }).waitFor();
      await page.getByRole("link", { name: "Keep them" }).click();
      await boxes.nth(0).check();
      await boxes.nth(1).check();
      await page.getByRole("button", { name: /^Cancel .*selected…$/ }).click();
      await page.getByRole("button", { name: "Cancel 2 runs" }).click();
      await page.getByRole("status").getByText("2 runs are cancelled.").waitFor();
      expect(page.url()).to.include("status=queued").and.to.include("sort=oldest");
      expect((await readRun(await web().get(`/api/runs/${first}`))).status).to.equal("cancelled");
      expect(complaints).to.deep.equal([]);
    });
  }

  it("ticks all of a page at once, and is not renewed under a tick", async () => {
    const { page } = await open(`${web().url}/runs?status=queued`);
    const cancel = page.getByRole("button", { name: /Cancel .*selected/ });
    expect(await cancel.isDisabled()).to.equal(true);
    await page.getByLabel("Select what can be cancelled").check();
    await page.getByRole("button", { name: "Cancel 25 selected…" }).waitFor();
    await page.locator("input[name=id]").first().uncheck();
    await page.getByRole("button", { name: "Cancel 24 selected…" }).click();
    await page.getByRole("heading", { name: "Cancel these 24 runs?" }).waitFor();
  });

  it("is no wider than a phone, and fits a long error", async () => {
    await web().pool.query("UPDATE runs SET error = repeat('very long ', 50) WHERE seed = 3");
    for (const [width, path] of [
      [360, "/runs?q=very&sort=longest"],
      [1100, "/runs?sort=oldest"],
      [360, "/runs/cancel"],
    ] as const) {
      const { page } = await open(`${web().url}${path}`, { viewport: { width, height: 740 } });
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth"), path).to.equal(0);
    }
  });
});
