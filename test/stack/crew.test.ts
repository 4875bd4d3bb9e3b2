import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { assembleCrew } from "../../stack/crew.ts";
import { shellService, temporaryDirectory } from "./fake-service.ts";

describe("a stack's crew", () => {
  const directory = temporaryDirectory();
  const untilReady = new AbortController().signal;

  it("ends in order: web, workers, consumers, Kafka, Redis, PostgreSQL", async () => {
    const crew = assembleCrew(directory());
    const ends = path.join(directory(), "ends");
    const names = ["postgres", "redis", "kafka", "web", "consumer", "worker", "worker-2"];
    await Promise.all(
      names.map((name) => {
        const readyFile = path.join(directory(), `${name}.ready`);
        const script = `trap 'echo ${name} >> ${ends}; exit 0' TERM; touch ${readyFile}; while :; do sleep 0.02; done`;
        return crew.start(shellService(name, script, { readyFile }), untilReady);
      }),
    );
    expect(await crew.stop()).to.deep.equal([]);
    const order = readFileSync(ends, "utf8").trim().split("\n");
    expect(order.map((name) => name.replace("worker-2", "worker"))).to.deep.equal([
      "web",
      "worker",
      "worker",
      "consumer",
      "kafka",
      "redis",
      "postgres",
    ]);
  });

  it("names what had to be killed, and goes on with the others", async () => {
    const crew = assembleCrew(directory());
    const readyFile = path.join(directory(), "ready");
    const stubborn = `trap '' TERM; touch ${readyFile}; while :; do sleep 0.02; done`;
    await crew.start(shellService("worker", stubborn, { readyFile, stopTimeoutMs: 100 }), untilReady);
    await crew.start(shellService("redis", "exec sleep 1000"), untilReady);
    expect(await crew.stop()).to.deep.equal(["worker"]);
  });

  it("starts nothing more once it is interrupted", async () => {
    const crew = assembleCrew(directory());
    const interrupted = AbortSignal.abort(new Error("Ctrl-C"));
    const error = await crew.start(shellService("redis", "exec sleep 1000"), interrupted).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).to.equal("Ctrl-C");
    expect(await crew.stop()).to.deep.equal([]);
  });
});
