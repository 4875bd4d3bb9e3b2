import { existsSync, readFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { startedAt } from "../../stack/process-table.ts";
import type { Service } from "../../stack/service.ts";
import { type Backoff, type Supervised, supervise } from "../../stack/supervise.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { shellService, temporaryDirectory } from "./fake-service.ts";

const backoff: Backoff = { firstMs: 10, longestMs: 40, stableMs: 60_000 };

describe("the supervisor of a process", () => {
  let running: Supervised[] = [];
  let restartDelays: number[] = [];

  beforeEach(() => {
    running = [];
    restartDelays = [];
  });

  // Before the folder goes in which they write.
  afterEach(() => Promise.all(running.map((supervised) => supervised.stop())));
  const directory = temporaryDirectory();
  const file = (name: string) => path.join(directory(), name);

  async function start(service: Service, patience: Partial<Backoff> = {}): Promise<Supervised> {
    const supervised = await supervise(service, {
      directory: directory(),
      backoff: { ...backoff, ...patience },
      onExit: (_service, _exit, restartInMs) => restartDelays.push(restartInMs),
    });
    running.push(supervised);
    return supervised;
  }

  it("writes the process's number alone into its pid file, and its output into its log", async () => {
    const supervised = await start(shellService("worker", "echo hello; exec sleep 1000"));
    await waitUntil("the output", () => expect(logOf("worker")).to.equal("hello\n"), { timeoutMs: 5_000 });
    expect(pidFile("worker")).to.equal(`${supervised.pid()}\n`);
  });

  it("starts what was killed again, under a new number", async () => {
    const supervised = await start(shellService("worker", "exec sleep 1000"));
    const first = supervised.pid();
    process.kill(first ?? Number.NaN, "SIGKILL");
    await waitUntil("a second process", () => expect(supervised.pid()).not.to.be.oneOf([first, undefined]), {
      timeoutMs: 5_000,
    });
    expect(pidFile("worker")).to.equal(`${supervised.pid()}\n`);
  });

  it("waits longer and longer before the next start of what keeps ending, up to a limit", async () => {
    await start(shellService("worker", "exit 3"));
    await waitUntil("five ends", () => expect(restartDelays).to.have.length.of.at.least(5), {
      timeoutMs: 5_000,
    });
    expect(restartDelays.slice(0, 5)).to.deep.equal([10, 20, 40, 40, 40]);
  });

  it("starts at once again what had run for long enough", async () => {
    await start(shellService("worker", "exit 3"), { stableMs: 0 });
    await waitUntil("three ends", () => expect(restartDelays).to.have.length.of.at.least(3), {
      timeoutMs: 5_000,
    });
    expect(restartDelays.slice(0, 3)).to.deep.equal([10, 10, 10]);
  });

  it("reports a program that ends again and again before it was ready, with the end of its log", async () => {
    const supervised = await start(
      shellService("web", "echo PORT: must be a number; exit 1", { readyFile: file("never") }),
    );
    const error = await supervised.ready().then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.match(/^web did not start\..*PORT: must be a number/s);
  });

  it("rejects where the program does not exist", async () => {
    const starting = start(shellService("web", "", { command: "/nonexistent/program" }));
    const error = await starting.then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.contain("ENOENT");
  });

  it("lets a program finish its work when it stops, and starts it no more", async () => {
    const script = `trap 'echo finished; exit 0' TERM; touch ${file("ready")}; while :; do sleep 0.02; done`;
    const supervised = await start(shellService("worker", script, { readyFile: file("ready") }));
    await supervised.ready();
    expect(await supervised.stop()).to.equal("stopped");
    expect(logOf("worker")).to.equal("finished\n");
    expect(supervised.pid()).to.equal(undefined);
    expect(existsSync(file("pids/worker.pid"))).to.equal(false);
    expect(restartDelays).to.deep.equal([]);
  });

  it("kills a program that does not heed the stop signal in time", async () => {
    const script = `trap '' TERM; touch ${file("ready")}; while :; do sleep 0.02; done`;
    const supervised = await start(
      shellService("worker", script, { readyFile: file("ready"), stopTimeoutMs: 100 }),
    );
    await supervised.ready();
    expect(await supervised.stop()).to.equal("killed");
  });

  it("leaves no child of a program behind, neither when it is killed nor when it stops", async () => {
    const script = `sleep 1000 & echo $! >> ${file("children")}; touch ${file("ready")}; exec sleep 1000`;
    const supervised = await start(shellService("worker", script, { readyFile: file("ready") }));
    await waitUntil("the first child", () => expect(children()).to.have.length(1), { timeoutMs: 5_000 });
    process.kill(supervised.pid() ?? Number.NaN, "SIGKILL");
    await waitUntil("the second child", () => expect(children()).to.have.length(2), { timeoutMs: 5_000 });
    await supervised.stop();
    const alive = () => children().filter((pid) => startedAt(pid) !== undefined);
    await waitUntil("both children to be gone", () => expect(alive()).to.deep.equal([]), {
      timeoutMs: 5_000,
    });

    function children(): number[] {
      return existsSync(file("children"))
        ? readFileSync(file("children"), "utf8").trim().split("\n").map(Number)
        : [];
    }
  });

  it("tells the children of a program that does not to stop, and lets them finish", async () => {
    const child = `trap 'sleep 0.3; echo done > ${file("finished")}; exit' TERM; echo > ${file("ready")}; while :; do sleep 0.05; done`;
    const supervised = await start(
      shellService("airflow", `(${child}) & exec sleep 1000`, {
        readyFile: file("ready"),
        stopsByGroup: true,
      }),
    );
    await supervised.ready();
    expect(await supervised.stop()).to.equal("stopped");
    expect(readFileSync(file("finished"), "utf8")).to.equal("done\n");
  });

  it("can stop while it waits for the next start", async () => {
    const supervised = await start(shellService("worker", "exit 1"), { firstMs: 60_000, longestMs: 60_000 });
    await waitUntil("the end", () => expect(restartDelays).to.have.length(1), { timeoutMs: 5_000 });
    expect(await supervised.stop()).to.equal("stopped");
  });

  it("sets a large log aside when the program starts", async () => {
    const first = await start(shellService("worker", "exec sleep 1000"));
    await first.stop();
    await appendFile(file("logs/worker.log"), Buffer.alloc(21 * 1024 * 1024, "x"));
    await start(shellService("worker", "exec sleep 1000"));
    expect(logOf("worker")).to.equal("");
    expect(existsSync(file("logs/worker.log.1"))).to.equal(true);
  });

  function logOf(name: string): string {
    return readFileSync(file(`logs/${name}.log`), "utf8");
  }

  function pidFile(name: string): string {
    return readFileSync(file(`pids/${name}.pid`), "utf8");
  }
});
