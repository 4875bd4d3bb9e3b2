import { findFreePorts } from "../../stack/free-ports.ts";
import { kafkaBrokers } from "../../stack/kafka.ts";
import { postgresUrls } from "../../stack/postgres-roles.ts";
import { redisUrl } from "../../stack/redis.ts";
import type { StackSettings } from "../../stack/settings.ts";
import { startTestStack, type TestStack } from "../pipeline/test-stack.ts";
import { findOwner, type Owner } from "./proxy/find-owner.ts";
import type { OpenFraming } from "./proxy/frames.ts";
import { openKafkaFraming } from "./proxy/kafka-frames.ts";
import { openPostgresFraming } from "./proxy/postgres-frames.ts";
import { openProxy, type ServerProxy } from "./proxy/proxy.ts";
import { openRedisFraming } from "./proxy/redis-frames.ts";

export interface Proxies {
  readonly kafka: ServerProxy;
  readonly postgres: ServerProxy;
  readonly redis: ServerProxy;
}

/**
 * A stack whose app processes reach every server by a proxy, but for a Kafka of several brokers; the test's own
 * connections go straight.
 */
export interface ProxiedStack extends TestStack {
  readonly proxies: Proxies;
}

export async function startProxiedStack(
  options: Omit<Parameters<typeof startTestStack>[0], "divert">,
): Promise<ProxiedStack> {
  let stack: TestStack | undefined;
  let proxies: Proxies | undefined;
  const names = ["web", ...number("worker", options.workers), ...number("consumer", options.consumers)];
  const processes = (): Owner[] =>
    names.flatMap((name) => {
      const pid = stack?.pid(name);
      return pid === undefined ? [] : [{ name, pid }];
    });
  const open = (serverPort: number, openFraming: OpenFraming): Promise<ServerProxy> =>
    openProxy({
      serverPort,
      openFraming,
      ownerOf: (fromPort, toPort) => findOwner(processes(), fromPort, toPort),
    });

  async function divert(ports: StackSettings["ports"]): Promise<Partial<StackSettings>> {
    const [listener = 0] = await findFreePorts(1);
    const opened = {
      kafka: await open(listener, openKafkaFraming),
      postgres: await open(ports.postgres, openPostgresFraming),
      redis: await open(ports.redis, openRedisFraming),
    };
    proxies = opened;
    const hasCluster = (options.brokers ?? 1) > 1;
    return {
      ...(hasCluster
        ? {}
        : { ports: { ...ports, kafkaProxied: { listener, advertised: opened.kafka.port } } }),
      detours: {
        ...(hasCluster ? {} : { KAFKA_BROKERS: kafkaBrokers(opened.kafka.port) }),
        DATABASE_URL: postgresUrls(opened.postgres.port).service,
        REDIS_URL: redisUrl(opened.redis.port),
      },
    };
  }

  stack = await startTestStack({ ...options, divert });
  if (proxies === undefined) throw new Error("the stack was started without its proxies");
  const { kafka, postgres, redis } = proxies;
  const { stop } = stack;
  return {
    ...stack,
    proxies,
    async stop() {
      await stop();
      await Promise.all([kafka, postgres, redis].map((proxy) => proxy.close()));
    },
  };
}

const number = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => (i === 0 ? kind : `${kind}-${i + 1}`));
