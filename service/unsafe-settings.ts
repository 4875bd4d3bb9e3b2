import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "./log.ts";

/** A setting of a server that does not fit what this system promises. */
export interface Finding {
  /** `loss`: records can be lost without anybody noticing, or never get through. `risk`: worth knowing. */
  readonly kind: "loss" | "risk";
  /** The setting, its value, what comes of it, what would be right and the command that sets it. */
  readonly message: string;
}

/** What a process does about a `loss`: end, or say so and go on. */
export type UnsafeSettingsPolicy = "refuse" | "warn";

export class UnsafeSettingsError extends Error {
  override readonly name = "UnsafeSettingsError";
}

/**
 * Divides findings by what is to be done about them.
 * @returns an error that names every finding for which to refuse, if there is one, and the texts to warn of
 */
export function judge(
  findings: readonly Finding[],
  policy: UnsafeSettingsPolicy,
): { readonly error: UnsafeSettingsError | null; readonly warnings: readonly string[] } {
  const isRefused = ({ kind }: Finding): boolean => kind === "loss" && policy === "refuse";
  const refused = findings.filter(isRefused).map(({ message }) => message);
  return {
    error:
      refused.length > 0
        ? new UnsafeSettingsError(
            `${refused.join(" ")} (UNSAFE_SETTINGS=warn goes on in spite of it, at the risk of losing records.)`,
          )
        : null,
    warnings: findings.filter((finding) => !isRefused(finding)).map(({ message }) => message),
  };
}

const retryMs = 1_000;

/**
 * Looks at a server's settings once it can be asked: services start in any order, and the server may come later.
 * @param look resolves with what it found, or null where there is nothing to look at yet
 * @returns whether the process may go on; never, where `signal` ends the waiting
 * @throws UnsafeSettingsError where it must not
 */
export async function checkSettings({
  look,
  policy,
  log,
  signal,
}: {
  readonly look: () => Promise<readonly Finding[] | null>;
  readonly policy: UnsafeSettingsPolicy;
  readonly log: Logger;
  readonly signal: AbortSignal;
}): Promise<void> {
  while (!signal.aborted) {
    const findings = await look().catch((error: unknown) => {
      log.debug({ err: error }, "settings cannot be read yet, trying again");
      return null;
    });
    if (findings !== null) {
      const { error, warnings } = judge(findings, policy);
      for (const warning of warnings) log.warn({ setting: warning }, "a setting is not as it should be");
      if (error !== null) throw error;
      return;
    }
    await pause(retryMs, undefined, { signal }).catch(() => undefined);
  }
}
