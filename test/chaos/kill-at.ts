import { kindOf } from "../../stack/crew.ts";
import { signalProcess } from "../../stack/launch.ts";
import { startedAt } from "../../stack/process-table.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import type { ProxiedStack } from "./proxied-stack.ts";
import type { Owner } from "./proxy/find-owner.ts";
import { type PointName, points } from "./proxy/points.ts";
import type { Held } from "./proxy/proxy.ts";

/** What becomes of the frame that was under way when its process was killed. */
export type Fate =
  /** It is lost with its connection. */
  | "lost"
  /** It arrives when the process's successor is at work already. */
  | "late";

const untilReachedMs = 60_000;
const restartTimeoutMs = 60_000;

/** Any process of the kind, e.g. `worker-2` of `worker`. */
export const anyOf =
  (kind: string) =>
  (name: string): boolean =>
    kindOf(name) === kind;

export const only =
  (wanted: string) =>
  (name: string): boolean =>
    name === wanted;

/** Waits until such a process is at the point, and keeps it there. */
export function holdAt(
  { proxies }: ProxiedStack,
  point: PointName,
  isVictim: (name: string) => boolean,
): Promise<Held> {
  const { server, from, frame } = points[point];
  return proxies[server].hold({ from, frame, isOwner: ({ name }) => isVictim(name) }, untilReachedMs);
}

/**
 * kill -9 of such a process at the very point, and the wait until it is started again.
 * @param whileHeld called before the kill, when the process is at the point
 * @returns the process that was killed
 */
export async function killAt(
  stack: ProxiedStack,
  point: PointName,
  isVictim: (name: string) => boolean,
  fate: Fate,
  whileHeld: () => Promise<void> = async () => undefined,
): Promise<Owner> {
  const held = await holdAt(stack, point, isVictim);
  const { owner } = held;
  try {
    await whileHeld();
    // It may be at two points at once, of which the other one has killed it.
    signalProcess(owner.pid, "SIGKILL");
    await waitUntil(
      `${owner.name} to be gone`,
      () => {
        if (startedAt(owner.pid) !== undefined) throw new Error("it is still there");
      },
      { timeoutMs: 10_000, everyMs: 5 },
    );
    if (fate === "late") await untilRestarted(stack, owner);
  } finally {
    if (fate === "late") held.release();
    else held.cut();
  }
  await untilRestarted(stack, owner);
  return owner;
}

async function untilRestarted(stack: ProxiedStack, { name, pid }: Owner): Promise<void> {
  await waitUntil(
    `${name} to be started again`,
    () => {
      const now = stack.pid(name);
      if (now === undefined || now === pid) throw new Error("not yet");
    },
    { timeoutMs: restartTimeoutMs },
  );
}
