import { createRequire } from "node:module";
// kafkajs is CommonJS, and Node finds only some of its names as named exports.
import kafkajs from "kafkajs";

/** What kafkajs runs a consumer by. */
interface Runner {
  readonly running: boolean;
  fetch(this: Runner, nodeId: number): Promise<unknown>;
}

let installed = false;

/**
 * Has a consumer that is told to stop end its fetching in any case. kafkajs makes its fetchers anew when a broker comes or goes; told to stop at that moment it
 * ends those that there were, and the new ones fetch nothing, again and again, without ever waiting: the process does nothing else any more, not
 * even end. A fetch of a consumer that has been stopped fails here, which ends who asked for it.
 */
export function installFetchEnd(): void {
  if (installed) return;
  installed = true;
  const { prototype } = createRequire(import.meta.url)("kafkajs/src/consumer/runner.js") as {
    prototype: Runner;
  };
  const { fetch } = prototype;
  prototype.fetch = async function fetchWhileRunning(nodeId) {
    // Tried again, kafkajs finds the consumer stopped and leaves.
    if (!this.running) throw new kafkajs.KafkaJSError("the consumer has been stopped", { retriable: true });
    return fetch.call(this, nodeId);
  };
}
