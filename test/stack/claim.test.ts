import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect } from "chai";
import { claim } from "../../stack/claim.ts";
import { readEnvFile, writeEnvFile } from "../../stack/env-file.ts";
import { end, launch } from "../../stack/launch.ts";
import { readProcess, writeProcess } from "../../stack/pid-files.ts";
import { startedAt } from "../../stack/process-table.ts";
import { runToEnd } from "../../stack/run-to-end.ts";
import { childEnvironment, projectRoot } from "../../stack/settings.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { shellService, temporaryDirectory } from "./fake-service.ts";

describe("a stack's folder", () => {
  const directory = temporaryDirectory();
  const environment = (): NodeJS.ProcessEnv => ({ ...childEnvironment(), STACK_DIR: directory() });

  it("stays the next stack's when the process that had it before ends", async () => {
    const program = path.join(projectRoot, "test", "stack", "claim-and-release.ts");
    const before = spawn(process.execPath, ["--import", "tsx", program], {
      env: environment(),
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(before.stdout, "data");
    const release = await claim(directory());
    writeEnvFile(directory(), { WEB_URL: "http://127.0.0.1:8080" });
    before.stdin.end();
    await once(before, "exit");
    expect(readProcess(directory(), "stack")).to.equal(process.pid);
    expect(readEnvFile(directory())).to.deep.equal({ WEB_URL: "http://127.0.0.1:8080" });
    release();
    expect(readProcess(directory(), "stack")).to.equal(undefined);
  });

  it("is left by its supervisor when npm run stop is done, and not only by its pid file", async () => {
    const readyFile = path.join(directory(), "ready");
    const script = `trap 'rm pids/stack.*; sleep 0.5; exit' TERM; cd ${directory()}; touch ready; while :; do sleep 0.02; done`;
    const supervisor = shellService("stack", script, { readyFile });
    const launched = await launch(supervisor, path.join(directory(), "log"));
    try {
      await waitUntil("the supervisor to be ready", supervisor.probe, { timeoutMs: 5_000 });
      writeProcess(directory(), "stack", launched.pid);
      const bootstrap = path.join(projectRoot, "stack", "bootstrap.mjs");
      const { code } = await runToEnd(process.execPath, [bootstrap, "stop"], { environment: environment() });
      expect(code).to.equal(0);
      expect(startedAt(launched.pid)).to.equal(undefined);
    } finally {
      await end(launched, { signal: "SIGKILL", timeoutMs: 5_000 });
    }
  });
});
