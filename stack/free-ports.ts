import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below Linux's range for outgoing connections (32768 on), so that none of those takes a port first. */
const lowest = 20_000;
const highest = 32_000;

/** Processes that Mocha runs side by side, which it numbers, look in ranges of their own: none takes what another has found. */
const ranges = 8;
const { MOCHA_WORKER_ID: worker } = process.env;
const rangeSize = (highest - lowest) / (worker === undefined ? 1 : ranges);
const start = lowest + (Number(worker ?? 0) % ranges) * rangeSize;

/** Different ports of 127.0.0.1 on which nothing listens now. */
export async function findFreePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(start, start + rangeSize);
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
