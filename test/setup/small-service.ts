import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { runService } from "../../service/run-service.ts";

/** A service for run-service.test.ts: what is to happen stands in its arguments. */
const behaviours = new Set(process.argv.slice(2));

await runService("small", async ({ onClose, fail }) => {
  // As a server's socket would, this keeps the process alive.
  const alive = setInterval(() => undefined, 60_000);
  const closer = (name: string, more: () => Promise<unknown> | unknown = () => undefined): void =>
    onClose(name, async () => {
      await pause(1);
      writeSync(process.stderr.fd, `closed ${name}\n`);
      await more();
    });
  closer("first");
  closer("second", () => {
    if (behaviours.has("failing-closer")) throw new Error("cannot close");
  });
  closer("third", () => {
    if (behaviours.has("hanging-closer")) {
      clearInterval(alive);
      return new Promise(() => undefined);
    }
    return undefined;
  });
  if (behaviours.has("failing-start")) throw new Error("cannot start");
  if (behaviours.has("fail")) setTimeout(() => fail(new Error("cannot go on")), 1);
  if (behaviours.has("throw")) {
    setTimeout(() => {
      throw new Error("nobody catches this");
    }, 1);
  }
  if (behaviours.has("reject")) setTimeout(() => void Promise.reject(new Error("nobody awaits this")), 1);
});
