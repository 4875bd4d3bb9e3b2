import { createRequire } from "node:module";
import { expect } from "chai";
import { installIdleRest } from "../../kafka/rest-idle-connections.ts";
import { eventually } from "../setup/eventually.ts";

interface Queue {
  throttleCheckTimeoutId: unknown;
  throttledUntil: number;
  push(request: {
    entry: { correlationId: number; reject: (error: Error) => void; resolve: (answer: unknown) => void };
    expectResponse: boolean;
    sendRequest: () => void;
    requestTimeout?: number;
  }): void;
  fulfillRequest(answer: { correlationId: number; payload: null; size: number }): void;
  maybeThrottle(timeMs: number): void;
  scheduleRequestTimeoutCheck(): void;
  destroy(): void;
}
const RequestQueue = createRequire(import.meta.url)(
  "kafkajs/src/network/requestQueue/index.js",
) as new (options: {
  maxInFlightRequests: number | null;
  requestTimeout: number;
  enforceRequestTimeout: boolean;
  clientId: string;
  broker: string;
  logger: { debug(): void; warn(): void };
}) => Queue;

describe("a connection to Kafka", () => {
  let queue: Queue;
  let queues: Queue[];
  let sent: number[];
  let failed: Map<number, Error>;
  const push = (correlationId: number): void =>
    queue.push({
      entry: { correlationId, resolve: () => undefined, reject: (error) => failed.set(correlationId, error) },
      expectResponse: true,
      sendRequest: () => sent.push(correlationId),
    });

  function open(): Queue {
    const opened = new RequestQueue({
      maxInFlightRequests: null,
      requestTimeout: 50,
      enforceRequestTimeout: true,
      clientId: "test",
      broker: "127.0.0.1:9092",
      logger: { debug: () => undefined, warn: () => undefined },
    });
    queues.push(opened);
    return opened;
  }

  beforeEach(() => {
    installIdleRest();
    queues = [];
    sent = [];
    failed = new Map();
    queue = open();
  });
  afterEach(() => {
    for (const each of queues) each.destroy();
  });

  it("looks for no waiting requests once all are answered", () => {
    push(1);
    queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
    expect(queue.throttleCheckTimeoutId).to.equal(null);
  });

  it("sends what had to wait while the broker throttled it, and rests then", async () => {
    push(1);
    queue.maybeThrottle(200);
    queue.fulfillRequest({ correlationId: 1, payload: null, size: 0 });
    push(2);
    push(3);
    expect(sent).to.deep.equal([1]);
    await eventually(() => expect(sent).to.deep.equal([1, 2, 3]));
    expect(Date.now()).to.be.at.least(queue.throttledUntil);
    for (const correlationId of [2, 3]) queue.fulfillRequest({ correlationId, payload: null, size: 0 });
    expect(queue.throttleCheckTimeoutId).to.equal(null);
  });

  it("gives up a request that is not answered in time", async () => {
    queue.scheduleRequestTimeoutCheck();
    push(1);
    await eventually(() => expect(failed.get(1)).to.match(/Request .* timed out/));
  });

  it("shares the timer that looks for such requests with all others, and the last one ends it", () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    const others = Array.from({ length: 20 }, open);
    for (const each of [queue, ...others]) each.scheduleRequestTimeoutCheck();
    expect(timers()).to.equal(before + 1);
    for (const each of others) each.destroy();
    expect(timers()).to.equal(before + 1);
    queue.destroy();
    expect(timers()).to.equal(before);
  });
});
