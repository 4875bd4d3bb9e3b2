import { createRequire } from "node:module";

interface Request {
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly requestTimeout: number;
  timeoutRequest(): void;
}

/** What kafkajs keeps of a connection's requests. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly inflight: ReadonlyMap<number, Request>;
  readonly enforceRequestTimeout: boolean;
  isConnected(): boolean;
  destroy(this: RequestQueue): void;
  scheduleCheckPendingRequests(this: RequestQueue): void;
  scheduleRequestTimeoutCheck(this: RequestQueue): void;
}

/** How late a request's time-out of 15 seconds may be noticed. */
const checkTimeoutsEveryMs = 1_000;

let installed = false;

/**
 * Lets the idle connections of every kafkajs client of this process rest, which is nearly all that an idle process would do:
 * - kafkajs computes when to look at waiting requests from a throttling that is long over, so that its timer is due at once,
 *   again and again: a thousand wake-ups a second for each connection (tulios/kafkajs#1704). A request that has to wait
 *   schedules a look by itself.
 * - It looks for requests that have timed out ten times a second for each connection. Here one timer looks at all connections, of which
 *   there are some for each topic.
 */
export function installIdleRest(): void {
  if (installed) return;
  installed = true;
  const require = createRequire(import.meta.url);
  const { prototype } = require("kafkajs/src/network/requestQueue/index.js") as { prototype: RequestQueue };
  const { scheduleCheckPendingRequests, destroy } = prototype;
  const open = new Set<RequestQueue>();
  let timer: NodeJS.Timeout | undefined;
  prototype.scheduleCheckPendingRequests = function scheduleWhereRequestsWait() {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
  prototype.scheduleRequestTimeoutCheck = function checkTimeoutsSeldom() {
    if (!this.enforceRequestTimeout) return;
    this.destroy();
    open.add(this);
    timer ??= setInterval(checkTimeouts, checkTimeoutsEveryMs);
  };
  prototype.destroy = function destroyAndForget() {
    destroy.call(this);
    open.delete(this);
    if (open.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  function checkTimeouts(): void {
    for (const queue of open) {
      for (const request of queue.inflight.values()) {
        if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest();
      }
      if (!queue.isConnected()) queue.destroy();
    }
  }
}
