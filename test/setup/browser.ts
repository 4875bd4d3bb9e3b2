import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { findChromium } from "../../stack/install/find-chromium.ts";

/** Without its calls home. */
const launchOptions = {
  executablePath: findChromium() ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export interface OpenedPage {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, and what the page's policy blocked. */
  readonly complaints: readonly string[];
}

/** A browser for the calling suite; each page stands in a context of its own. */
export function browserForSuite(): (url: string, options?: BrowserContextOptions) => Promise<OpenedPage> {
  let browser: Browser;
  before(async () => {
    browser = await chromium.launch(launchOptions);
  });
  after(() => browser.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  return async (url, options) => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // That workers are missing is the readiness dot's business.
      const expected = message.text().includes("503") && message.location().url.endsWith("/readyz");
      if (message.type() === "error" && !expected) complaints.push(message.text());
    });
    await page.goto(url);
    return { page, complaints };
  };
}
