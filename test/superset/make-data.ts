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
  /** Of the type of `ownType`. */
  readonly own: { readonly run: Run; readonly flagged: number; readonly deadLettered: number };
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

/** With names that would be another text where Superset took them for a template, or PostgreSQL for anything but a name. */
export const ownType = {
  name: "shop_order",
  by: ["placed_at", "status", "{{ 7 * 7 }}"],
  sum: ['the "total"', "items"],
};

const ownDefinition = `
$id: ${ownType.name}
x-record: { table: order, stats: { by: [placed_at, status, "{{ 7 * 7 }}"], sum: ['the "total"', items] } }
required: [placed_at, status]
properties:
  placed_at: { type: string, format: date-time, x-generate: { between: P60D } }
  status: { enum: [placed, paid, sent, returned], x-generate: { weights: [10, 50, 35, 5] } }
  "{{ 7 * 7 }}": { type: [string, "null"], x-generate: { values: [web, app, phone], nulls: 0.2 } }
  'the "total"': { type: number, multipleOf: 0.01, minimum: 1, maximum: 500, x-generate: { lognormal: [3.5, 0.8] } }
  items: { type: integer, minimum: 1, maximum: 12 }
  100 %: { type: boolean }
  note: { type: object, properties: { text: { type: string } } }
`;
const ownFaults = [{ placed_at: "2026-10-01T12:00:00Z" }, { placed_at: "yesterday", status: "sent" }];

export const registerOwnType = (webUrl: string, signal: AbortSignal): Promise<void> =>
  post(`${webUrl}/api/types`, ownDefinition, "application/yaml", signal);

async function makeOwnData(webUrl: string, count: number, signal: AbortSignal): Promise<Sent["own"]> {
  await registerOwnType(webUrl, signal);
  const records = JSON.stringify({ records: [...ownFaults, ...dead.not_an_object] });
  await post(`${webUrl}/produce?type=${ownType.name}`, records, "application/json", signal);
  const run = await completeRun(webUrl, { type: ownType.name, count, seed: count }, signal);
  return { run, flagged: ownFaults.length, deadLettered: dead.not_an_object.length };
}

async function post(url: string, body: string, mediaType: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { method: "POST", headers: { "Content-Type": mediaType }, body, signal });
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
}

async function completeRun(
  webUrl: string,
  request: { readonly type?: string; readonly count: number; readonly seed: number },
  signal: AbortSignal,
): Promise<Run> {
  const client = webClient(webUrl);
  let last = await client.requestRun(request);
  for await (last of client.watchRun(last, isOver, signal));
  if (last.status !== "completed") throw new Error(`A run is ${last.status}: ${last.error}`);
  return last;
}

/** Carries out runs, and sends records of other producers, good ones and bad ones. */
export async function makeData(webUrl: string, amount: Amount, signal: AbortSignal): Promise<Sent> {
  const records = [...faultless, ...flagged, ...Object.values(dead).flat()];
  for (let round = 0; round < amount.rounds; round++)
    await post(`${webUrl}/produce`, JSON.stringify({ records }), "application/json", signal);
  const runs: Run[] = [];
  for (const count of amount.runs) runs.push(await completeRun(webUrl, { count, seed: count }, signal));
  return {
    runs,
    own: await makeOwnData(webUrl, amount.runs.at(-1) ?? 1_000, signal),
    faultless: faultless.length * amount.rounds,
    flagged: flagged.length * amount.rounds,
    deadLetters: Object.fromEntries(
      Object.entries(dead).map(([reason, examples]) => [reason, examples.length * amount.rounds]),
    ),
  };
}
