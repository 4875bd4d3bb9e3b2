import { kindOf } from "../../stack/crew.ts";
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

/** Waits until a process of the kind (`worker`) is at the point, and keeps it there. */
export function holdAt({ proxies }: ProxiedStack, point: PointName, kind: string): Promise<Held> {
  const { server, from, frame } = points[point];
  return proxies[server].hold({ from, frame, isOwner: ({ name }) => kindOf(name) === kind }, untilReachedMs);
}

/**
 * kill -9 of a process of the kind at the very point, and the wait until it is started again.
 * @param whileHeld called when the process is gone and its frame is still held
 * @returns the process that was killed
 */
export async function killAt(
  stack: ProxiedStack,
  point: PointName,
  kind: string,
  fate: Fate,
  whileHeld: (owner: Owner) => Promise<void> = async () => undefined,
): Promise<Owner> {
  const held = await holdAt(stack, point, kind);
  const { owner } = held;
  try {
    process.kill(owner.pid, "SIGKILL");
    await waitUntil(
      `${owner.name} to be gone`,
      () => {
        if (startedAt(owner.pid) !== undefined) throw new Error("it is still there");
      },
      { timeoutMs: 10_000, everyMs: 5 },
    );
    await whileHeld(owner);
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
