import { expect } from "chai";
import { browserForSuite } from "../setup/browser.ts";
import { eventually } from "../setup/eventually.ts";
import { webForSuite } from "./web-server.ts";

const user = "operator";
const password = "correct horse: battery";

describe("In a browser, with credentials set", () => {
  const web = webForSuite({ AUTH_USER: user, AUTH_PASSWORD: password });
  const open = browserForSuite();

  async function signIn(path: string, options: { readonly javaScriptEnabled?: boolean } = {}) {
    const opened = await open(`${web().url}${path}`, options);
    const { page } = opened;
    await page.getByLabel("User").fill(user);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`**${path}`);
    return opened;
  }

  it("a person signs in where they wanted to go, previews, follows a run, commands it and signs out", async () => {
    const { page, complaints } = await signIn("/?count=12");
    // Changed, it is asked for again: with the cookie and the form's token.
    await page.getByLabel("Seed").fill("8");
    await page.locator("#preview-note", { hasText: "of seed 8" }).waitFor();
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.getByRole("heading", { name: "12 users" }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator("h1 .badge[data-status=paused]").waitFor();
    expect(complaints).to.deep.equal([]);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(`${web().url}/runs`);
    expect(new URL(page.url()).pathname).to.equal("/sign-in");
  });

  it("all of that works without JavaScript", async () => {
    const { page } = await signIn("/", { javaScriptEnabled: false });
    await page.getByLabel("Records").fill("17");
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.getByRole("heading", { name: "17 users" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("Bull Board's buttons work, which send their token from a cookie", async () => {
    const { page } = await signIn("/queues/queue/conducting.runs");
    // The menu's button has no name.
    await page.locator("button[class*=trigger-]").last().click();
    await page.getByRole("menuitem", { name: /^pause/i }).click();
    await page.getByRole("button", { name: "Confirm" }).click();
    await eventually(async () => expect(await web().deps.queues.runs.isPaused()).to.equal(true));
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`the sign-in page is no wider than a phone and as the policy wants it, ${colorScheme}`, async () => {
      const { page, complaints } = await open(`${web().url}/sign-in`, {
        viewport: { width: 360, height: 740 },
        colorScheme,
      });
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).to.equal(0);
      expect(complaints).to.deep.equal([]);
    });
  }
});
