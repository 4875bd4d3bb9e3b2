import type { Request } from "express";
import { clientKey } from "./client-key.ts";
import { tooManyRequests } from "./limit-writes.ts";
import type { RateCounter } from "./rate-counter.ts";

export interface SignInFailures {
  /**
   * To be called before credentials are looked at: were right ones still let through, guessing could go on.
   * @throws Problem where the client was wrong too often
   */
  refuseBlocked(req: Request): Promise<void>;
  note(req: Request): Promise<void>;
}

/** Slows down who guesses credentials; sessions that there are go on. */
export function createSignInFailures(counter: RateCounter): SignInFailures {
  return {
    async refuseBlocked(req) {
      const { remaining, resetSeconds } = await counter.look(clientKey(req.ip));
      if (remaining === 0)
        throw tooManyRequests("Wrong credentials were sent too often from here.", resetSeconds);
    },
    async note(req) {
      await counter.add(clientKey(req.ip));
    },
  };
}
