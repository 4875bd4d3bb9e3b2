import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";

/** Serves on an address, and rejects where it is taken. Port 0 means any free one. */
export async function listen(
  handler: RequestListener,
  address: { readonly host: string; readonly port: number },
): Promise<Server> {
  const server = createServer(handler);
  server.listen(address.port, address.host);
  await once(server, "listening");
  return server;
}

/** Takes no further connection and waits for the requests under way, but cuts off what takes longer than `graceMs`. */
export async function stopServer(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cutOff);
}
