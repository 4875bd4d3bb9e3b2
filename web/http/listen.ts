import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { answerUnreadable } from "./unreadable-requests.ts";

/** What one connection may take, in milliseconds and bytes. */
export interface ConnectionLimits {
  /** Until a request's head is there, and until all of it is. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Without a byte in either direction: a reader who has stopped reading. Event streams send one every 15 s. */
  readonly idleTimeoutMs: number;
  /** Between two requests. */
  readonly keepAliveTimeoutMs: number;
  readonly maxHeaderBytes: number;
  readonly checkIntervalMs: number;
}

/** Time for the largest body, 10 MB, at 1.5 Mbit/s. */
export const connectionLimits: ConnectionLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  idleTimeoutMs: 60_000,
  keepAliveTimeoutMs: 5_000,
  maxHeaderBytes: 16 * 1024,
  checkIntervalMs: 1_000,
};

/** Serves on an address, and rejects where it is taken. Port 0 means any free one. */
export async function listen(
  handler: RequestListener,
  address: { readonly host: string; readonly port: number },
  limits: ConnectionLimits = connectionLimits,
): Promise<Server> {
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: limits.checkIntervalMs,
      maxHeaderSize: limits.maxHeaderBytes,
    },
    handler,
  );
  server.setTimeout(limits.idleTimeoutMs);
  server.on("clientError", answerUnreadable);
  server.listen(address.port, address.host);
  await once(server, "listening");
  return server;
}

const idleCheckMs = 50;

/**
 * Takes no further connection and waits for the requests under way, but cuts off what takes longer than `graceMs`.
 * Kept-alive connections end with the request that they carry.
 */
export async function stopServer(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, "close");
  server.prependListener("request", (_req, res) => res.setHeader("Connection", "close"));
  server.close();
  server.closeIdleConnections();
  const endIdle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(endIdle);
  clearTimeout(cutOff);
}
