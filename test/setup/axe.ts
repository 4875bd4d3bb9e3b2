import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const script = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe-core finds serious or critical on a page as it is shown now: rule, element and what to do, a line each. */
export async function findAxeFaults(page: Page): Promise<readonly string[]> {
  // The page's policy lets no script in by a tag; Playwright's own evaluation is above it.
  await page.evaluate(await readScript());
  const results: AxeResults = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })");
  return results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => {
        const advice = failureSummary?.replaceAll(/\s+/g, " ") ?? "";
        return `${id}: ${target.join(" ")}: ${advice}`;
      }),
    );
}

let source: Promise<string> | undefined;

function readScript(): Promise<string> {
  source ??= readFile(script, "utf8");
  return source;
}
