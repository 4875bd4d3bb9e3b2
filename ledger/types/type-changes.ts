import { setTimeout as pause } from "node:timers/promises";
import { listen } from "../database/listen.ts";
import { typesChannel } from "./register-types.ts";

/** Changes of the registry of record types as PostgreSQL tells them. */
export interface TypeChanges {
  /**
   * Resolves at the next change, which may have been told at any time since the last call, after `timeoutMs`, or when the signal
   * is aborted: never rejects.
   */
  next(timeoutMs: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export function listenToTypeChanges(url: string, onError: (error: Error) => void): TypeChanges {
  let told = new AbortController();
  const stopListening = listen({ url, channel: typesChannel, applicationName: "type-changes", onError }, () =>
    told.abort(),
  );
  return {
    async next(timeoutMs, signal) {
      const changed = told;
      await pause(timeoutMs, undefined, { signal: AbortSignal.any([changed.signal, signal]) }).catch(
        () => undefined,
      );
      if (changed.signal.aborted) told = new AbortController();
    },
    close: stopListening,
  };
}
