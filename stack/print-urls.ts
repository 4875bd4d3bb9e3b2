import path from "node:path";
import type { StackUrls } from "./apps.ts";
import { additions, readLogin, type StackSettings } from "./settings.ts";

/** What is up and how to end it, for the person who started it. */
export function printUrls(
  urls: StackUrls,
  { directory, environment, additions: wanted }: StackSettings,
): void {
  const rows = {
    Web: urls.WEB_URL,
    "Bull Board": `${urls.WEB_URL}/queues`,
    "API docs": `${urls.WEB_URL}/api/docs`,
    ...Object.fromEntries(
      wanted.map((name) => {
        const { label, urlVariable } = additions[name];
        return [label, `${urls[urlVariable]} (user ${readLogin(environment, name).user})`];
      }),
    ),
    Database: urls.DATABASE_URL,
    Redis: urls.REDIS_URL,
    Kafka: urls.KAFKA_BROKERS,
    Logs: shortest(path.join(directory, "logs")),
    Stop: "Ctrl-C, or npm run stop in another shell",
  };
  const lines = Object.entries(rows).map(([label, text]) => `  ${label.padEnd(12)}${text}`);
  console.log(["", "The stack is up.", "", ...lines, ""].join("\n"));
}

/** Relative to where the person is, unless the way leads up. */
function shortest(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}
