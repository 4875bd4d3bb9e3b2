import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { Owner } from "./find-owner.ts";
import { type Flow, type HeldFrame, openFlow, type Weather } from "./flow.ts";
import type { OpenFraming } from "./frames.ts";

/** Which frame of which process is to be held. */
export interface Trap {
  readonly from: "client" | "server";
  readonly frame: string;
  /** Whether it is one of this process's connections. */
  readonly isOwner: (owner: Owner) => boolean;
}

/** A frame that stays in the proxy until one of its functions is called. */
export interface Held extends HeldFrame {
  readonly owner: Owner;
  /** Ends its connection on both sides; it never arrives. */
  cut(): void;
}

/** Stands between the app's processes and one server, on 127.0.0.1, and breaks what is asked for. */
export interface ServerProxy {
  readonly port: number;
  /** Resolves as soon as a frame is held; a process's connections are known by its sockets, not by what they say. */
  hold(trap: Trap, timeoutMs: number): Promise<Held>;
  setLatency(latencyMs: number): void;
  /** Cuts every connection in the middle of what it carries next: behind so many bytes from one of its ends. */
  cutInTransfer(drawPlace: () => { readonly from: Trap["from"]; readonly bytes: number }): void;
  /** Resets every connection at once. */
  reset(): void;
  /** From here on everything vanishes; new connections can be opened and stay silent. */
  swallow(): void;
  /** Ends the silence: what was connected during it is reset. */
  stopSwallowing(): void;
  close(): Promise<void>;
}

interface ArmedTrap {
  readonly trap: Trap;
  readonly spring: (held: Held) => void;
}

/** @param ownerOf the process of the app that holds the socket between the two ports; undefined where it is none of them */
export async function openProxy({
  serverPort,
  openFraming,
  ownerOf,
}: {
  readonly serverPort: number;
  readonly openFraming: OpenFraming;
  readonly ownerOf: (fromPort: number, toPort: number) => Owner | undefined;
}): Promise<ServerProxy> {
  const weather: Weather = { latencyMs: 0, swallows: false };
  const armed = new Set<ArmedTrap>();
  const links = new Set<{ readonly flows: Record<Trap["from"], Flow>; readonly cut: () => void }>();
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, serve);
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  function serve(client: Socket): void {
    const server = connect({ host: "127.0.0.1", port: serverPort, allowHalfOpen: true, noDelay: true });
    const framing = openFraming();
    const fromPort = client.remotePort ?? 0;
    let owner: Owner | undefined;
    const cut = (): void => {
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    // "close" follows, and tells the other side.
    client.on("error", () => undefined);
    server.on("error", () => undefined);

    const interceptFrom =
      (from: Trap["from"]) =>
      (frame: string): ((held: HeldFrame) => void) | null => {
        if (armed.size === 0) return null;
        owner ??= ownerOf(fromPort, port);
        const known = owner;
        if (known === undefined) return null;
        for (const each of armed) {
          if (each.trap.from !== from || each.trap.frame !== frame || !each.trap.isOwner(known)) continue;
          armed.delete(each);
          return (held) => each.spring({ ...held, owner: known, cut });
        }
        return null;
      };

    const toServer = openFlow({
      ...{ source: client, sink: server, weather },
      ...{ readFrame: framing.client, intercept: interceptFrom("client") },
    });
    const toClient = openFlow({
      ...{ source: server, sink: client, weather },
      ...{ readFrame: framing.server, intercept: interceptFrom("server") },
    });
    const link = { flows: { client: toServer, server: toClient }, cut };
    links.add(link);
    let open = 2;
    const closed = (): void => {
      open -= 1;
      if (open === 0) links.delete(link);
    };
    client.on("close", closed);
    server.on("close", closed);
  }

  const reset = (): void => {
    for (const { cut } of links) cut();
  };

  return {
    port,
    hold(trap, timeoutMs) {
      return new Promise((resolve, reject) => {
        const entry: ArmedTrap = {
          trap,
          spring(held) {
            clearTimeout(timer);
            resolve(held);
          },
        };
        const timer = setTimeout(() => {
          armed.delete(entry);
          reject(new Error(`Waited ${timeoutMs / 1000} s in vain for "${trap.frame}" of the ${trap.from}.`));
        }, timeoutMs);
        armed.add(entry);
      });
    },
    setLatency(latencyMs) {
      weather.latencyMs = latencyMs;
    },
    cutInTransfer(drawPlace) {
      for (const { flows } of links) {
        const { from, bytes } = drawPlace();
        flows[from].cutBehind(bytes);
      }
    },
    reset,
    swallow() {
      weather.swallows = true;
    },
    stopSwallowing() {
      weather.swallows = false;
      reset();
    },
    async close() {
      listener.close();
      reset();
      await once(listener, "close");
    },
  };
}
