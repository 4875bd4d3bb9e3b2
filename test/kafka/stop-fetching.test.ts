import { spawnSync } from "node:child_process";
import { expect } from "chai";

/**
 * kafkajs's own parts around a group of two brokers, of which one goes away: the fetchers are made anew, and in between the consumer is told
 * to stop. In a process of its own, since what goes wrong takes it for ever.
 */
const script = `
import { createRequire } from "node:module";
import { installFetchEnd } from "./kafka/stop-fetching.ts";
if (process.argv.includes("mended")) installFetchEnd();
const require = createRequire(import.meta.url);
const Runner = require("kafkajs/src/consumer/runner.js");
const { LEVELS } = require("kafkajs/src/loggers/index.js");
const silent = { debug() {}, info() {}, warn() {}, error() {}, namespace: () => silent };
let nodes = [1, 2];
let left = false;
const pending = [];
const consumerGroup = {
  groupId: "group", memberId: "member",
  connect: async () => {}, joinAndSync: async () => {},
  leave: async () => { left = true; },
  heartbeat: async () => {},
  getNodeIds: () => nodes,
  fetch: () => new Promise((resolve) => pending.push(() => resolve([]))),
};
const runner = new Runner({
  logger: silent, consumerGroup, instrumentationEmitter: { emit() {} }, concurrency: 1,
  retry: { initialRetryTime: 10, retries: 3 },
  onCrash: (error) => { console.log("crashed: " + error.message); process.exit(1); },
});
await runner.start();
const [first, second] = pending.splice(0);
// One fetcher finds out that a broker has gone, and the other is still waiting for its answer.
nodes = [1];
first();
await new Promise((resolve) => setTimeout(resolve, 20));
const stopped = runner.stop();
second();
await stopped;
console.log(left ? "left" : "still there");
process.exit(0);
`;

describe("a consumer that is told to stop while a broker goes away", () => {
  function run(...args: readonly string[]): { readonly status: number | null; readonly said: string } {
    const { status, stdout } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", script, ...args],
      { timeout: 4_000, encoding: "utf8", killSignal: "SIGKILL" },
    );
    return { status, said: stdout.trim() };
  }

  it("leaves the group, which kafkajs alone never does", () => {
    expect(run("--", "mended")).to.deep.equal({ status: 0, said: "left" });
    expect(run()).to.deep.equal({ status: null, said: "" });
  }).timeout(30_000);
});
