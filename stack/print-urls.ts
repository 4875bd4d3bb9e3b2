import path from "node:path";
import { dashboardUrl } from "../web/runs/dashboard-url.ts";
import type { StackUrls } from "./apps.ts";
import { additions, readLogin, type StackSettings } from "./settings.ts";

/** What is up and how to end it, for the person who started it. */
export function printUrls(urls: StackUrls, settings: StackSettings): void {
  const rows = {
    Web: urls.WEB_URL,
    "Bull Board": `${urls.WEB_URL}/queues`,
    "API docs": `${urls.WEB_URL}/api/docs`,
    ...describeAdditions(urls, settings),
    Database: urls.DATABASE_URL,
    Redis: urls.REDIS_URL,
    Kafka: urls.KAFKA_BROKERS,
    Logs: shortest(path.join(settings.directory, "logs")),
    Stop: "Ctrl-C, or npm run stop in another shell",
  };
  const lines = Object.entries(rows).map(([label, text]) => `  ${label.padEnd(12)}${text}`);
  console.log(["", "The stack is up.", "", ...lines, ""].join("\n"));
}

/** The addresses of what the stack was started with beside the app, by their names. */
export function describeAdditions(
  urls: Partial<StackUrls>,
  { environment, additions: wanted }: Pick<StackSettings, "environment" | "additions">,
): Readonly<Record<string, string>> {
  const { SUPERSET_URL } = urls;
  return {
    ...Object.fromEntries(
      wanted.map((name) => {
        const { label, urlVariable } = additions[name];
        return [label, `${urls[urlVariable]} (user ${readLogin(environment, name).user})`];
      }),
    ),
    ...(wanted.includes("superset") &&
      SUPERSET_URL !== undefined && { Dashboard: dashboardUrl(SUPERSET_URL) }),
  };
}

/** Relative to where the person is, unless the way leads up. */
function shortest(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}
