import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect } from "chai";
import { startedAt } from "../../stack/process-table.ts";
import { childEnvironment, projectRoot } from "../../stack/settings.ts";
import { waitUntil } from "../../stack/wait-until.ts";

describe("an interrupt", () => {
  it("comes when the npm that started the program is gone, which passes no SIGTERM on", async () => {
    const program = path.join(projectRoot, "test", "stack", "until-interrupted.ts");
    // The shell is in npm's place: it starts the program, waits for it, and dies of the signal.
    const npm = spawn("sh", ["-c", `"${process.execPath}" --import tsx "${program}" & wait`], {
      env: { ...childEnvironment(), npm_lifecycle_event: "start" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(npm.stdout, "data");
    const pid = Number(String(line));
    expect(startedAt(pid), "start of the program").to.not.equal(undefined);
    npm.kill("SIGTERM");
    await waitUntil("the program to end", () => expect(startedAt(pid)).to.equal(undefined), {
      timeoutMs: 10_000,
    });
  });
});
