import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Service } from "../../stack/service.ts";

/** A folder of its own for each test of the calling suite, removed afterwards. */
export function temporaryDirectory(): () => string {
  let directory = "";
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "stack-"));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  return () => directory;
}

/** A service that is a shell script; with `readyFile` it is ready as soon as the script has made that file. */
export function shellService(
  name: string,
  script: string,
  { readyFile, ...rest }: Partial<Service> & { readonly readyFile?: string } = {},
): Service {
  return {
    name,
    command: "sh",
    args: ["-c", script],
    environment: { PATH: process.env.PATH },
    prepare: async () => {},
    probe: async () => {
      if (readyFile) await access(readyFile);
    },
    readyTimeoutMs: 10_000,
    stopSignal: "SIGTERM",
    stopTimeoutMs: 10_000,
    ...rest,
  };
}
