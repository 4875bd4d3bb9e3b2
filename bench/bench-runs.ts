import { setTimeout as pause } from "node:timers/promises";

/** What a benchmark reads of a run as the API shows it. */
export interface BenchRun {
  readonly id: string;
  readonly status: string;
  readonly stored: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly error: string | null;
}

export interface StartedRun {
  readonly id: string;
  read(): Promise<BenchRun>;
  /** Resolves once it is completed. @throws where it ends otherwise */
  completed(): Promise<BenchRun>;
  cancel(): Promise<void>;
}

/** What a benchmark reads of a dataset: its runs as the API shows them. */
export interface BenchDataset {
  readonly status: string;
  readonly createdAt: string;
  readonly runs: readonly BenchRun[];
  /** When the last of its runs ended. */
  readonly finishedAt: string | null;
}

/** Asks for a run of all fields. */
export async function startRun(webUrl: string, count: number, type = "user"): Promise<StartedRun> {
  const request = requestOf<BenchRun>(webUrl);
  const { id } = await request("/api/runs", { type, count, seed: 42 });
  const read = (): Promise<BenchRun> => request(`/api/runs/${id}`);
  return {
    id,
    read,
    completed: () => untilCompleted(read, count),
    cancel: async () => void (await request(`/api/runs/${id}/cancel`, {})),
  };
}

/** Asks for records of these types that belong together, and of those that follow from them. */
export async function startDataset(
  webUrl: string,
  counts: Readonly<Record<string, number>>,
): Promise<{ completed(): Promise<BenchDataset> }> {
  const request = requestOf<Omit<BenchDataset, "finishedAt"> & { readonly id: string }>(webUrl);
  const types = Object.fromEntries(Object.entries(counts).map(([type, count]) => [type, { count }]));
  const { id } = await request("/api/datasets", { types: { ...types, order_line: {} }, seed: 42 });
  const read = async (): Promise<BenchDataset> => {
    const dataset = await request(`/api/datasets/${id}`);
    const ends = dataset.runs.map(({ finishedAt }) => finishedAt);
    return { ...dataset, finishedAt: ends.includes(null) ? null : (ends.sort().at(-1) ?? null) };
  };
  return { completed: () => untilCompleted(read, Math.max(...Object.values(counts))) };
}

/** Gets what an address answers, or posts to it where there is a body. */
const requestOf =
  <Answer>(webUrl: string) =>
  async (path: string, body?: unknown): Promise<Answer> => {
    const post = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    const response = await fetch(`${webUrl}${path}`, body === undefined ? {} : post);
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  };

async function untilCompleted<Asked extends Pick<BenchRun, "status" | "finishedAt">>(
  read: () => Promise<Asked>,
  count: number,
): Promise<Asked> {
  let asked = await read();
  // Asked seldom: what answers takes its time from what is measured. How long it took is read off the ledger.
  for (; asked.finishedAt === null; asked = await read()) await pause(count > 10_000 ? 250 : 20);
  if (asked.status !== "completed") throw new Error(`it is ${asked.status}: ${JSON.stringify(asked)}`);
  return asked;
}

/** From the request to the completion, by the ledger's clock. */
export function secondsOf({ createdAt, finishedAt }: Pick<BenchRun, "createdAt" | "finishedAt">): number {
  return (Date.parse(finishedAt ?? "") - Date.parse(createdAt)) / 1000;
}
