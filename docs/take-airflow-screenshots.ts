import path from "node:path";
import { chromium } from "playwright-core";
import { findChromium } from "../stack/install/find-chromium.ts";

/**
 * Takes the pictures of Airflow in docs/screenshots from a running stack (npm start -- --with airflow) in which a DAG run
 * has ended: `node --import tsx docs/take-airflow-screenshots.ts AIRFLOW_URL [USER PASSWORD CHROMIUM]`
 */
const [
  airflowUrl,
  user = "admin",
  password = "admin",
  executablePath = findChromium() ?? "/usr/bin/chromium",
] = process.argv.slice(2);
if (airflowUrl === undefined)
  throw new Error(
    "Usage: node --import tsx docs/take-airflow-screenshots.ts AIRFLOW_URL [USER PASSWORD CHROMIUM]",
  );
const picture = (name: string): string => path.join(import.meta.dirname, "screenshots", `${name}.png`);
const dag = `${airflowUrl}/dags/synthetic_data_pipeline`;

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  // Nothing but Airflow is asked for anything.
  await page.route(
    (url) => url.origin !== airflowUrl,
    (route) => route.abort(),
  );
  await page.goto(airflowUrl);
  await page.fill("input[name=username]", user);
  await page.fill("input[name=password]", password);
  await page.click("button[type=submit]");
  await page.waitForURL((url) => !url.pathname.includes("login"));

  await page.goto(`${dag}/runs?state=success`);
  await page
    .getByRole("link", { name: /\d{4}-\d\d-\d\d \d\d:/ })
    .first()
    .click();
  await page.waitForURL(/\/runs\/manual/);
  await page.getByRole("button", { name: /Show Graph/ }).click();
  await page.locator(".react-flow__node").nth(3).waitFor();
  // The graph glides to its place.
  await page.waitForTimeout(2_000);
  await page.screenshot({ path: picture("airflow-graph") });

  await page.goto(dag);
  await page.getByRole("button", { name: "Trigger Dag" }).click();
  await page.getByText("How many records to generate").waitFor();
  await page.waitForTimeout(1_000);
  await page.screenshot({ path: picture("airflow-trigger") });
} finally {
  await browser.close();
}
