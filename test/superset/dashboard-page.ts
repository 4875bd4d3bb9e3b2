import { setTimeout as pause } from "node:timers/promises";
import { chromium, type Locator, type Page } from "playwright-core";

/** The dashboard in a browser, as somebody sees it who signs in by hand. */
export interface DashboardPage {
  /** Opens an address and waits until every chart in sight has drawn what it has. */
  open(url: string): Promise<void>;
  openTab(name: string): Promise<void>;
  /** The text of the card of a chart. */
  textOf(chart: string): Promise<string>;
  /** Names of the charts in sight. */
  chartNames(): Promise<string[]>;
  /** What the charts in sight have instead of a picture. */
  failures(): Promise<string[]>;
  screenshot(file: string): Promise<void>;
  /** Hosts that the page asked although they are none of its business; none of them was reached. */
  readonly blockedHosts: ReadonlySet<string>;
  close(): Promise<void>;
}

/** As high as the dashboard: what is out of sight is not drawn. */
const viewport = { width: 1440, height: 1800 };
const patienceMs = 90_000;
const quietMs = 1_500;
const card = ".dashboard-component-chart-holder";

/** Signs in at Superset with the form. Only this machine can be reached. */
export async function openDashboardPage(executablePath: string, supersetUrl: string): Promise<DashboardPage> {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  const context = await browser.newContext({ viewport, timezoneId: "UTC" });
  const blockedHosts = new Set<string>();
  await context.route("**/*", async (route) => {
    const { hostname, protocol } = new URL(route.request().url());
    if (hostname === "127.0.0.1" || !protocol.startsWith("http")) return route.continue();
    blockedHosts.add(hostname);
    await route.abort();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  await signIn(page, supersetUrl);

  const cardOf = (chart: string) =>
    page.locator(card).filter({ has: page.getByText(chart, { exact: true }) });

  return {
    blockedHosts,
    async open(url) {
      await page.goto(url);
      await untilDrawn(page);
    },
    async openTab(name) {
      await page.getByRole("tab", { name }).click();
      await untilDrawn(page);
    },
    textOf: async (chart) => (await cardOf(chart).first().textContent()) ?? "",
    async chartNames() {
      const names = await page.locator(`${card}:visible .header-title`).allTextContents();
      return names.map((name) => name.trim());
    },
    async failures() {
      const said = page.locator(`${card}:visible`).getByText(/error|No results|No data|timed out/i);
      return [...(await said.allTextContents()), ...(await emptyCards(page).allTextContents())];
    },
    async screenshot(file) {
      const last = await page.locator(`${card}:visible`).last().boundingBox();
      const height = Math.ceil((last?.y ?? 0) + (last?.height ?? viewport.height)) + 16;
      await page.screenshot({ path: file, clip: { x: 0, y: 0, width: viewport.width, height } });
    },
    close: () => browser.close(),
  };
}

async function signIn(page: Page, supersetUrl: string): Promise<void> {
  await page.goto(`${supersetUrl}/login/`);
  // The form's first input is hidden.
  await page.locator("#username").fill("admin");
  await page.locator("#password").fill("admin");
  await page.locator("#password").press("Enter");
  await page.waitForURL((url) => !url.pathname.includes("login"));
}

/**
 * Every card has its picture and nothing has been loading for a while; or else the time is up. Asked from here: the page's
 * policy forbids to evaluate anything in it.
 */
async function untilDrawn(page: Page): Promise<void> {
  await page.locator(`${card}:visible`).first().waitFor();
  const loading = page.locator(".loading, [data-test=loading-indicator]");
  const deadline = Date.now() + patienceMs;
  for (let quietSince = Date.now(); Date.now() - quietSince < quietMs; await pause(100)) {
    if ((await loading.count()) + (await emptyCards(page).count()) > 0) quietSince = Date.now();
    if (Date.now() > deadline) return;
  }
}

function emptyCards(page: Page): Locator {
  return page.locator(`${card}:visible`).filter({ hasNot: page.locator(".slice_container > *") });
}
