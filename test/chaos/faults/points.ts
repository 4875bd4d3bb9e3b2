import type { Fault } from "../fault.ts";
import { anyOf, type Fate, killAt } from "../kill-at.ts";
import { type PointName, points } from "../proxy/points.ts";

const fates: readonly Fate[] = ["lost", "late"];

const killed = (kind: string, point: PointName, moment: string): Fault => ({
  name: `${kind}-killed-${point}`,
  sentence: `kill -9 of a ${kind} ${moment}; what was under way is lost or arrives late`,
  ...(points[point].server === "kafka" ? { needs: "Kafka's proxy" } : {}),
  inject: async ({ stack, draws }) => {
    await killAt(stack, point, anyOf(kind), draws.pick(fates));
  },
});

export const pointFaults: readonly Fault[] = [
  killed("worker", "before-kafka-send", "whose messages Kafka does not have yet"),
  killed("worker", "after-kafka-send", "whose messages Kafka has acknowledged, before it hears of it"),
  killed("web", "before-kafka-send", "whose messages (POST /produce) Kafka does not have yet"),
  killed("web", "after-kafka-send", "whose messages (POST /produce) Kafka has, before it hears of it"),
  killed("consumer", "before-commit", "whose COMMIT PostgreSQL does not have yet"),
  killed("consumer", "after-commit", "whose batch PostgreSQL has committed, before it hears of it"),
  killed("consumer", "before-offset-commit", "whose batch is committed, before Kafka has its offset"),
  killed("worker", "before-commit", "whose plan of a run PostgreSQL has no COMMIT for yet"),
  killed("worker", "after-commit", "whose plan of a run is committed, before it hears of it"),
  killed("worker", "before-chunk-jobs", "between planned chunks and their jobs"),
  killed("web", "before-commit", "whose accepted run PostgreSQL has no COMMIT for yet"),
  killed("web", "after-commit", "whose run PostgreSQL has committed, before it hears of it"),
  killed("web", "before-run-job", "between a committed run and its job"),
  {
    name: "relay-killed-before-run-job",
    sentence: "kill -9 of web between a committed run and its job, then of the worker that makes up for it",
    inject: async ({ stack, draws }) => {
      const fate = draws.pick(fates);
      // Released late, the first one's job would be there before the relay looks.
      await killAt(stack, "before-run-job", anyOf("web"), "lost");
      await killAt(stack, "before-run-job", anyOf("worker"), fate);
    },
  },
];
