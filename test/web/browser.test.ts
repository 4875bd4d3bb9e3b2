import { expect } from "chai";
import { notifyRunChanged } from "../../ledger/runs/run-changes.ts";
import { browserForSuite } from "../setup/browser.ts";
import { eventually } from "../setup/eventually.ts";
import { webForSuite } from "./web-server.ts";

describe("In a browser", () => {
  const web = webForSuite();
  const open = browserForSuite();

  const change = async (id: string, assignments: string): Promise<void> => {
    await web().pool.query(`UPDATE runs SET ${assignments} WHERE id = $1`, [id]);
    await notifyRunChanged(web().pool, [id]);
  };

  it("a run's page follows the run to its end", async () => {
    const run = await web().startRun({ count: 1000 });
    const { page, complaints } = await open(`${web().url}/runs/${run.id}`);
    const number = (name: string) => page.locator(`[data-number=${name}]`);
    await change(
      run.id,
      "status = 'running', started_at = now(), produced = 500, stored = 300, flagged = 20",
    );
    await eventually(async () => expect(await number("stored").textContent()).to.equal("300"));
    expect(await number("outstanding").textContent()).to.equal("700");
    expect(await page.locator("h1 .badge").textContent()).to.equal("running");
    expect(await page.getByRole("progressbar").getAttribute("aria-valuenow")).to.equal("30");
    expect(await page.locator("[data-announcement]").textContent()).to.equal("running, 30 percent");
    await change(
      run.id,
      "status = 'completed', produced = 1000, stored = 990, dead_lettered = 10, finished_at = now()",
    );
    await page.getByText("nothing is missing").waitFor();
    expect(await page.locator("h1 .badge").textContent()).to.equal("completed");
    expect(await number("accounted").textContent()).to.equal("1,000");
    await page.getByRole("link", { name: "The dead letters and their reasons" }).waitFor();
    expect(await page.getByRole("button", { name: "Pause" }).isVisible()).to.equal(false);
    expect(complaints).to.deep.equal([]);
  });

  it("a run is paused, resumed and, once more asked, cancelled", async () => {
    const run = await web().startRun({ count: 1000 });
    const { page, complaints } = await open(`${web().url}/runs/${run.id}`);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator("h1 .badge[data-status=paused]").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.locator("h1 .badge[data-status=running]").waitFor();
    const cancel = page.getByRole("button", { name: "Cancel this run" });
    expect(await cancel.isVisible()).to.equal(false);
    await page.getByText("Cancel…").click();
    await cancel.click();
    await page.locator("h1 .badge[data-status=cancelled]").waitFor();
    expect(complaints).to.deep.equal([]);
  });

  it("a run is asked for again with its seed", async () => {
    const run = await web().startRun({ count: 12, fields: ["job", "city"], seed: 77 });
    const { page } = await open(`${web().url}/runs/${run.id}`);
    await page.getByRole("link", { name: "Run again with this seed" }).click();
    expect(await page.getByLabel("Seed").inputValue()).to.equal("77");
    expect(await page.locator("input[name=fields]:checked").count()).to.equal(2);
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.waitForURL("**/runs/*");
    expect(page.url()).to.not.include(run.id);
    await page.getByRole("heading", { name: "12 users" }).waitFor();
  });

  it("the list of runs keeps up with a run under way", async () => {
    const run = await web().startRun({ count: 4321 });
    const { page } = await open(`${web().url}/runs`);
    const row = page.getByRole("row").filter({ hasText: "4,321" });
    await row.getByText("queued").waitFor();
    await change(run.id, "status = 'paused', stored = 1234");
    await row.getByText("1,234").waitFor();
  });

  it("the dot says what is down", async () => {
    const { page } = await open(web().url);
    await page.getByRole("link", { name: "Down: workers, consumers" }).waitFor();
  });

  it("Bull Board shows the runs under its own policy", async () => {
    await web().startRun({ count: 98_765 });
    const { page, complaints } = await open(`${web().url}/queues/queue/conducting.runs`);
    await page.getByText("98,765 users").first().waitFor();
    expect(complaints).to.deep.equal([]);
  });

  it("everything essential works without JavaScript", async () => {
    const { page } = await open(web().url, { javaScriptEnabled: false });
    await page.getByLabel("Records").fill("17");
    await page.getByLabel("Seed").fill("3");
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.getByRole("heading", { name: "17 users" }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator("h1 .badge[data-status=paused]").waitFor();
    await page.getByText("Cancel…").click();
    await page.getByRole("button", { name: "Cancel this run" }).click();
    await page.locator("h1 .badge[data-status=cancelled]").waitFor();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`no page is wider than a phone, ${colorScheme}`, async () => {
      const run = await web().startRun({ count: 10_000_000_000 });
      await change(
        run.id,
        "status = 'running', started_at = now(), stored = 4000000000, dead_lettered = 1000000000",
      );
      for (const path of ["/", "/runs", `/runs/${run.id}`, "/api/docs", "/nowhere"]) {
        const options = { viewport: { width: 360, height: 740 }, colorScheme };
        const { page } = await open(`${web().url}${path}`, {
          ...options,
          extraHTTPHeaders: { Accept: "text/html" },
        });
        const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        expect(overflow, path).to.equal(0);
      }
    });
  }
});
