import { setTimeout as pause } from "node:timers/promises";
import { waitUntil } from "../../../stack/wait-until.ts";
import { exhaustDisk } from "../../pipeline/exhaust-disk.ts";
import { nodes } from "../../pipeline/kafka-cluster.ts";
import type { Store } from "../../pipeline/small-disks.ts";
import type { TestStack } from "../../pipeline/test-stack.ts";
import type { Fault } from "../fault.ts";

/** By the time that there is room again, supervisor and clients have settled on their longest pauses. */
const fullMs = 15_000;

/** Of a cluster of brokers one is no more: the others carry on. */
const staysUp = (stack: TestStack, store: Store): boolean => store === "kafka" && nodes(stack).length > 1;

async function untilReportedDown(stack: TestStack, store: Store): Promise<void> {
  await waitUntil(
    `/readyz to say that ${store} is down`,
    async () => {
      const response = await stack.request("/readyz");
      const { checks } = (await response.json()) as { checks: Record<string, { status: string }> };
      if (response.status !== 503 || checks[store]?.status !== "down") throw new Error("it does not");
    },
    { timeoutMs: 30_000, everyMs: 200 },
  );
}

const diskFull = (store: Store, title: string): Fault => ({
  name: `${store}-disk-full`,
  sentence: `no space left on ${title} for 15 seconds, as /readyz must say`,
  needs: "small disks",
  inject: async ({ stack }) => {
    try {
      await exhaustDisk(stack, store);
      if (!staysUp(stack, store)) await untilReportedDown(stack, store);
      await pause(fullMs);
    } finally {
      await stack.disks.makeRoom(store);
    }
  },
});

export const diskFaults: readonly Fault[] = [
  diskFull("postgres", "PostgreSQL's disk"),
  diskFull("redis", "Redis's disk"),
  diskFull("kafka", "the disk of Kafka's only or first broker"),
];
