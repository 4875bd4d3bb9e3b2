import { setTimeout as pause } from "node:timers/promises";
import { waitUntil } from "../../../stack/wait-until.ts";
import type { TestStack } from "../../pipeline/test-stack.ts";
import type { Fault } from "../fault.ts";

const restartTimeoutMs = 60_000;

/** kill -9, and the wait until the supervisor has started it again. */
async function kill(stack: TestStack, name: string): Promise<void> {
  const before = stack.pid(name);
  stack.signal(name, "SIGKILL");
  await waitUntil(
    `${name} to be started again`,
    () => {
      const now = stack.pid(name);
      if (now === undefined || now === before) throw new Error("not yet");
    },
    { timeoutMs: restartTimeoutMs },
  );
}

/** Stops a process for a time that is part of the fault: longer than its lock or session. */
async function freeze(stack: TestStack, name: string, frozenMs: number): Promise<void> {
  stack.signal(name, "SIGSTOP");
  try {
    await pause(frozenMs);
  } finally {
    stack.signal(name, "SIGCONT");
  }
}

const killed = (name: string): Fault => ({
  name: `${name}-killed`,
  sentence: `kill -9 of ${name}`,
  inject: ({ stack }) => kill(stack, name),
});

export const processFaults: readonly Fault[] = [
  killed("web"),
  killed("worker"),
  killed("consumer"),
  {
    name: "worker-killed-five-times",
    sentence: "kill -9 of the same worker five times in a row",
    inject: async ({ stack }) => {
      for (let times = 0; times < 5; times++) await kill(stack, "worker");
    },
  },
  {
    name: "workers-and-consumers-killed",
    sentence: "kill -9 of all workers and consumers at once",
    inject: async ({ stack }) => {
      await Promise.all(["worker", "worker-2", "consumer", "consumer-2"].map((name) => kill(stack, name)));
    },
  },
  {
    name: "worker-frozen",
    sentence: "a worker stopped for longer than its jobs' lock (zombie)",
    inject: ({ stack }) => freeze(stack, "worker", 18_000),
  },
  {
    name: "consumer-frozen",
    sentence: "a consumer stopped for longer than its session with Kafka (zombie)",
    inject: ({ stack }) => freeze(stack, "consumer", 18_000),
  },
];
