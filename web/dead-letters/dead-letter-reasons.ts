import type { DeadLetterReason } from "../../records/decoded.ts";
import { remedyOf } from "../../records/mend.ts";

interface ReasonWords {
  readonly title: string;
  /** What the reason means, a sentence. */
  readonly meaning: string;
  /** What can be done, a sentence. */
  readonly remedy: string;
}

const replaced = "Mending puts � where bytes are no text; better, their producer sends UTF-8.";
const made = "Mending lets it be another producer's row, without its claim to a place in a run.";

const words: Readonly<Record<DeadLetterReason, ReasonWords>> = {
  tombstone: {
    title: "No value",
    meaning: "A message without a value, as Kafka's tombstones are.",
    remedy: "There is nothing to mend: its producer has to send the record.",
  },
  empty: {
    title: "Empty value",
    meaning: "A message whose value has no bytes.",
    remedy: "There is nothing to mend: its producer has to send the record.",
  },
  not_utf8: {
    title: "Not UTF-8",
    meaning: "Bytes in the value are no text in UTF-8: often Latin-1, or binary data.",
    remedy: replaced,
  },
  not_json: {
    title: "Not JSON",
    meaning: "The value is text, and no JSON document.",
    remedy: "Mending takes away a byte order mark; other mistakes its producer has to put right.",
  },
  not_an_object: {
    title: "Not an object",
    meaning: "The value is JSON, and no object with fields.",
    remedy: "There is nothing to mend: its producer has to send an object.",
  },
  nul_character: {
    title: "U+0000 in the text",
    meaning: "A text has the character U+0000, which PostgreSQL cannot store.",
    remedy: "Mending takes it out.",
  },
  lone_surrogate: {
    title: "Half a surrogate pair",
    meaning: "An escape names half a character, as when text is cut in an emoji.",
    remedy: "Mending puts � in its place.",
  },
  invalid_record: {
    title: "Invalid record",
    meaning:
      "The record is not what its type's JSON Schema says, and the type wants no rows of such (onInvalid: dead_letter).",
    remedy: "Its producer has to send a valid record; with onInvalid: flag it would be a flagged row.",
  },
  invalid_headers: {
    title: "Invalid headers",
    meaning: "The headers run_id and seq say whose record it is, and these do not name one.",
    remedy: made,
  },
  unknown_run: {
    title: "Unknown run",
    meaning: "The header run_id names a run that this database does not have.",
    remedy: made,
  },
  sequence_out_of_range: {
    title: "Outside its run",
    meaning: "The header seq names a number that the run does not have, or has not come to.",
    remedy: made,
  },
  identity_conflict: {
    title: "Place is taken",
    meaning: "The run's record with this number has an outcome already, with another payload.",
    remedy: "Mending makes it another producer's row, which may be a copy of a record that is there already.",
  },
  rejected_by_database: {
    title: "Refused by PostgreSQL",
    meaning: "The record passed every check here, and PostgreSQL refused its row.",
    remedy: "Send it again once the database is changed; the detail says what it did not take.",
  },
  undecodable_batch: {
    title: "Unreadable batch",
    meaning:
      "A batch of messages that is damaged, in an unknown codec, or too large once it is decompressed. The letter stands for all of them and has the batch's bytes.",
    remedy:
      "There is nothing to send again: their producer has to, in other batches. Records of a run are made again by themselves.",
  },
  processing_failed: {
    title: "Not to be processed",
    meaning: "Reading or storing it failed again and again, and nothing else did.",
    remedy:
      "Send it again once the program is changed; the detail and the consumer's log say of what it failed.",
  },
  not_kept: {
    title: "Not kept",
    meaning:
      "The message is too large to be read, or cannot even be kept as a dead letter: its bytes are not here.",
    remedy: "There is nothing to send again: Kafka alone has it, until its retention ends.",
  },
};

/** A reason in words; one that this version does not know by its name. */
export function reasonWords(reason: string): ReasonWords {
  return isKnown(reason)
    ? words[reason]
    : {
        title: reason.replaceAll("_", " "),
        meaning: "Written by another version.",
        remedy: "None is known here.",
      };
}

const isKnown = (reason: string): reason is DeadLetterReason => Object.hasOwn(words, reason);

/** Whether sending a letter of this reason mended can make a difference. */
export const canBeMended = (reason: string): boolean => remedyOf(reason) !== "none";
