import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { readEnvFile } from "../../stack/env-file.ts";
import { findFreePorts } from "../../stack/free-ports.ts";
import { processNames, readProcess } from "../../stack/pid-files.ts";
import { startedAt } from "../../stack/process-table.ts";
import { runToEnd } from "../../stack/run-to-end.ts";
import { childEnvironment, projectRoot } from "../../stack/settings.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { findFreePortPair } from "./free-port-pair.ts";

const services = ["consumer", "kafka", "postgres", "redis", "web", "worker"];

/** One stack lives through all of these, in this order: each start takes seconds. */
describe("the native stack", function () {
  this.timeout(180_000);

  const bootstrap = path.join(projectRoot, "stack", "bootstrap.mjs");
  let directory: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "native-stack-"));
    const [web, postgres, redis] = await findFreePorts(3);
    environment = {
      ...childEnvironment(),
      STACK_DIR: directory,
      PORT: String(web),
      POSTGRES_PORT: String(postgres),
      REDIS_PORT: String(redis),
      KAFKA_PORT: String(await findFreePortPair()),
    };
  });

  after(async () => {
    await command("stop");
    await rm(directory, { recursive: true });
  });

  it("answers at the address in its env file once it is up", async () => {
    await start();
    expect(processNames(directory).sort()).to.deep.equal([...services, "stack"].sort());
    expect(await readiness()).to.equal(200);
  });

  it("refuses a second start in the same folder, and says where the first one answers", async () => {
    const { code, output } = await command("start");
    expect(output).to.contain(`WEB_URL=${webUrl()}`).and.to.contain("npm run stop");
    expect(code).to.equal(1);
  });

  it("runs a demo whose ledger balances", async () => {
    const { code, output } = await command("demo", "--count", "2000");
    expect(output)
      .to.match(/stored +2,000\n/)
      .and.to.match(/balanced +yes/);
    expect(code).to.equal(0);
  });

  it("enqueues a run from the command line and prints it as JSON", async () => {
    const { code, output } = await command(
      "generate",
      "--count",
      "50",
      "--seed",
      "7",
      "--fields",
      "name,email",
      "--json",
    );
    expect(JSON.parse(output.trim().split("\n").at(-1) ?? "")).to.include({
      status: "completed",
      stored: 50,
      seed: 7,
    });
    expect(code).to.equal(0);
  });

  it("names the field that the web service refuses", async () => {
    // Its limits are known to it alone.
    const { code, output } = await command("generate", "--count", "20000000000");
    expect(output).to.match(/^ {2}count.*from 1 to 10,000,000,000/m);
    expect(code).to.equal(1);
  });

  for (const name of services) {
    it(`starts ${name} again when it is killed`, async () => {
      const killed = readProcess(directory, name) ?? Number.NaN;
      process.kill(killed, "SIGKILL");
      await waitUntil(
        `${name} to be back`,
        () => expect(readProcess(directory, name)).not.to.be.oneOf([killed, undefined]),
        {
          timeoutMs: 30_000,
        },
      );
      await waitUntil("the stack to be ready", async () => expect(await readiness()).to.equal(200), {
        timeoutMs: 60_000,
      });
    });
  }

  it("after a kill -9 of its supervisor counts as not running, and starts anew", async () => {
    process.kill(supervisor(), "SIGKILL");
    await waitUntil(
      "the supervisor to be gone",
      () => expect(readProcess(directory, "stack")).to.equal(undefined),
      {
        timeoutMs: 10_000,
      },
    );
    const { output } = await command("generate", "--count", "5");
    expect(output).to.contain("No stack is running");
    await start();
    expect(await readiness()).to.equal(200);
  });

  it("leaves nothing running and no env file when it is stopped", async () => {
    const pids = processNames(directory).map((name) => readProcess(directory, name));
    expect(pids).to.have.length(services.length + 1);
    const { code } = await command("stop");
    expect(code).to.equal(0);
    expect(processNames(directory)).to.deep.equal([]);
    expect(existsSync(path.join(directory, "env"))).to.equal(false);
    expect(pids.filter((pid) => pid === undefined || startedAt(pid) !== undefined)).to.deep.equal([]);
  });

  async function start(): Promise<void> {
    const child = spawn(process.execPath, [bootstrap, "start"], {
      // As npm starts it: the end of this process, however it comes, is then the stack's end too.
      env: { ...environment, npm_lifecycle_event: "start" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const ended = new AbortController();
    child.once("exit", () => ended.abort(new Error(`The stack ended:\n${output}`)));
    await waitUntil("the stack's env file", webUrl, { timeoutMs: 120_000, signal: ended.signal });
  }

  function command(...args: string[]) {
    return runToEnd(process.execPath, [bootstrap, ...args], { environment });
  }

  async function readiness(): Promise<number> {
    return (await fetch(`${webUrl()}/readyz`)).status;
  }

  function webUrl(): string {
    const url = readEnvFile(directory)?.WEB_URL;
    if (url === undefined) throw new Error(`No stack runs: ${processNames(directory).join(", ")}`);
    return url;
  }

  function supervisor(): number {
    return Number(readFileSync(path.join(directory, "pids", "stack.pid"), "utf8"));
  }
});
