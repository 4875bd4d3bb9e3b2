import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium } from "../stack/install/find-chromium.ts";

/**
 * Takes the pictures in docs/screenshots, each page light, dark and narrow, from a running stack (npm start):
 * `node --import tsx docs/take-screenshots.ts WEB_URL [LOCKED_URL]`
 *
 * The stack gets a few runs for it. LOCKED_URL is a web service that asks for a password: its sign-in page is taken
 * too. CHROMIUM_PATH names a browser, ONLY a regular expression for the names of the pages.
 */
const [webUrl, lockedUrl] = process.argv.slice(2);
if (webUrl === undefined)
  throw new Error("Usage: node --import tsx docs/take-screenshots.ts WEB_URL [LOCKED_URL]");
const directory = path.join(import.meta.dirname, "screenshots");
const only = new RegExp(process.env.ONLY ?? "");

interface Shot {
  readonly name: string;
  /** From the service's own address. */
  readonly url: string;
  /** What the page has to say before it is taken. */
  readonly until?: string | RegExp;
  /** What a person does before. */
  readonly first?: (page: Page) => Promise<unknown>;
  /** A page that belongs to somebody else may be wider than a telephone. */
  readonly mayOverflow?: boolean;
}

/** What is further down of a long page is cut off: the folder is to stay small. */
const variants = [
  { suffix: "", colorScheme: "light", width: 1280, maxHeight: 1_200 },
  { suffix: "-dark", colorScheme: "dark", width: 1280, maxHeight: 800 },
  { suffix: "-narrow", colorScheme: "light", width: 360, maxHeight: 1_400 },
] as const;

async function take(browser: Browser, { name, url, until, first, mayOverflow }: Shot): Promise<void> {
  if (!only.test(name)) return;
  for (const { suffix, colorScheme, width, maxHeight } of variants) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 640 } });
    // The run page keeps a stream open, so the network never falls silent.
    await page.goto(new URL(url, webUrl).href, { waitUntil: "load" });
    if (until !== undefined) await page.getByText(until).first().waitFor({ timeout: 60_000 });
    await page.waitForFunction(() => document.querySelector("[data-readiness=unknown]") === null);
    await first?.(page);
    const { scrollWidth, scrollHeight } = await page.evaluate(() => {
      scrollTo(0, 0);
      const { scrollWidth, scrollHeight } = document.documentElement;
      return { scrollWidth, scrollHeight };
    });
    if (scrollWidth > width && !mayOverflow) console.warn(`${name}${suffix} is ${scrollWidth} pixels wide`);
    // What sticks to the window's edges must not lie across a picture's middle.
    await page.setViewportSize({ width, height: Math.min(Math.max(scrollHeight, 640), maxHeight) });
    await page.screenshot({ path: path.join(directory, `${name}${suffix}.png`) });
    await page.close();
  }
}

