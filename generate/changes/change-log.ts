import { createDraws } from "../draws.ts";
import type { Changes } from "../shapes/nodes.ts";
import { fraction } from "../streams.ts";

/** What happens to so many records, which go through their changes together. */
interface Block {
  readonly records: number;
  readonly updates: number;
  readonly deletes: number;
  readonly messages: number;
}

/** As small as can be for whole numbers of updates and deletions: a chunk has whole blocks, and a slow run's are to be short. */
export function blockOf({ updates, deletes, envelope }: Changes): Block {
  const isWhole = (number: number): boolean => Math.abs(number - Math.round(number)) < 1e-6;
  const records = [10, 20, 25, 50].find((each) => isWhole(each * updates) && isWhole(each * deletes)) ?? 100;
  const [updated, deleted] = [Math.round(updates * records), Math.round(deletes * records)];
  const messages = records + updated + (envelope === "debezium" ? 2 : 1) * deleted;
  return { records, updates: updated, deletes: deleted, messages };
}

export type ChangeKind = "create" | "update" | "delete" | "tombstone";

/** One message of a log: what happens to which record. */
export interface Change {
  /** The message's own sequence number. */
  readonly seq: number;
  readonly kind: ChangeKind;
  /** The record's sequence number. */
  readonly record: number;
  /** How many updates it has had, this one among them. */
  readonly updates: number;
  /** When: from 0, long ago, to 1, now. */
  readonly at: number;
  /** The change of the same record before this one; null: it is created. */
  readonly former: Change | null;
}

/** When a change is made: UTC, in milliseconds since 1970. */
export const instantOf = ({ at }: Change, { overMs }: Changes, referenceTimeMs: number): number =>
  Math.floor(referenceTimeMs - (1 - at) * overMs);

/** One whose place in the log follows when all of its block are dealt. */
type Dealt = Change & { seq: number };

/** All changes of a run's records, by the sequence numbers of their messages. */
export interface ChangeLog {
  readonly at: (seq: number) => Change;
  /** How many messages there are of all records together; null: of endlessly many. */
  readonly messages: number | null;
}

/**
 * The changes of records, in blocks: all messages about a record are in one. Each block has as many updates and deletions as any other, dealt to its records by the seed and the block's
 * number, and lies in order of time. So what a message says follows from its number; the block of the last question is kept.
 * @param name of what changes; other names are dealt otherwise
 * @param records how many there are; null: without an end
 */
export function createChangeLog(
  seed: number,
  name: string,
  changes: Changes,
  records: number | null,
): ChangeLog {
  const draws = createDraws(seed, `${name}#changes`);
  const { records: recordsOfBlock, updates, deletes, messages: full } = blockOf(changes);
  const fullBlocks = records === null ? Number.POSITIVE_INFINITY : Math.floor(records / recordsOfBlock);
  let kept: { readonly block: number; readonly changes: readonly Change[] } | null = null;

  function open(block: number): readonly Change[] {
    if (kept?.block === block) return kept.changes;
    // The records that the last block lacks are left out; the others change as they would.
    const end = Math.min(records ?? Number.POSITIVE_INFINITY, (block + 1) * recordsOfBlock);
    const found = deal(block).filter(({ record }) => record < end);
    for (const [index, change] of found.entries()) change.seq = block * full + index;
    kept = { block, changes: found };
    return found;
  }

  function deal(block: number): readonly Dealt[] {
    draws.open(block);
    const updatesOf = new Array<number>(recordsOfBlock).fill(0);
    for (let left = updates; left > 0; left--) {
      const lucky = draws.below(recordsOfBlock);
      updatesOf[lucky] = (updatesOf[lucky] as number) + 1;
    }
    const shuffled = Array.from({ length: recordsOfBlock }, (_, index) => index);
    for (let left = recordsOfBlock; left > recordsOfBlock - deletes; left--) {
      const chosen = draws.below(left);
      [shuffled[chosen], shuffled[left - 1]] = [shuffled[left - 1] as number, shuffled[chosen] as number];
    }
    const deleted = new Set(shuffled.slice(recordsOfBlock - deletes));
    const all: Dealt[] = [];
    for (let index = 0; index < recordsOfBlock; index++) {
      const record = block * recordsOfBlock + index;
      const born = fraction(draws);
      let former: Dealt = { seq: 0, kind: "create", record, updates: 0, at: born, former: null };
      all.push(former);
      const isDeleted = deleted.has(index);
      const later = (updatesOf[index] as number) + (isDeleted ? 1 : 0);
      const times = Array.from({ length: later }, () => born + (1 - born) * fraction(draws)).sort(
        (a, b) => a - b,
      );
      for (const [nth, at] of times.entries()) {
        const isLast = isDeleted && nth === later - 1;
        const kinds: readonly ChangeKind[] = !isLast
          ? ["update"]
          : changes.envelope === "debezium"
            ? ["delete", "tombstone"]
            : ["tombstone"];
        for (const kind of kinds) {
          former = {
            seq: 0,
            kind,
            record,
            updates: former.updates + (kind === "update" ? 1 : 0),
            at,
            former,
          };
          all.push(former);
        }
      }
    }
    // Sorting keeps the order of what is at one time.
    return all.sort((a, b) => a.at - b.at);
  }

  const rest = records === null ? 0 : records - fullBlocks * recordsOfBlock;
  return {
    at(seq) {
      const block = Math.floor(seq / full);
      const change = open(block)[seq - block * full];
      if (change === undefined) throw new RangeError(`there is no change ${seq} of ${records} records`);
      return change;
    },
    messages: records === null ? null : fullBlocks * full + (rest === 0 ? 0 : open(fullBlocks).length),
  };
}
