import { isOver, type Run } from "../../cli/run.ts";
import { webClient } from "../../cli/web-client.ts";

/** What every chart needs to have something to show: two runs, what was repaired, what could not become a row. */
export async function makeData(webUrl: string, signal: AbortSignal): Promise<readonly Run[]> {
  const client = webClient(webUrl);
  const runs: Run[] = [];
  for (const count of [1_000, 5_000]) {
    let last = await client.requestRun({ count, seed: count });
    for await (last of client.watchRun(last, isOver, signal));
    if (last.status !== "completed") throw new Error(`A run is ${last.status}: ${last.error}`);
    runs.push(last);
  }
  const records = [
    { name: "Ada Lovelace", country: "Portugal", date: "yesterday" },
    { name: "Grace Hopper", country: "Atlantis", date: "2026-01-01" },
    "no record",
    42,
  ];
  const response = await fetch(`${webUrl}/produce`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ records }),
  });
  if (!response.ok) throw new Error(`/produce answers ${response.status}`);
  return runs;
}