async function startRun(request: object): Promise<string> {
  const response = await fetch(`${webUrl}/api/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ seed: 42, ...request }),
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { id: string }).id;
}

async function command(id: string, name: "pause" | "cancel"): Promise<void> {
  await fetch(`${webUrl}/api/runs/${id}/${name}`, { method: "POST" });
}

async function firstLetter(reason: string): Promise<string> {
  const response = await fetch(`${webUrl}/api/dead-letters?limit=1&reason=${reason}`);
  const { deadLetters } = (await response.json()) as { deadLetters: readonly { id: number }[] };
  return `/dead-letters/${deadLetters[0]?.id}`;
}

/** A shop: its first orders come while its page is taken. */
async function startShop(scale: number): Promise<string> {
  const definitions = await readFile(path.join(import.meta.dirname, "../types/datasets/shop.yaml"));
  const response = await fetch(`${webUrl}/api/datasets?seed=42&scale=${scale}`, {
    method: "POST",
    headers: { "content-type": "application/yaml" },
    body: definitions,
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { id: string }).id;
}

const faults = {
  not_json: 0.002,
  invalid_date: 0.01,
  too_long: 0.005,
  missing_field: 0.003,
  lone_surrogate: 0.001,
  not_utf8: 0.001,
};

/** As somebody who wants to see what there is. */
async function openOptions(page: Page): Promise<void> {
  await page.getByLabel("Records", { exact: true }).fill("250000");
  for (const group of await page.locator("details.group > summary").all()) await group.click();
  await page.waitForFunction(() => document.querySelector("[aria-busy]") === null);
}

async function makeMistakes(page: Page): Promise<void> {
  const editor = page.getByLabel("Definition", { exact: true });
  const text = await editor.inputValue();
  await editor.fill(
    text.replace("type: integer", "type: intger").replace("[quantity, price]", "[quantity, prise]"),
  );
  await page.locator("#mistakes").getByRole("link").first().waitFor();
}

/** Asks again until the dataset is completed. */
async function untilCompared(page: Page): Promise<void> {
  while (!(await page.getByText("relations hold").isVisible())) {
    await page
      .getByText(/Compare|is completed/)
      .first()
      .waitFor();
    await page.reload();
  }
}

async function tickAll(page: Page): Promise<void> {
  await page.locator("[data-select-all] input").check();
}

await mkdir(directory, { recursive: true });
const browser = await chromium.launch({
  executablePath: findChromium() ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
  ],
});
try {
  // What the page has got from the server at the run's end, not only its last event.
  const done = "Took";
  const faulty = await startRun({ count: 20_000, preset: "launch_day", faults });
  await take(browser, { name: "run-finished", url: `/runs/${faulty}`, until: done });
  await take(browser, { name: "new-run", url: "/" });
  await take(browser, { name: "new-run-options", url: "/?preset=launch_day", first: openOptions });
  await take(browser, { name: "new-run-own-type", url: "/?type=card_payment&count=5000" });
  await take(browser, { name: "types", url: "/types", until: "service_log_line" });
  await take(browser, { name: "type", url: "/types/card_payment?seed=42" });
  await take(browser, { name: "new-type", url: "/new-type?example=short" });
  await take(browser, { name: "new-type-mistakes", url: "/new-type?example=short", first: makeMistakes });
  await take(browser, { name: "new-run-endless", url: "/?count.none=true&rate=50" });
  await take(browser, { name: "new-run-refused", url: "/?count=0&fields=name&nulls=elephant%3D2" });

  const running = await startRun({ count: 60_000, rate: 1_000 });
  const burst = { kind: "burst", everySeconds: 10, burstSeconds: 3, factor: 4 };
  const endless = await startRun({ count: null, rate: 100, shape: burst });
  await take(browser, { name: "run", url: `/runs/${running}`, until: /[3-9]\d(\.\d)? %/ });
  await take(browser, { name: "run-endless", url: `/runs/${endless}`, until: "Endless" });
  await take(browser, { name: "run-rate", url: `/runs/${endless}?edit=rate`, until: "New rate" });
  const paused = await startRun({ count: 5_000, rate: 50 });
  await command(paused, "pause");
  await command(await startRun({ count: 2_000, rate: 50 }), "cancel");
  await take(browser, { name: "runs", url: "/runs" });
  await take(browser, { name: "runs-selected", url: "/runs", first: tickAll });
  await take(browser, { name: "runs-cancel", url: `/runs/cancel?id=${paused}&id=${endless}&id=${faulty}` });
  await take(browser, { name: "runs-none", url: "/runs?status=failed&q=elephant" });
  const shop = await startShop(10);
  await take(browser, { name: "dataset", url: `/datasets/${shop}`, until: /([3-9]\d(\.\d)?|100) %/ });
  await take(browser, { name: "dataset-audit", url: `/datasets/${shop}/audit`, first: untilCompared });
  await take(browser, { name: "datasets", url: "/datasets" });
  await take(browser, { name: "new-dataset", url: "/new-dataset?type=order&type=order_line" });
  await take(browser, { name: "pipeline", url: "/pipeline" });
  await take(browser, { name: "messages", url: "/pipeline/messages?partition=0" });
  await take(browser, {
    name: "bull-board",
    url: "/queues/queue/conducting.runs",
    until: "without end",
    mayOverflow: true,
  });
  await command(endless, "cancel");
  await command(paused, "cancel");

  await take(browser, { name: "dead-letters", url: "/dead-letters" });
  await take(browser, { name: "dead-letters-none", url: `/dead-letters?runId=${running}` });
  await take(browser, { name: "dead-letters-reason", url: "/dead-letters?reason=not_json" });
  await take(browser, { name: "dead-letter", url: await firstLetter("not_json") });
  await take(browser, { name: "replay", url: "/dead-letters/replay?reason=not_json&all=true" });
  await take(browser, { name: "api-docs", url: "/api/docs" });
  await take(browser, { name: "not-found", url: "/runs/00000000-0000-4000-8000-000000000000" });
  if (lockedUrl !== undefined) await take(browser, { name: "sign-in", url: `${lockedUrl}/runs` });
} finally {
  await browser.close();
}
