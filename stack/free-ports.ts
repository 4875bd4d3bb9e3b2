import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below Linux's range for outgoing connections (32768 on), so that none of those takes a port first. */
const lowest = 20_000;
const highest = 32_000;

/** Different ports of 127.0.0.1 on which nothing listens now. */
export async function findFreePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(lowest, highest);
    if ((await bindError(port)) === undefined) found.add(port);
  }
  return [...found];
}

/** The code of the error with which listening on 127.0.0.1 fails, such as EADDRINUSE; undefined if it works. */
export function bindError(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
