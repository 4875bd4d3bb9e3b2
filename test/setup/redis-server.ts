import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { findFreePorts } from "../../stack/free-ports.ts";
import { installServerTools } from "../../stack/install/tools.ts";
import { end, launch } from "../../stack/launch.ts";
import { redisService, redisUrl } from "../../stack/redis.ts";
import { waitUntil } from "../../stack/wait-until.ts";

/** A Redis of the test's own, whose settings it may change. */
export async function startRedis(
  settings: readonly string[] = [],
  chosenPort?: number,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), "redis-"));
  const port = chosenPort ?? (await findFreePorts(1))[0] ?? 0;
  const { redisServer } = await installServerTools();
  const service = redisService(redisServer, directory, port);
  await service.prepare();
  const own = { ...service, args: [...service.args, ...settings] };
  const launched = await launch(own, path.join(directory, "log"), { diesWithParent: true });
  const stop = async (): Promise<void> => {
    await end(launched, { signal: service.stopSignal, timeoutMs: service.stopTimeoutMs });
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await waitUntil("Redis to answer", service.probe, { timeoutMs: 10_000 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: redisUrl(port), stop };
}
