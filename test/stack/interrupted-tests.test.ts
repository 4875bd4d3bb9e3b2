import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { childEnvironment, projectRoot } from "../../stack/settings.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { unique } from "../setup/unique.ts";
import { temporaryDirectory } from "./fake-service.ts";

const mocha = path.join(projectRoot, "node_modules", "mocha", "bin", "mocha.js");

/** Command lines of running shells that have this mark in them; empty where they are gone. */
function running(mark: string): readonly string[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
      return command.includes(`echo ${mark};`) ? [command] : [];
    } catch {
      return [];
    }
  });
}

describe("what is being started", () => {
  const directory = temporaryDirectory();

  const start = (mark: string, ...args: string[]) =>
    spawn(process.execPath, ["--import", "tsx", ...args], {
      cwd: projectRoot,
      // Leads a process group, as a command does in a terminal.
      detached: true,
      env: { ...childEnvironment(), STACK_DIR: directory(), MARK: mark },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
  const untilGone = (mark: string) =>
    waitUntil("nothing to be left", () => expect(running(mark)).to.deep.equal([]), { timeoutMs: 10_000 });

  /** The tests in the middle of starting a server. */
  async function startTests(mark: string, ...how: string[]): Promise<ChildProcess> {
    const tests = start(mark, mocha, ...how, "test/stack/starting-stack.ts");
    await waitUntil("the server to run", () => expect(running(mark)).to.have.length(1), {
      timeoutMs: 30_000,
    });
    return tests;
  }

  for (const [which, how] of [
    ["the tests", []],
    ["tests that run side by side", ["--parallel", "--jobs", "2"]],
  ] as const) {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      it(`ends with ${which} that a ${signal} interrupts`, async () => {
        const mark = unique("mark");
        const tests = await startTests(mark, ...how);
        tests.kill(signal);
        await once(tests, "exit");
        await untilGone(mark);
      });
    }

    it(`ends with ${which} that a terminal's Ctrl-C interrupts, each of their processes at once`, async () => {
      const mark = unique("mark");
      const tests = await startTests(mark, ...how);
      process.kill(-(tests.pid ?? Number.NaN), "SIGINT");
      await once(tests, "exit");
      await untilGone(mark);
    });

    it(`ends with ${which} whose npm test is gone`, async () => {
      const mark = unique("mark");
      const tests = await startTests(mark, ...how);
      tests.disconnect();
      await once(tests, "exit");
      await untilGone(mark);
    });
  }

  it("ends with a process that exits before it has it in hand", async () => {
    const mark = unique("mark");
    const [code] = await once(start(mark, "test/stack/exit-while-launching.ts"), "exit");
    expect(code).to.equal(3);
    await untilGone(mark);
  });
});
