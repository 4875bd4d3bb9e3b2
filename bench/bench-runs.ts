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

/** Asks for a run of all fields. */
export async function startRun(webUrl: string, count: number, type = "user"): Promise<StartedRun> {
  const request = async (path: string, body?: unknown): Promise<BenchRun> => {
    const post = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    };
    const response = await fetch(`${webUrl}${path}`, body === undefined ? {} : post);
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
    return (await response.json()) as BenchRun;
  };
  const { id } = await request("/api/runs", { type, count, seed: 42 });
  const read = (): Promise<BenchRun> => request(`/api/runs/${id}`);
  return {
    id,
    read,
    completed: async () => {
      let run = await read();
      // Asked seldom: what answers takes its time from what is measured. The run's length is read off the ledger.
      for (; run.finishedAt === null; run = await read()) await pause(count > 10_000 ? 250 : 20);
      if (run.status !== "completed") throw new Error(`run ${id} is ${run.status}: ${run.error}`);
      return run;
    },
    cancel: async () => void (await request(`/api/runs/${id}/cancel`, {})),
  };
}

/** From the request to the completion, by the ledger's clock. */
export function secondsOf({ createdAt, finishedAt }: BenchRun): number {
  return (Date.parse(finishedAt ?? "") - Date.parse(createdAt)) / 1000;
}
