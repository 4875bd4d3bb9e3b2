import { isOver, type Run } from "../../cli/run.ts";
import { webClient } from "../../cli/web-client.ts";

/** What was sent to the stack, and what is to come of it. */
export interface Sent {
  readonly runs: readonly Run[];
  /** Records of no run that become rows: without a fault, and with something repaired. */
  readonly faultless: number;
  readonly flagged: number;
  /** Reason -> how many dead letters. */
  readonly deadLetters: Readonly<Record<string, number>>;
}

export interface Amount {
  /** Records of each run. */
  readonly runs: readonly number[];
  /** How often the faults are sent. */
  readonly rounds: number;
}

/** Enough for every chart to have something to show. */
export const little: Amount = { runs: [1_000, 5_000], rounds: 1 };

/** Enough for a picture. */
export const much: Amount = {
  runs: [20_000, 5_000, 100_000, 1_000, 50_000, 10_000, 250_000, 2_500, 40_000, 80_000, 5_000, 150_000],
  rounds: 40,
};

const faultless = [{ name: "Grace Hopper", country: "Atlantis", date: "2026-01-01" }];
const flagged = [
  { name: "Ada Lovelace", country: "Portugal", date: "yesterday" },
  { name: "Alan Turing", country: "Chad", ipv4: "localhost" },
  { name: "Konrad Zuse", country: "Chad", date: "the day before" },
];
const dead = { not_an_object: ["no record", 42, null], lone_surrogate: [{ name: "\ud800" }] };

/** Carries out runs, and sends records of other producers, good ones and bad ones. */
export async function makeData(webUrl: string, amount: Amount, signal: AbortSignal): Promise<Sent> {
  const client = webClient(webUrl);
  const records = [...faultless, ...flagged, ...Object.values(dead).flat()];
  for (let round = 0; round < amount.rounds; round++) {
    const response = await fetch(`${webUrl}/produce`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ records }),
      signal,
    });
    if (!response.ok) throw new Error(`/produce answers ${response.status}: ${await response.text()}`);
  }
  const runs: Run[] = [];
  for (const count of amount.runs) {
    let last = await client.requestRun({ count, seed: count });
    for await (last of client.watchRun(last, isOver, signal));
    if (last.status !== "completed") throw new Error(`A run is ${last.status}: ${last.error}`);
    runs.push(last);
  }
  return {
    runs,
    faultless: faultless.length * amount.rounds,
    flagged: flagged.length * amount.rounds,
    deadLetters: Object.fromEntries(
      Object.entries(dead).map(([reason, examples]) => [reason, examples.length * amount.rounds]),
    ),
  };
}
