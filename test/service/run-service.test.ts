import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect } from "chai";
import { eventually } from "../setup/eventually.ts";

const program = path.join(import.meta.dirname, "..", "setup", "small-service.ts");

interface Started {
  readonly process: ChildProcess;
  /** Its log's lines so far. */
  readonly lines: () => Record<string, unknown>[];
  readonly errorOutput: () => string;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

describe("a service's process", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  function start(behaviours: readonly string[], environment: Record<string, string> = {}): Started {
    const child = spawn(process.execPath, ["--import", "tsx", program, ...behaviours], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, SHUTDOWN_TIMEOUT_MS: "20000", ...environment },
    });
    children.push(child);
    let output = "";
    let errorOutput = "";
    child.stdout?.on("data", (text) => {
      output += text;
    });
    child.stderr?.on("data", (text) => {
      errorOutput += text;
    });
    return {
      process: child,
      lines: () =>
        output
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line)),
      errorOutput: () => errorOutput,
      exited: once(child, "close").then(([code, signal]) => ({ code, signal })),
    };
  }
  const untilSays = (started: Started, message: string): Promise<unknown> =>
    eventually(() => expect(messages(started)).to.include(message), 30_000);
  const closed = (started: Started): string[] =>
    Array.from(started.errorOutput().matchAll(/^closed (.*)$/gm), ([, name = ""]) => name);
  const messages = (started: Started): unknown[] => started.lines().map((line) => line.msg);

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`closes in reverse order at ${signal}, and exits with 0`, async () => {
      const started = start([]);
      await untilSays(started, "started");
      started.process.kill(signal);
      expect(await started.exited).to.deep.equal({ code: 0, signal: null });
      expect(closed(started)).to.deep.equal(["third", "second", "first"]);
      expect(messages(started)).to.deep.equal(["started", "stopped"]);
    });
  }

  it("closes what is left after one closer fails, and exits with 1", async () => {
    const started = start(["failing-closer"]);
    await untilSays(started, "started");
    started.process.kill("SIGTERM");
    expect(await started.exited).to.deep.equal({ code: 1, signal: null });
    expect(closed(started)).to.deep.equal(["third", "second", "first"]);
    expect(started.lines().find((line) => line.msg === "closing failed")).to.include({ closer: "second" });
  });

  it("exits with 1 where closing takes longer than it may, though nothing else keeps it alive", async () => {
    const started = start(["hanging-closer"], { SHUTDOWN_TIMEOUT_MS: "500" });
    await untilSays(started, "started");
    started.process.kill("SIGTERM");
    expect(await started.exited).to.deep.equal({ code: 1, signal: null });
    expect(messages(started)).to.deep.equal(["started", "shutdown took too long"]);
  });

  it("closes once, however many signals it gets", async () => {
    const started = start(["hanging-closer"], { SHUTDOWN_TIMEOUT_MS: "1000" });
    await untilSays(started, "started");
    started.process.kill("SIGINT");
    await eventually(() => expect(closed(started)).to.deep.equal(["third"]));
    started.process.kill("SIGINT");
    started.process.kill("SIGTERM");
    started.process.kill("SIGTERM");
    expect(await started.exited).to.deep.equal({ code: 1, signal: null });
    expect(messages(started)).to.deep.equal(["started", "shutdown took too long"]);
  });

  for (const [behaviour, message] of [
    ["failing-start", "cannot start"],
    ["fail", "cannot go on"],
    ["throw", "nobody catches this"],
    ["reject", "nobody awaits this"],
  ] as const) {
    it(`closes what it has opened where something breaks (${behaviour}), and exits with 1`, async () => {
      const started = start([behaviour]);
      expect(await started.exited).to.deep.equal({ code: 1, signal: null });
      expect(closed(started)).to.deep.equal(["third", "second", "first"]);
      const fatal = started.lines().find((line) => line.level === "fatal");
      expect(fatal).to.have.nested.property("err.message", message);
    });
  }

  it("does not start with a configuration that is wrong, and names the key", async () => {
    const started = start([], { PORT: "-secret-" });
    expect(await started.exited).to.deep.equal({ code: 1, signal: null });
    expect(started.errorOutput()).to.match(/^small: the configuration is wrong\. PORT: /);
    expect(started.errorOutput()).not.to.include("secret");
    expect(started.lines()).to.deep.equal([]);
  });
});
