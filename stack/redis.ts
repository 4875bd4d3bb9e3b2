import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import type { Service } from "./service.ts";
import { serverEnvironment } from "./settings.ts";

export function redisUrl(port: number): string {
  return `redis://127.0.0.1:${port}`;
}

/** Redis with its data in `directory`, on `port` of 127.0.0.1. */
export function redisService(program: string, directory: string, port: number): Service {
  const settings = {
    port: String(port),
    bind: "127.0.0.1",
    dir: directory,
    // Redis's default persistence (a snapshot now and then) loses acknowledged jobs when it is killed.
    appendonly: "yes",
    appendfsync: "everysec",
    save: "",
    // BullMQ's keys must never be evicted.
    "maxmemory-policy": "noeviction",
    daemonize: "no",
  };
  return {
    name: "redis",
    command: program,
    args: Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]),
    environment: serverEnvironment(),
    prepare: async () => {
      await mkdir(directory, { recursive: true });
    },
    probe: () => ping(port),
    readyTimeoutMs: 60_000,
    stopSignal: "SIGTERM",
    stopTimeoutMs: 15_000,
  };
}

/** PING by hand: while Redis loads its file it accepts connections, but answers -LOADING. */
async function ping(port: number): Promise<void> {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    socket.setTimeout(2_000, () => socket.destroy(new Error("Redis does not answer.")));
    socket.setEncoding("utf8");
    socket.write("PING\r\n");
    const [answer] = await once(socket, "data");
    if (answer !== "+PONG\r\n") throw new Error(`Redis answers: ${String(answer).trim()}`);
  } finally {
    socket.destroy();
  }
}
