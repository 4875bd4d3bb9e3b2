import { describeExit } from "./launch.ts";
import { say } from "./say.ts";
import type { Service } from "./service.ts";
import { additionNames } from "./settings.ts";
import { type Supervised, supervise } from "./supervise.ts";

/** In which order the processes end: first no more requests, then no more work, then what holds the data. */
export const stopOrder: readonly string[] = [
  ...additionNames,
  "web",
  "worker",
  "consumer",
  "summariser",
  "kafka",
  "redis",
  "postgres",
];

/** All the processes of a stack. */
export type Crew = {
  /** Starts a service and waits until it answers. */
  start(service: Service, signal: AbortSignal): Promise<void>;
  /** Ends everything in order; resolves with the names of those that had to be killed. */
  stop(): Promise<string[]>;
};

/** Should this process end without `stop`, whatever runs by then is killed: nothing is left without a supervisor. */
export function assembleCrew(directory: string): Crew {
  const members: Supervised[] = [];
  const killAll = () => {
    for (const member of members) member.kill();
  };
  // Before the folder counts as free, which it does at the exit too.
  process.prependOnceListener("exit", killAll);

  return {
    async start(service, signal) {
      signal.throwIfAborted();
      const member = await supervise(service, {
        directory,
        onExit: ({ name }, exit, restartInMs) => {
          say(`${name} ended with ${describeExit(exit)}; it starts again in ${restartInMs / 1000} s.`);
        },
      });
      members.push(member);
      await member.ready(signal);
    },
    async stop() {
      const killed: string[] = [];
      for (const kind of stopOrder) {
        const stopping = members
          .filter(({ service }) => kindOf(service.name) === kind)
          .map(async (member) => {
            if ((await member.stop()) === "killed") killed.push(member.service.name);
          });
        await Promise.all(stopping);
      }
      process.removeListener("exit", killAll);
      return killed;
    },
  };
}

/** "worker" for worker-2, "airflow" for airflow-scheduler. */
export function kindOf(name: string): string {
  return additionNames.find((addition) => name.startsWith(`${addition}-`)) ?? name.replace(/-\d+$/, "");
}
