import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { endLeftovers } from "../../stack/end-leftovers.ts";
import { readEnvFile, useStackEnvironment, writeEnvFile } from "../../stack/env-file.ts";
import { processNames, readProcess, writeProcess } from "../../stack/pid-files.ts";
import { temporaryDirectory } from "./fake-service.ts";

describe("what a stack that was killed leaves behind", () => {
  const directory = temporaryDirectory();
  let child: ChildProcess;
  let exited: Promise<unknown[]>;

  beforeEach(async () => {
    child = spawn("sleep", ["1000"], { detached: true, stdio: "ignore" });
    exited = once(child, "exit");
    await once(child, "spawn");
  });

  afterEach(async () => {
    child.kill("SIGKILL");
    await exited;
  });

  const pid = () => child.pid ?? Number.NaN;

  it("is ended by the next start", async () => {
    writeProcess(directory(), "worker", pid());
    expect(await endLeftovers(directory())).to.equal(1);
    expect(await exited).to.deep.equal([null, "SIGTERM"]);
    expect(processNames(directory())).to.deep.equal([]);
  });

  it("is not mistaken for another process that has got the same number since", async () => {
    writeProcess(directory(), "worker", pid());
    writeFileSync(path.join(directory(), "pids", "worker.started"), "some other boot 1\n");
    expect(readProcess(directory(), "worker")).to.equal(undefined);
    expect(await endLeftovers(directory())).to.equal(0);
    expect(child.exitCode ?? child.signalCode).to.equal(null);
    expect(existsSync(path.join(directory(), "pids", "worker.pid"))).to.equal(false);
  });

  it("does not make its addresses count as a running stack's", () => {
    writeEnvFile(directory(), { WEB_URL: "http://127.0.0.1:1" });
    expect(readEnvFile(directory())).to.equal(undefined);
    expect(() => useStackEnvironment("WEB_URL", { STACK_DIR: directory() })).to.throw(
      `No stack is running in ${directory()}; start one with npm start, or set WEB_URL.`,
    );
  });
});

describe("the addresses of a running stack", () => {
  const directory = temporaryDirectory();

  beforeEach(() => {
    writeProcess(directory(), "stack", process.pid);
    writeEnvFile(directory(), { WEB_URL: "http://127.0.0.1:8080", KAFKA_BROKERS: "127.0.0.1:9092" });
  });

  it("are read back", () => {
    expect(readEnvFile(directory())).to.deep.equal({
      WEB_URL: "http://127.0.0.1:8080",
      KAFKA_BROKERS: "127.0.0.1:9092",
    });
  });

  it("go into the environment where the user has not set others", () => {
    const environment: NodeJS.ProcessEnv = { STACK_DIR: directory(), WEB_URL: "http://other:80" };
    useStackEnvironment("WEB_URL", environment);
    expect(environment.WEB_URL).to.equal("http://other:80");
    expect(environment.KAFKA_BROKERS).to.equal("127.0.0.1:9092");
  });

  it("of its owner do not go with another database that the user names", () => {
    writeEnvFile(directory(), {
      DATABASE_URL: "postgres://one/a",
      MIGRATION_DATABASE_URL: "postgres://two/a",
    });
    const own: NodeJS.ProcessEnv = { STACK_DIR: directory() };
    useStackEnvironment("DATABASE_URL", own);
    expect(own.MIGRATION_DATABASE_URL).to.equal("postgres://two/a");
    const other: NodeJS.ProcessEnv = { STACK_DIR: directory(), DATABASE_URL: "postgres://three/b" };
    useStackEnvironment("DATABASE_URL", other);
    expect(other).not.to.have.property("MIGRATION_DATABASE_URL");
  });
});
