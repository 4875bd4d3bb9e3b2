import { type Resent, readResentIdentity } from "../../kafka/message.ts";
import type { Queryable } from "../../ledger/database/database.ts";
import type { DeadLetter } from "../../ledger/dead-letters/dead-letters.ts";
import { type PredictedPlace, predictReplayPlaces } from "../../ledger/dead-letters/predict-replay-places.ts";
import { readRunFields } from "../../ledger/runs/run-fields.ts";
import type { DeadLetterReason, DecodeMessage } from "../../records/decoded.ts";
import type { Identity } from "../../records/identity.ts";
import type { RecordType } from "../../records/record-type.ts";
import type { RecordTypes } from "../../records/record-types.ts";

/** What would become of a dead letter that is sent again, as far as it can be known without sending it. */
export type Prediction =
  | { readonly kind: "row" /** What would be repaired, in words. */; readonly repaired: string | null }
  | { readonly kind: "dead"; readonly reason: string; readonly detail: string }
  /** Nothing is wrong with it that can be seen from here, and it could not be stored. */
  | { readonly kind: "uncertain"; readonly detail: string };

/**
 * Looks at what would be sent as the consumer would. `claimed` takes the places that the messages before would fill, so
 * that two for one place are not both predicted as rows.
 */
export type PredictReplay = (
  messages: readonly { readonly letter: DeadLetter; readonly resent: Resent }[],
  claimed: Set<string>,
) => Promise<readonly Prediction[]>;

/** Predicts by the decoder that the consumer uses and by the ledger as it is now; sends and changes nothing. */
export function createPredictReplay(db: Queryable, types: RecordTypes): PredictReplay {
  const decoders = new WeakMap<RecordType, DecodeMessage>();

  /** Topic -> the type of its messages; the built-in one's of a topic that is no longer read. */
  async function findTypes(topics: ReadonlySet<string>): Promise<(topic: string) => RecordType> {
    const found = new Map<string, RecordType>();
    const [builtIn, ...others] = await types.list();
    for (const { name, version, topic } of [builtIn, ...others.filter((each) => topics.has(each.topic))]) {
      const type = await types.find(name, version);
      if (type !== null) found.set(topic, type.type);
    }
    return (topic) => {
      const type = found.get(topic) ?? found.get(builtIn.topic);
      if (type === undefined) throw new Error("the built-in type is always there");
      return type;
    };
  }

  function decoderOf(type: RecordType): DecodeMessage {
    const decode = decoders.get(type) ?? type.createDecoder();
    decoders.set(type, decode);
    return decode;
  }

  /** Run -> the names of the fields that its records must have. */
  async function findRunFields(
    identities: readonly Identity[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const runIds = new Set(identities.flatMap((one) => (one.kind === "record" ? [one.runId] : [])));
    return runIds.size === 0 ? new Map() : readRunFields(db, [...runIds]);
  }

  return async (messages, claimed) => {
    const identities = messages.map(({ resent }) => readResentIdentity(resent));
    const claims = messages.flatMap(({ letter }, index) => {
      const identity = identities[index];
      // One that is its record's outcome keeps that place.
      return identity?.kind === "record" && !letter.accounted ? [{ index, claim: identity }] : [];
    });
    const found = await predictReplayPlaces(
      db,
      claims.map(({ claim }) => claim),
    );
    const runFields = await findRunFields(identities);
    const typeOf = await findTypes(new Set(messages.map(({ letter }) => letter.topic)));
    const places = new Map(claims.map(({ index }, at) => [index, found[at]]));
    return messages.map(({ letter, resent }, index) => {
      const identity = identities[index];
      const refusal = refusalOf(identity, places.get(index), claimed);
      if (refusal !== null) return refusal;
      const fields = identity?.kind === "record" ? runFields.get(identity.runId) : undefined;
      const type = typeOf(letter.topic);
      const asDecoded = decoderOf(type)(resent.payload);
      const decoded = fields === undefined ? asDecoded : type.createRunFields(fields).flagMissing(asDecoded);
      if (decoded.kind === "dead") return decoded;
      if (unpredicted.has(letter.reason)) return { kind: "uncertain", detail: letter.detail };
      return { kind: "row", repaired: decoded.error };
    });
  };
}

/** Reasons of letters in which the decoder finds nothing wrong. */
const unpredicted: ReadonlySet<string> = new Set<DeadLetterReason>([
  "rejected_by_database",
  "processing_failed",
]);

function refusalOf(
  identity: Identity | undefined,
  place: PredictedPlace | undefined,
  claimed: Set<string>,
): Prediction | null {
  if (identity?.kind === "invalid") {
    return { kind: "dead", reason: "invalid_headers", detail: identity.detail };
  }
  if (identity?.kind !== "record" || place === undefined) return null;
  switch (place.kind) {
    case "unknown_run":
      return { kind: "dead", reason: "unknown_run", detail: `there is no run ${identity.runId}` };
    case "out_of_range":
      return {
        kind: "dead",
        reason: "sequence_out_of_range",
        detail: `the run's sequence numbers end at ${place.requested - 1}, this is ${identity.seq}`,
      };
    case "not_planned":
      return {
        kind: "dead",
        reason: "sequence_out_of_range",
        detail: `the run has not come to sequence number ${identity.seq} yet`,
      };
    case "taken":
      return identityConflict;
    case "free": {
      const claim = `${identity.runId}/${identity.seq}`;
      if (claimed.has(claim)) return identityConflict;
      claimed.add(claim);
      return null;
    }
  }
}

const identityConflict = {
  kind: "dead",
  reason: "identity_conflict",
  detail: "the sequence number has an outcome already, with another payload",
} as const;

/** What would become of many, added up. */
export interface Forecast {
  readonly rows: number;
  /** Of the rows, those in which something would be repaired. */
  readonly repaired: number;
  readonly uncertain: number;
  /** By reason, most first, with the detail of the first. */
  readonly dead: readonly { readonly reason: string; readonly count: number; readonly detail: string }[];
}

export function sumPredictions(all: readonly Prediction[]): Forecast {
  const dead = new Map<string, { count: number; readonly detail: string }>();
  for (const predicted of all) {
    if (predicted.kind !== "dead") continue;
    const known = dead.get(predicted.reason);
    if (known === undefined) dead.set(predicted.reason, { count: 1, detail: predicted.detail });
    else known.count += 1;
  }
  const rows = all.filter((predicted) => predicted.kind === "row");
  return {
    rows: rows.length,
    repaired: rows.filter(({ repaired }) => repaired !== null).length,
    uncertain: all.filter(({ kind }) => kind === "uncertain").length,
    dead: Array.from(dead, ([reason, of]) => ({ reason, ...of })).sort((a, b) => b.count - a.count),
  };
}
