import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";

/**
 * Takes the pictures in docs/screenshots from a running stack (npm start):
 * `node --import tsx docs/take-screenshots.ts WEB_URL [CHROMIUM]`
 */
const [webUrl, executablePath = "/usr/bin/chromium"] = process.argv.slice(2);
if (webUrl === undefined)
  throw new Error("Usage: node --import tsx docs/take-screenshots.ts WEB_URL [CHROMIUM]");
const directory = path.join(import.meta.dirname, "screenshots");

async function startRun(count: number): Promise<string> {
  const response = await fetch(`${webUrl}/api/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ count, seed: 42 }),
  });
  return ((await response.json()) as { id: string }).id;
}

async function firstLetter(): Promise<string> {
  const response = await fetch(`${webUrl}/api/dead-letters?limit=1`);
  const { deadLetters } = (await response.json()) as { deadLetters: readonly { id: number }[] };
  return `/dead-letters/${deadLetters[0]?.id}`;
}

interface Shot {
  readonly name: string;
  readonly pathname: string;
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
  readonly until?: string | RegExp;
}

async function take(
  browser: Browser,
  { name, pathname, colorScheme = "light", width = 1280, until }: Shot,
): Promise<void> {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
  // The run page keeps a stream open, so the network never falls silent.
  await page.goto(`${webUrl}${pathname}`, { waitUntil: "load" });
  if (until !== undefined) await page.getByText(until).first().waitFor();
  await page.screenshot({ path: path.join(directory, `${name}.png`), fullPage: true });
  await page.close();
}

await mkdir(directory, { recursive: true });
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
  ],
});
try {
  await fetch(`${webUrl}/produce`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ records: [{ name: "Ada Lovelace", date: "yesterday" }, "no record"] }),
  });
  const finished = await startRun(20_000);
  const running = await startRun(400_000);
  await take(browser, { name: "run", pathname: `/runs/${running}`, until: /[3-9]\d(\.\d)? %/ });
  await take(browser, { name: "run-dark", pathname: `/runs/${running}`, colorScheme: "dark" });
  await take(browser, { name: "run-narrow", pathname: `/runs/${running}`, width: 375 });
  await take(browser, { name: "run-finished", pathname: `/runs/${finished}`, until: "completed" });
  await take(browser, { name: "new-run", pathname: "/" });
  await take(browser, { name: "new-run-dark", pathname: "/", colorScheme: "dark" });
  await take(browser, { name: "new-run-narrow", pathname: "/", width: 375 });
  await take(browser, { name: "runs", pathname: "/runs" });
  await take(browser, { name: "runs-narrow", pathname: "/runs", width: 375 });
  await take(browser, { name: "dead-letters", pathname: "/dead-letters" });
  await take(browser, { name: "dead-letter", pathname: await firstLetter() });
  await take(browser, { name: "replay", pathname: "/dead-letters/replay?all=true" });
  await take(browser, { name: "pipeline", pathname: "/pipeline" });
  await take(browser, { name: "pipeline-dark", pathname: "/pipeline", colorScheme: "dark" });
  await take(browser, { name: "pipeline-narrow", pathname: "/pipeline", width: 375 });
  await take(browser, { name: "messages", pathname: "/pipeline/messages?partition=0" });
  await take(browser, { name: "api-docs", pathname: "/api/docs" });
  await take(browser, { name: "bull-board", pathname: "/queues/queue/runs", until: running });
} finally {
  await browser.close();
}
