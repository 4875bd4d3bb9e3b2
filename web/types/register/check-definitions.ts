import { type Candidate, candidatesOf } from "../../../ledger/types/register-types.ts";
import type { FindType } from "../../../records/record-types.ts";
import { checkFile } from "../../../types/check-file.ts";
import type { Problem as Mistake } from "../../../types/definition/problem.ts";
import { Problem } from "../../http/problem.ts";
import { createTurns } from "../../http/take-turns.ts";

export interface Checked {
  readonly candidates: readonly Candidate[];
  readonly problems: readonly Mistake[];
}

/** A check takes the process, which serves everybody else too, up to a few seconds. */
export const maxWaitingChecks = 5;
const retryAfterSeconds = 10;

const takeTurn = createTurns(maxWaitingChecks, () => {
  const detail = `${maxWaitingChecks} files of definitions are waiting to be checked, and no more may. Please try again in ${retryAfterSeconds} s.`;
  return new Problem("busy", detail, { headers: { "Retry-After": String(retryAfterSeconds) } });
});

/**
 * Checks a file of definitions; one is checked at a time.
 * @throws Problem where too many are waiting
 */
export const checkDefinitions = (text: string, findType: FindType): Promise<Checked> =>
  takeTurn(() => check(text, findType));

async function check(text: string, findType: FindType): Promise<Checked> {
  const parsed = await checkFile(text, findType);
  return { candidates: candidatesOf(parsed), problems: parsed.problems };
}
