import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Draws } from "../../generate/draws.ts";
import type { FaultRates } from "../../records/faults/fault-kinds.ts";
import type { ApiRun, TestStack } from "../pipeline/test-stack.ts";
import { everyFault } from "../setup/faulty-runs.ts";
import type { ForeignMessage, HostileStream } from "./hostile-stream.ts";

interface RunRequest {
  readonly count: number;
  readonly chunkSize: number;
  readonly type?: string;
  readonly faults?: FaultRates;
}

/** Types beside the built-in one: with a table, one that dead-letters, one that ends in Kafka, and two whose records change. */
const ownTypes = ["chaos_reading", "chaos_payment", "chaos_beat", "chaos_account", "chaos_parcel"] as const;
const changingTypes: readonly string[] = ["chaos_account", "chaos_parcel"];

/** One of a batch of types that are registered while everything else is under way. */
const definitionsOf = (suffix: string): string => `
x-record: {name: chaos_reading${suffix}, key: id, stats: {by: [device, at], sum: [value]}}
required: [id, device, value]
properties:
  id: {type: integer, x-generate: {sequence: 1}}
  device: {type: string, x-generate: {sequence: "dev-{000}"}}
  at: {type: string, format: date-time}
  value: {type: number, x-generate: {normal: [20, 5], decimals: 2}}
---
x-record: {name: chaos_payment${suffix}, onInvalid: dead_letter}
required: [id, lines]
properties:
  id: {type: string, format: uuid}
  lines: {type: array, minItems: 1, maxItems: 3, items: {type: object, properties: {item: {type: string}, price: {type: number}}}}
---
x-record: {name: chaos_beat${suffix}, table: null}
properties: {n: {type: integer, x-generate: {sequence: 1}}}
---
x-record: {name: chaos_account${suffix}, key: id, changes: {updates: 0.8, deletes: 0.1, state: chaos_account_states${suffix}}}
required: [id, balance]
properties:
  id: {type: integer, x-generate: {sequence: 1}}
  balance: {type: number, multipleOf: 0.01, minimum: 0, maximum: 10000}
---
x-record: {name: chaos_parcel${suffix}, key: id, changes: {updates: 1.7, deletes: 0.2, envelope: upsert, state: chaos_parcel_states${suffix}}}
required: [id, state]
properties:
  id: {type: string, format: uuid}
  state: {enum: [packed, sent, there], x-generate: {machine: {packed: {sent: 0.7}, sent: {there: 0.7}}}}
`;

/** Faults that a message of any type can have. */
const faultsOfMessages: FaultRates = {
  ...{ not_json: 0.1, not_utf8: 0.1, nul_character: 0.1, empty: 0.1, duplicate: 0.1, late: 0.1 },
};

/** So many steps share their types; then new ones are registered, and used at once. */
const stepsOfTypes = 40;

/** Orders of users, and their lines: datasets of them are under way while everything else is. */
const shop = readFileSync(new URL("../../types/datasets/shop.yaml", import.meta.url), "utf8");

export interface Workload {
  /** Those of datasets too. */
  readonly runIds: readonly string[];
  readonly datasetIds: readonly string[];
  readonly foreignMessages: readonly ForeignMessage[];
  /** Sends a run as a careful client does: the same request with the same key until it is accepted. */
  sendRun(request: RunRequest): Promise<string>;
  /** Ends the stream of requests, and lets paused runs go on. */
  settle(): Promise<void>;
  /** Ends the stream of requests at once, whatever has become of them. */
  stop(): void;
}

/**
 * Keeps runs under way: a large one, small ones of six types, datasets of a shop, some of faulty records, some paused and resumed, some cancelled, other
 * producers' between, good and hostile ones; now and then types are registered and used at once.
 */
export function startWorkload(
  stack: TestStack,
  draws: Draws,
  hostile: HostileStream,
  largeCount: number,
): Workload {
  const runIds: string[] = [];
  const datasetIds: string[] = [];
  const foreignMessages: ForeignMessage[] = [];
  const paused = new Set<string>();
  const settling = new AbortController();
  const stopping = new AbortController();

  /** Sends it again and again until it is accepted. */
  async function insist(path: string, init: RequestInit, accepted: readonly number[]): Promise<Response> {
    for (;;) {
      const response = await attempt(() => stack.request(path, { method: "POST", ...init }));
      if (response !== null && accepted.includes(response.status)) return response;
      await pause(500, undefined, { signal: stopping.signal });
    }
  }

  async function sendRun(request: RunRequest): Promise<string> {
    const headers = { "content-type": "application/json", "idempotency-key": randomUUID() };
    const response = await insist("/api/runs", { headers, body: JSON.stringify(request) }, [202]);
    const { id } = (await response.json()) as ApiRun;
    if (!runIds.includes(id)) runIds.push(id);
    return id;
  }

  async function sendDataset(): Promise<string> {
    const headers = { "content-type": "application/json", "idempotency-key": randomUUID() };
    const types = {
      user: { count: 20 + draws.below(200) },
      order: { count: 100 + draws.below(900), faults: { orphan: 0.05 } },
      order_line: { faults: { orphan: 0.05 } },
    };
    const body = JSON.stringify({ types, chunkSize: 50 + draws.below(500) });
    const response = await insist("/api/datasets", { headers, body }, [202]);
    const { id, runs } = (await response.json()) as { readonly id: string; readonly runs: readonly ApiRun[] };
    datasetIds.push(id);
    runIds.push(...runs.map((run) => run.id));
    return id;
  }

  const register = (definitions: string): Promise<unknown> => {
    const headers = { "content-type": "application/yaml" };
    return insist("/api/types", { headers, body: definitions }, [200, 201]);
  };

  /** Every second one is of users. */
  function drawRun(step: number): RunRequest {
    const size = { count: 200 + draws.below(3_000), chunkSize: 100 + draws.below(900) };
    const isFaulty = step % 3 === 1;
    if (step % 2 === 0) return { ...size, faults: isFaulty ? everyFault : {} };
    const kind = draws.pick(ownTypes);
    const type = `${kind}${suffixOf(step)}`;
    // Those whose records change have no faults on purpose.
    if (changingTypes.includes(kind)) return { ...size, type };
    return { ...size, type, faults: isFaulty ? faultsOfMessages : {} };
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
    await sendRun({ count: largeCount, chunkSize: 5_000 });
    await register(shop);
    for (let step = 0; !settling.signal.aborted; step++) {
      draws.open(step);
      if (step % stepsOfTypes === 0) await register(definitionsOf(suffixOf(step)));
      const id = await sendRun(drawRun(step));
      const dataset = step % 3 === 2 ? await sendDataset() : null;
      if (dataset !== null && step % 4 === 2)
        await attempt(() => stack.post(`/api/datasets/${dataset}/cancel`, {}));
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
    datasetIds,
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

const suffixOf = (step: number): string => `_${Math.floor(step / stepsOfTypes)}`;

/** A request while anything may be down: no answer is an answer too. */
async function attempt(request: () => Promise<Response>): Promise<Response | null> {
  try {
    return await request();
  } catch {
    return null;
  }
}
