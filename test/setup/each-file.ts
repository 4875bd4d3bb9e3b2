import { config, expect } from "chai";
import type { Context, RootHookObject, Suite } from "mocha";
import { eventually } from "./eventually.ts";
import { watchOpenResources } from "./open-resources.ts";

// Mocha requires this in every process in which it runs test files (.mocharc.json): once for each file where several run
// side by side, else once for all.

// A signal's default would end the process without its listeners of "exit", and leave running what tests have started.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

// Its proxies find misspelt assertions, which the compiler does too, and make each take four times as long.
config.useProxy = false;

/** Mocha numbers the processes that run files side by side, and only those. */
const isOneOfSeveral = process.env.MOCHA_WORKER_ID !== undefined;

let leftOpen: () => readonly string[] = () => [];
let saidMeanwhile: string[] = [];
const { write } = process.stderr;

export const mochaHooks: RootHookObject = {
  async beforeAll() {
    await untilTimed();
    leftOpen = watchOpenResources();
    if (!isOneOfSeveral) return;
    // Between the lines of others it would say nothing.
    saidMeanwhile = [];
    process.stderr.write = (text: string | Uint8Array): boolean => {
      saidMeanwhile.push(String(text));
      return true;
    };
  },

  async afterAll(this: Context) {
    await untilTimed();
    process.stderr.write = write;
    const root = this.test?.parent;
    const file = root?.suites[0]?.file;
    if (root && !allPassed(root)) process.stderr.write(saidMeanwhile.join(""));
    // A browser is waited for by timers of up to 30 s, which end with it or by themselves.
    await eventually(() => expect(leftOpen(), `what ${file} leaves open`).to.deep.equal([]), 45_000);
  },
};

/** Mocha starts its timer of a hook once that has given it a promise; from then on it is among what is open, here and there. */
const untilTimed = (): Promise<void> => Promise.resolve();

function allPassed({ tests, suites }: Suite): boolean {
  return tests.every(({ state }) => state === "passed") && suites.every(allPassed);
}
