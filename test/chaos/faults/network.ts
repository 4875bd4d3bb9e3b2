import { setTimeout as pause } from "node:timers/promises";
import { createDraws } from "../../../generate/draws.ts";
import type { Fault, Target } from "../fault.ts";
import { anyOf, holdAt } from "../kill-at.ts";
import type { Proxies } from "../proxied-stack.ts";

type Server = keyof Proxies;

const servers: readonly {
  readonly server: Server;
  readonly name: string;
  readonly latencyMs: number;
  /** Longer than whatever the clients wait for: Kafka's session and requests, a job's lock. */
  readonly silentMs: number;
}[] = [
  { server: "kafka", name: "Kafka", latencyMs: 300, silentMs: 25_000 },
  { server: "postgres", name: "PostgreSQL", latencyMs: 100, silentMs: 25_000 },
  { server: "redis", name: "Redis", latencyMs: 200, silentMs: 20_000 },
];

const slowForMs = 15_000;
const cuts = 10;

/** Cuts every connection again and again, each behind some bytes of what it is carrying at the moment. */
async function cutConnections({ stack, draws }: Target, server: Server): Promise<void> {
  const proxy = stack.proxies[server];
  // How many connections there are is not for the seed to say: what is drawn for them must not move the other choices.
  const moments = createDraws(draws.bits(), "moments");
  const places = createDraws(draws.bits(), "places");
  moments.open(0);
  places.open(0);
  for (let cut = 0; cut < cuts; cut++) {
    await pause(50 + moments.below(950));
    proxy.cutInTransfer(() => ({ from: places.pick(["client", "server"]), bytes: places.below(3_000) }));
  }
  // Those that had nothing to carry since.
  proxy.reset();
}

const needsOf = (server: Server): Pick<Fault, "needs"> =>
  server === "kafka" ? { needs: "Kafka's proxy" } : {};

export const networkFaults: readonly Fault[] = [
  {
    name: "kafka-ack-lost",
    sentence: "Kafka's acknowledgement of a worker's messages vanishes, the connection stays",
    needs: "Kafka's proxy",
    inject: async ({ stack }) => (await holdAt(stack, "after-kafka-send", anyOf("worker"))).drop(),
  },
  {
    name: "kafka-ack-cut",
    sentence: "a worker's connection to Kafka is cut instead of the acknowledgement",
    needs: "Kafka's proxy",
    inject: async ({ stack }) => (await holdAt(stack, "after-kafka-send", anyOf("worker"))).cut(),
  },
  ...servers.flatMap(({ server, name, latencyMs, silentMs }): Fault[] => [
    {
      ...needsOf(server),
      name: `${server}-slow`,
      sentence: `${latencyMs} ms each way between the app and ${name} for ${slowForMs / 1000} seconds`,
      inject: async ({ stack }) => {
        stack.proxies[server].setLatency(latencyMs);
        await pause(slowForMs);
        stack.proxies[server].setLatency(0);
      },
    },
    {
      ...needsOf(server),
      name: `${server}-connections-cut`,
      sentence: `every connection of the app to ${name} cut in mid-transfer, ${cuts} times`,
      inject: (target) => cutConnections(target, server),
    },
    {
      ...needsOf(server),
      name: `${server}-silent`,
      sentence: `everything between the app and ${name} vanishes for ${silentMs / 1000} seconds, then resets`,
      inject: async ({ stack }) => {
        stack.proxies[server].swallow();
        await pause(silentMs);
        stack.proxies[server].stopSwallowing();
      },
    },
  ]),
];
