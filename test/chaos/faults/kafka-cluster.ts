import { setTimeout as pause } from "node:timers/promises";
import {
  killNode,
  leaderOf,
  type Node,
  nodes,
  setMinInsync,
  untilOutOfSync,
  whileDown,
} from "../../pipeline/kafka-cluster.ts";
import { withAdmin } from "../../pipeline/kafka-faults.ts";
import type { Fault, Target } from "../fault.ts";

const downMs = 15_000;

/** All of them, in an order that follows from the seed. */
function shuffledNodes({ stack, draws }: Target): readonly Node[] {
  const left = [...nodes(stack)];
  return Array.from({ length: left.length }, () => left.splice(draws.below(left.length), 1)).flat();
}

export const kafkaClusterFaults: readonly Fault[] = [
  {
    name: "kafka-rolling-kill",
    sentence: "kill -9 of every broker, each once the one before is in sync again",
    needs: "cluster",
    inject: async (target) => {
      for (const node of shuffledNodes(target)) await killNode(target.stack, target.kafka, node);
    },
  },
  {
    name: "kafka-leader-killed",
    sentence: "kill -9 of the broker that leads some partition",
    needs: "cluster",
    inject: async ({ stack, kafka, topic, draws }) => {
      const partitions = await withAdmin(kafka, async (admin) => {
        const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
        return topics[0]?.partitions.length ?? 1;
      });
      await killNode(stack, kafka, await leaderOf(stack, kafka, draws.below(partitions)));
    },
  },
  {
    name: "kafka-two-brokers-down",
    sentence: "kill -9 of two of three brokers, again and again for 15 seconds",
    needs: "cluster",
    inject: async (target) => {
      const down = shuffledNodes(target).slice(1);
      await whileDown(target.stack, target.kafka, down, () => pause(downMs));
    },
  },
  {
    name: "kafka-too-few-in-sync",
    sentence: "a broker down while every replica must acknowledge, for 15 seconds",
    needs: "cluster",
    inject: async (target) => {
      const { stack, kafka } = target;
      const down = shuffledNodes(target).slice(2);
      await whileDown(stack, kafka, down, async () => {
        for (const node of down) await untilOutOfSync(kafka, node);
        await setMinInsync(kafka, 3);
        await pause(downMs);
      });
      await setMinInsync(kafka, 2);
    },
  },
];
