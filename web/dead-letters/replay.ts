import { type Resent, replayMessage } from "../../kafka/message.ts";
import type { Queryable } from "../../ledger/database/database.ts";
import {
  countDeadLetters,
  type DeadLetter,
  type DeadLetterFilter,
  listDeadLetters,
} from "../../ledger/dead-letters/dead-letters.ts";
import { isMessage, mendPayload, remedyOf } from "../../records/mend.ts";
import type { WebDependencies } from "../dependencies.ts";
import { invalidRequest, type Problem } from "../http/problem.ts";
import { createSpreadMessages } from "../records/distribute-messages.ts";
import { createPredictReplay, type Forecast, type Prediction, sumPredictions } from "./predict-replay.ts";

export interface Replay {
  /** Unresolved dead letters that the filter lets through, on all pages. */
  readonly matched: number;
  /** Those that were sent again, or would be. */
  readonly ids: readonly number[];
  /** Those that cannot be sent, and those that were to be patched and that no rule mends. */
  readonly skippedIds: readonly number[];
  /** Pass as `before` to go on with the older ones; null where there are none left. */
  readonly nextBefore: number | null;
  /** What would become of them; null where they were sent. */
  readonly forecast: Forecast | null;
}

export interface ReplayOptions {
  readonly limit: number;
  /** Only older ones than this id. */
  readonly before: number | null;
  readonly dryRun: boolean;
  readonly patch: boolean;
}

export interface Replays {
  /** Sends unresolved dead letters again, the newest first; what Kafka took before a failure stays sent. */
  replay(filter: Omit<DeadLetterFilter, "resolved">, options: ReplayOptions): Promise<Replay>;
  /** What would become of one; null where it would not be sent. */
  predict(letter: DeadLetter, options: { readonly patch: boolean }): Promise<Prediction | null>;
}

/**
 * A dead letter mended by the rule of its reason, or null where none mends it. One that is its record's outcome keeps
 * its place in the run; any other has none, and is sent as another producer's.
 */
export function patchLetter(letter: DeadLetter): Resent | null {
  const remedy = remedyOf(letter.reason);
  if (remedy === "none") return null;
  const payload = mendPayload(letter.payload);
  const isMended = payload !== null && letter.payload !== null && !payload.equals(letter.payload);
  const withoutIdentity = !letter.accounted;
  if (!isMended && remedy === "text") return null;
  return { ...letter, payload, withoutIdentity };
}

/** Null where no rule mends it, or where it cannot be sent at all. */
function toBeSent(letter: DeadLetter, patch: boolean): Resent | null {
  if (!isMessage(letter.reason)) return null;
  return patch ? patchLetter(letter) : letter;
}

export function createReplays({ db, producer, types, config }: WebDependencies): Replays {
  const spreadMessages = createSpreadMessages(producer);
  const predictReplay = createPredictReplay(db, types);

  return {
    async replay(wanted, { limit, before, dryRun, patch }) {
      const filter = { ...wanted, resolved: false };
      const counts = await countDeadLetters(db, filter);
      const ids: number[] = [];
      const skippedIds: number[] = [];
      const predicted: Prediction[] = [];
      // A topic that is no longer read was the built-in type's.
      const topics = new Set((await types.list()).map(({ topic }) => topic));
      const claimed = new Set<string>();
      let nextBefore: number | null = null;
      for await (const page of pages(db, filter, { limit, before })) {
        const messages = page.deadLetters.flatMap((letter) => {
          const resent = toBeSent(letter, patch);
          return resent === null ? [] : [{ letter, resent }];
        });
        if (dryRun) predicted.push(...(await predictReplay(messages, claimed)));
        else {
          const topicOf = (letter: DeadLetter): string =>
            topics.has(letter.topic) ? letter.topic : config.kafka.topic;
          for (const topic of new Set(messages.map(({ letter }) => topicOf(letter)))) {
            const ofTopic = messages.filter(({ letter }) => topicOf(letter) === topic);
            await spreadMessages(
              topic,
              ofTopic.map(({ resent }) => resent),
              replayMessage,
            );
          }
        }
        const sentIds = new Set(messages.map(({ resent }) => resent.id));
        ids.push(...sentIds);
        skippedIds.push(...page.deadLetters.map(({ id }) => id).filter((id) => !sentIds.has(id)));
        nextBefore = page.nextBefore;
      }
      return {
        matched: counts.reduce((sum, { count }) => sum + count, 0),
        ids,
        skippedIds,
        nextBefore,
        forecast: dryRun ? sumPredictions(predicted) : null,
      };
    },
    async predict(letter, { patch }) {
      const resent = toBeSent(letter, patch);
      if (resent === null) return null;
      const [predicted] = await predictReplay([{ letter, resent }], new Set());
      return predicted ?? null;
    },
  };
}

export const noReplayFilterMessage = "needs one of ids, reason and runId, or all: true";

/** Sending everything again must be said, not left out. */
export const noReplayFilter = (): Problem =>
  invalidRequest([{ field: "body", message: noReplayFilterMessage }]);

const lettersPerPage = 100;

type LetterPage = Awaited<ReturnType<typeof listDeadLetters>>;

/** Dead letters a page at a time: their payloads together may be larger than memory. */
async function* pages(
  db: Queryable,
  filter: DeadLetterFilter,
  { limit, before: start }: { readonly limit: number; readonly before: number | null },
): AsyncGenerator<LetterPage> {
  let before = start;
  let left = limit;
  do {
    const page: LetterPage = await listDeadLetters(db, filter, {
      limit: Math.min(left, lettersPerPage),
      before,
    });
    if (page.deadLetters.length > 0) yield page;
    left -= page.deadLetters.length;
    before = page.nextBefore;
  } while (before !== null && left > 0);
}
