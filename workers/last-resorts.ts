import { maxMessageBytes } from "../kafka/decode-limits.ts";
import { sqlState } from "../ledger/database/database.ts";
import type { ReceivedMessage } from "../ledger/outcomes/batch.ts";
import { type Dead, dead } from "../records/decoded.ts";
import { isMistake } from "./failures.ts";

/** What is made of a message before it is read. */
export type Change = (message: ReceivedMessage) => ReceivedMessage;

export const asItIs: Change = (message) => message;

/**
 * What is tried, one after the other, with a message that has failed alone although a clean record goes through: itself again,
 * unless it was certain to fail; then its dead letter, of the same size and under the same locks, for the same reason more
 * than once; at last one without its bytes, which Kafka alone has then.
 */
export function lastResorts(failure: unknown): Change[] {
  const verdict = judge(failure);
  const asDeadLetter: Change = (message) => ({ ...message, verdict });
  const asNote = leaveBytes(dead("not_kept", `not even its bytes can be stored: ${verdict.detail}`));
  const again = isMistake(failure) ? 0 : isLoss(failure) ? 4 : 2;
  return [...Array<Change>(again).fill(asItIs), asDeadLetter, asDeadLetter, asDeadLetter, asNote];
}

/** A connection that was lost without a word from PostgreSQL: by chance, mostly, and perhaps not once. */
export function isLoss(failure: unknown): boolean {
  return sqlState(failure) === null && !isMistake(failure);
}

function judge(failure: unknown): Dead {
  const state = sqlState(failure);
  const words = failure instanceof Error ? failure.message : String(failure);
  if (state !== null) return dead("rejected_by_database", `PostgreSQL: ${words} (SQLSTATE ${state})`);
  return dead("processing_failed", failure instanceof Error ? `${failure.name}: ${words}` : words);
}

/** For a message that is too large to be read. */
export function leaveUnread(bytes: number): Change {
  return leaveBytes(dead("not_kept", `it has ${bytes} bytes, and ${maxMessageBytes} at most are read`));
}

/** Makes a dead letter that only says which message it was. */
function leaveBytes(verdict: Dead): Change {
  return ({ raw: { offset }, ...message }) => ({
    ...message,
    raw: { offset, key: null, value: null, headers: () => new Map() },
    verdict,
  });
}
