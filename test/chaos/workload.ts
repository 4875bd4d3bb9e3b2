import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Draws } from "../../records/draws.ts";
import type { FaultRates } from "../../records/fault-rates.ts";
import type { ApiRun, TestStack } from "../pipeline/test-stack.ts";
import { everyFault } from "../setup/faulty-runs.ts";
import type { HostileStream } from "./hostile-stream.ts";

/** A message of another producer, found again by its token. */
export interface ForeignMessage {
  readonly token: string;
  /** Whether it was said that Kafka has it, at the first attempt: then it is there exactly once. */
  readonly acknowledged: boolean;
  readonly sentMs: number;
}

export interface Workload {
  readonly runIds: readonly string[];
  readonly foreignMessages: readonly ForeignMessage[];
  /** Sends a run as a careful client does: the same request with the same key until it is accepted. */
  sendRun(count: number, chunkSize: number, faults?: FaultRates): Promise<string>;
  /** Ends the stream of requests, and lets paused runs go on. */
  settle(): Promise<void>;
  /** Ends the stream of requests at once, whatever has become of them. */
  stop(): void;
}

/**
 * Keeps runs under way: a large one, small ones, some of faulty records, some paused and resumed, some cancelled, other
 * producers' between, good and hostile ones.
 */
export function startWorkload(
  stack: TestStack,
  draws: Draws,
  hostile: HostileStream,
  largeCount: number,
): Workload {
  const runIds: string[] = [];
  const foreignMessages: ForeignMessage[] = [];
  const paused = new Set<string>();
  const settling = new AbortController();
  const stopping = new AbortController();

  async function sendRun(count: number, chunkSize: number, faults: FaultRates = {}): Promise<string> {
    const key = randomUUID();
    for (;;) {
      const response = await attempt(() =>
        stack.request("/api/runs", {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": key },
          body: JSON.stringify({ count, chunkSize, faults }),
        }),
      );
      if (response?.status === 202) {
        const { id } = (await response.json()) as ApiRun;
        if (!runIds.includes(id)) runIds.push(id);
        return id;
      }
      await pause(500, undefined, { signal: stopping.signal });
    }
  }

  async function command(id: string, name: "pause" | "resume" | "cancel"): Promise<void> {
    // Whatever is answered, and if nothing is: it may have been paused.
    if (name === "pause") paused.add(id);
    const response = await attempt(() => stack.post(`/api/runs/${id}/${name}`, {}));
    // 409: it has ended in the meantime.
    const done = response?.status === 200 || response?.status === 409;
    if (done && name !== "pause") paused.delete(id);
  }

  async function sendForeign(): Promise<void> {
    const token = randomUUID();
    const isPoison = draws.below(2) === 0;
    const record = isPoison
      ? token
      : { name: token, date: draws.below(2) === 0 ? "yesterday" : "2026-01-01" };
    const sentMs = Date.now();
    const response = await attempt(() => stack.post("/produce", { records: [record] }));
    foreignMessages.push({ token, acknowledged: response?.status === 202, sentMs });
  }

  async function work(): Promise<void> {
    await sendRun(largeCount, 5_000);
    for (let step = 0; !settling.signal.aborted; step++) {
      draws.open(step);
      const faults = step % 3 === 1 ? everyFault : {};
      const id = await sendRun(200 + draws.below(3_000), 100 + draws.below(900), faults);
      if (step % 5 === 1) await command(id, "pause");
      if (step % 5 === 2) await command(id, "cancel");
      for (const resumed of [...paused].slice(0, paused.size > 3 ? 1 : 0)) await command(resumed, "resume");
      await sendForeign();
      foreignMessages.push(...(await hostile.send()));
      await pause(1_500, undefined, { signal: settling.signal }).catch(() => undefined);
    }
  }
  const working = work().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });

  return {
    runIds,
    foreignMessages,
    sendRun,
    stop() {
      settling.abort();
      stopping.abort();
    },
    async settle() {
      settling.abort();
      await working;
      while (paused.size > 0) for (const id of [...paused]) await command(id, "resume");
    },
  };
}

/** A request while anything may be down: no answer is an answer too. */
async function attempt(request: () => Promise<Response>): Promise<Response | null> {
  try {
    return await request();
  } catch {
    return null;
  }
}
