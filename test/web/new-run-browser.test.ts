import { expect } from "chai";
import type { Page } from "playwright-core";
import { browserForSuite } from "../setup/browser.ts";
import { eventually } from "../setup/eventually.ts";
import { allFields, readRun, webForSuite } from "./web-server.ts";

describe("The form, in a browser", () => {
  const web = webForSuite();
  const open = browserForSuite();

  const countRuns = async (): Promise<number> => {
    const { rows } = await web().pool.query<{ count: number }>("SELECT count(*) FROM runs");
    return rows[0]?.count ?? 0;
  };
  const input = (page: Page, name: string) => page.locator(`[id="${name}"]`);
  const start = (page: Page) => page.getByRole("button", { name: "Start the run" });
  const cells = (page: Page) => page.locator(".preview td").allTextContents();
  const runAt = async (page: Page) => {
    await page.waitForURL("**/runs/*");
    return readRun(await web().get(`/api${new URL(page.url()).pathname}`));
  };
  const openGroup = (page: Page, title: string) =>
    page.locator("details.group > summary", { hasText: new RegExp(`^${title}`) }).click();

  it("chooses all fields or none", async () => {
    const { page, complaints } = await open(web().url);
    const checked = page.locator("input[name=fields]:checked");
    expect(await checked.count()).to.equal(allFields.length);
    await page.getByRole("button", { name: "Select none" }).click();
    expect(await checked.count()).to.equal(0);
    await page.locator("#fields-error", { hasText: "Must name at least one field" }).waitFor();
    await page.getByRole("button", { name: "Select all" }).click();
    expect(await checked.count()).to.equal(allFields.length);
    await eventually(async () => expect(await page.locator("#fields-error").textContent()).to.equal(""));
    expect(complaints).to.deep.equal([]);
  });

  it("shows what the run will begin with, which a seed that nobody typed is part of", async () => {
    const { page, complaints } = await open(web().url);
    await page.getByRole("button", { name: "Select none" }).click();
    await page.getByRole("checkbox", { name: "Country" }).check();
    await page.getByRole("checkbox", { name: "Job" }).check();
    await eventually(async () => expect(await cells(page)).to.have.length(20));
    const shown = await cells(page);
    await input(page, "count").fill("10");
    await start(page).click();
    const run = await runAt(page);
    const response = await web().post("/api/generate", { count: 10, seed: run.seed, fields: run.fields });
    const records = (await response.json()) as Record<string, string>[];
    expect(shown).to.deep.equal(records.flatMap((record) => Object.values(record)));
    expect(complaints).to.deep.equal([]);
  });

  it("shows other records as soon as the preset or an option is another one", async () => {
    const { page, complaints } = await open(`${web().url}/?seed=5&fields=country&fields=date`);
    const before = await cells(page);
    await page.getByRole("radio", { name: "Uniform" }).check();
    await eventually(async () => expect(await cells(page)).to.not.deep.equal(before));
    await openGroup(page, "Who");
    await input(page, "countries").fill("Portugal=1");
    await eventually(async () => {
      const countries = (await cells(page)).filter((_, index) => index % 2 === 1);
      expect(new Set(countries)).to.deep.equal(new Set(["Portugal"]));
    });
    await page.locator("#set-who", { hasText: "Countries: Portugal 1" }).waitFor();
    expect(complaints).to.deep.equal([]);
  });

  it("marks what is null and what is spoiled", async () => {
    const { page } = await open(`${web().url}/?seed=5&nulls=job=1&faults=not_json=0.3,invalid_date=0.3`);
    await page.locator(".preview .absent", { hasText: "null" }).first().waitFor();
    await page.locator(".preview .mark", { hasText: "Not JSON" }).first().waitFor();
    await page.locator(".preview .mark", { hasText: "Invalid date" }).first().waitFor();
  });

  it("says what is wrong at the input while somebody types, and no more once it is mended", async () => {
    const { page, complaints } = await open(web().url);
    const count = input(page, "count");
    await count.fill("a few");
    await page.locator("#count-error", { hasText: "Must be a whole number" }).waitFor();
    expect(await count.getAttribute("aria-invalid")).to.equal("true");
    expect(await count.inputValue()).to.equal("a few");
    await page.locator("#outlook").getByRole("link", { name: "Records" }).waitFor();
    await count.fill("11");
    await eventually(async () => expect(await page.locator("#count-error").textContent()).to.equal(""));
    expect(await count.getAttribute("aria-invalid")).to.equal(null);
    expect(await page.locator("#outlook").getByRole("link").count()).to.equal(0);
    expect(complaints).to.deep.equal([]);
  });

  it("leads from the list of what is wrong to an input in a closed group", async () => {
    const { page } = await open(web().url);
    await openGroup(page, "Rules");
    await input(page, "nulls.company").fill("2");
    await page.locator('[id="nulls.company-error"]', { hasText: "Must be a share from 0 to 1" }).waitFor();
    await openGroup(page, "Rules");
    await page.locator("#set-rules", { hasText: "1 to mend" }).waitFor();
    await page.locator("#outlook").getByRole("link", { name: "Absent values: Company" }).click();
    expect(await page.evaluate("document.activeElement.id")).to.equal("nulls.company");
  });

  it("keeps everything that was typed where the run is refused, and starts it once it is mended", async () => {
    const { page } = await open(web().url);
    await page.getByRole("radio", { name: "Launch day" }).check();
    await openGroup(page, "Who");
    await input(page, "countries").fill("Portugal=2, Spain=8");
    await input(page, "coherent").selectOption("true");
    await openGroup(page, "Rules");
    await page.getByRole("checkbox", { name: "E-mail" }).last().check();
    await input(page, "nulls.company").fill("20 %");
    await input(page, "count").fill("a few");
    await start(page).click();
    await page.getByRole("alert").getByRole("link", { name: "Records" }).click();
    expect(await page.evaluate("document.activeElement.id")).to.equal("count");
    expect(await page.getByRole("radio", { name: "Launch day" }).isChecked()).to.equal(true);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("12");
    await start(page).click();
    const run = await runAt(page);
    expect(run.requested).to.equal(12);
    expect(run.options).to.deep.include({
      preset: "launch_day",
      coherent: true,
      countries: { Portugal: 2, Spain: 8 },
      unique: ["email"],
      nulls: { company: 0.2 },
    });
  });

  it("starts one run however fast its button is clicked", async () => {
    const before = await countRuns();
    const { page } = await open(web().url);
    await input(page, "count").fill("321");
    await start(page).dblclick({ noWaitAfter: true });
    expect((await runAt(page)).requested).to.equal(321);
    expect(await countRuns()).to.equal(before + 1);
  });

  it("starts a run by keyboard alone", async () => {
    const { page } = await open(web().url);
    await input(page, "count").focus();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("13");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("99");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const run = await runAt(page);
    expect([run.requested, run.seed]).to.deep.equal([13, 99]);
    expect(run.options).to.include({ preset: "uniform" });
  });

  it("asks for the members of the chosen shape alone", async () => {
    const { page } = await open(web().url);
    await openGroup(page, "Pace");
    await input(page, "rate").fill("500");
    expect(await input(page, "shape.from").isVisible()).to.equal(false);
    await input(page, "shape.kind").selectOption("ramp");
    await input(page, "shape.from").fill("10");
    await input(page, "shape.seconds").fill("60");
    expect(await input(page, "shape.factor").isVisible()).to.equal(false);
    await start(page).click();
    const run = await runAt(page);
    expect(run).to.deep.include({ rate: 500, shape: { kind: "ramp", from: 10, seconds: 60 } });
  });

  it("copies a command", async () => {
    const { page } = await open(`${web().url}/?count=7&seed=3`, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const figure = page.locator("figure", { hasText: "on the command line" });
    await figure.getByRole("button", { name: "Copy" }).click();
    await figure.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate("navigator.clipboard.readText()");
    expect(copied).to.equal(`npm run generate -- --count 7 --seed 3 --url ${web().url}`);
  });

  it("is filled in by its address", async () => {
    const address = `${web().url}/?count=77&fields=name&fields=job&seed=9&period=2025-01-01..2025-12-31&rate=5&shape=ramp,from=1,seconds=9&coherent=false&preset=uniform`;
    const { page } = await open(address);
    expect(await input(page, "count").inputValue()).to.equal("77");
    expect(await input(page, "period.to").inputValue()).to.equal("2025-12-31");
    expect(await input(page, "shape.seconds").inputValue()).to.equal("9");
    expect(await input(page, "coherent").inputValue()).to.equal("false");
    expect(await page.locator("input[name=fields]:checked").count()).to.equal(2);
    expect(await page.locator(".preview td").count()).to.equal(20);
  });

  it("shows what the preset fills in, where nothing is typed", async () => {
    const { page } = await open(web().url);
    await openGroup(page, "When");
    const before = await input(page, "growth").getAttribute("placeholder");
    await page.getByRole("radio", { name: "Launch day" }).check();
    await eventually(async () =>
      expect(await input(page, "growth").getAttribute("placeholder")).to.not.equal(before),
    );
  });

  it("says that its preview is old while the service is away, and tries again", async () => {
    const { page } = await open(web().url);
    await page.route("**/preview", (route) => route.abort());
    await input(page, "seed").fill("8");
    await page.locator("#preview-note", { hasText: "the service cannot be reached" }).waitFor();
    await page.unroute("**/preview");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("#preview-note", { hasText: "of seed 8" }).waitFor();
  });

  it("works without JavaScript: preview, mistake and run", async () => {
    const { page } = await open(web().url, { javaScriptEnabled: false });
    await input(page, "seed").fill("3");
    await page.getByRole("radio", { name: "Uniform" }).check();
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByText("The first 10 records of seed 3").waitFor();
    await input(page, "count").fill("many");
    await start(page).click();
    await page.getByRole("alert").getByRole("link", { name: "Records" }).waitFor();
    expect(await page.getByRole("radio", { name: "Uniform" }).isChecked()).to.equal(true);
    await input(page, "count").fill("17");
    await start(page).click();
    const run = await runAt(page);
    expect([run.requested, run.seed]).to.deep.equal([17, 3]);
  });

  it("has count, preset, preview and button in sight on a small laptop", async () => {
    const { page } = await open(web().url, { viewport: { width: 1280, height: 800 } });
    for (const place of ["#count", "#preset", "#preview-table", "[data-start]"]) {
      const box = await page.locator(place).boundingBox();
      expect(box === null ? Number.NaN : box.y + box.height, place).to.be.below(801);
    }
  });

  it("is no wider than a phone with every group open", async () => {
    const { page } = await open(`${web().url}/?faults=not_json=0.5`, {
      viewport: { width: 360, height: 740 },
    });
    for (const summary of await page.locator("details.group > summary").all()) await summary.click();
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).to.equal(0);
  });
});
