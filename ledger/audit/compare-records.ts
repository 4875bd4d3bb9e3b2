import { createHash } from "node:crypto";
import { generateText } from "../../generate/write-record.ts";
import { isSameJson } from "../../json/same-json.ts";
import type { Decoded, DecodedRow, DecodeMessage } from "../../records/decoded.ts";
import { isDueOutcome } from "../../records/faults/due-outcome.ts";
import { type FaultName, faultNames } from "../../records/faults/fault-kinds.ts";
import type { RecordOutcome } from "../../records/faults/field-faults.ts";
import type { Fault } from "../../records/faults/spoiled-record.ts";
import { mendPayload } from "../../records/mend.ts";
import type { StoredType } from "../../records/record-type.ts";
import type { Queryable } from "../database/database.ts";
import { listOutcomeLetters, type OutcomeLetter, readResolvedLetters } from "../dead-letters/run-letters.ts";
import type { Run } from "../runs/run.ts";
import { type ExpectedRow, findDifferingColumns, readStoredRows, type StoredRow } from "./stored-rows.ts";

export interface AlteredRow {
  readonly seq: number;
  /** The columns (those of the payload and the error among them) that differ from the record made again. */
  readonly columns: readonly string[];
}

/** A record of which something else became than had to. */
export interface MisjudgedRecord {
  readonly seq: number;
  readonly fault: FaultName | "none";
  /** What became of it, in words. */
  readonly outcome: string;
}

/** How many records with this fault became what; `none` are the clean ones. */
export interface OutcomeCount {
  readonly fault: FaultName | "none";
  stored: number;
  flagged: number;
  deadLettered: number;
}

export interface Comparison {
  /** The first `limit` rows that differ from their records. */
  readonly altered: readonly AlteredRow[];
  /** The first `limit` records that were judged wrongly. */
  readonly misjudged: readonly MisjudgedRecord[];
  /** Of all records that have an outcome; only kinds that occur, `none` first. */
  readonly counts: readonly OutcomeCount[];
}

export interface ComparisonOptions {
  /** Examples to keep. */
  readonly limit: number;
}

const recordsAtATime = 5_000;
/** Of messages; what their rows should have is held in memory until it is compared. */
const bytesAtATime = 8_000_000;

/**
 * Makes a run's records again, the faults among them, and holds what became of each against it: rows column by column,
 * dead letters by their bytes and reason, and both against what is due to the kind of fault. Records that have no
 * outcome (yet) are not judged.
 * @throws RangeError where the type cannot make the run's records
 */
export async function compareRecords(
  db: Queryable,
  type: StoredType,
  run: Run,
  { limit }: ComparisonOptions,
): Promise<Comparison> {
  const remake = createRemaker(type, run);
  const { payload, error } = type.table.own;
  const altered: AlteredRow[] = [];
  const misjudged: MisjudgedRecord[] = [];
  const counts = new Map<FaultName | "none", OutcomeCount>();
  const resolved = await readResolvedLetters(db, run.id);

  function judge(seq: number, fault: Fault | null, outcome: RecordOutcome, words: string | null): void {
    const name = fault?.kind ?? "none";
    let count = counts.get(name);
    if (count === undefined) {
      count = { fault: name, stored: 0, flagged: 0, deadLettered: 0 };
      counts.set(name, count);
    }
    if (outcome.kind === "dead") count.deadLettered += 1;
    else if (outcome.error !== null) count.flagged += 1;
    else count.stored += 1;
    if (words !== null && misjudged.length < limit) misjudged.push({ seq, fault: name, outcome: words });
  }

  /** @returns what the row should be; null where it should not be there */
  function judgeRow(row: StoredRow): DecodedRow | null {
    const { fault, bytes, expected, decode } = remake(row.seq);
    const digest = resolved.get(row.seq);
    const isReplayed = expected.kind === "dead" && digest !== undefined && isSameDigest(bytes, digest);
    // A replay took the place of the dead letter, as it was or mended; the verdict on what had come was the letter.
    const became = isReplayed ? decode(mendPayload(bytes)) : expected;
    const outcome: RecordOutcome = isReplayed ? expected : { kind: "row", error: row.error };
    judge(row.seq, fault, outcome, isDueOutcome(fault, outcome) ? null : describe(outcome));
    return became.kind === "row" ? became : null;
  }

  /** Judges the rows of a slice, and finds in which of them something is altered. */
  async function judgeRows(firstSeq: number, endSeq: number): Promise<void> {
    const expected: ExpectedRow[] = [];
    const beside = new Map<number, readonly string[]>();
    let bytes = 0;
    for await (const row of readStoredRows(db, type.table, run.id, firstSeq, endSeq)) {
      const became = judgeRow(row);
      if (became !== null) expected.push({ seq: row.seq, values: became.values });
      bytes += became?.payload.length ?? 0;
      const isSamePayload = became !== null && isSameJson(became.payload, row.payload);
      const isSameError = became === null || became.error === row.error;
      const columns = [...(isSamePayload ? [] : [payload]), ...(isSameError ? [] : [error])];
      if (columns.length > 0) beside.set(row.seq, columns);
      if (bytes < bytesAtATime) continue;
      await noteAltered(expected.splice(0), beside);
      beside.clear();
      bytes = 0;
    }
    await noteAltered(expected, beside);
  }

  /** @param beside sequence number -> what is known to differ beside the fields' columns */
  async function noteAltered(
    expected: readonly ExpectedRow[],
    beside: ReadonlyMap<number, readonly string[]>,
  ): Promise<void> {
    const differing = await findDifferingColumns(db, type, run.id, expected);
    const seqs = new Set([...differing.keys(), ...beside.keys()]);
    for (const seq of [...seqs].sort((a, b) => a - b).slice(0, limit - altered.length)) {
      altered.push({ seq, columns: [...(differing.get(seq) ?? []), ...(beside.get(seq) ?? [])] });
    }
  }

  function judgeLetter({ seq, reason, digest, replays }: OutcomeLetter): void {
    const { fault, bytes, expected } = remake(seq);
    // Sent again, it may have failed of something else than what had come.
    const outcome = {
      kind: "dead",
      reason: replays > 0 && expected.kind === "dead" ? expected.reason : reason,
    } as const;
    const words = isDueOutcome(fault, outcome) ? null : describe(outcome);
    judge(
      seq,
      fault,
      outcome,
      isSameDigest(bytes, digest) ? words : `dead letter, ${reason}: other bytes than the run's`,
    );
  }

  for (let firstSeq = 0; firstSeq < run.planned; firstSeq += recordsAtATime) {
    const endSeq = Math.min(firstSeq + recordsAtATime, run.planned);
    await judgeRows(firstSeq, endSeq);
    for (const letter of await listOutcomeLetters(db, run.id, firstSeq, endSeq)) judgeLetter(letter);
  }
  const inOrder = ["none" as const, ...faultNames].flatMap((name) => counts.get(name) ?? []);
  return { altered, misjudged, counts: inOrder };
}

interface Remade {
  readonly fault: Fault | null;
  /** The message's value. */
  readonly bytes: Buffer | null;
  /** What a consumer makes of it. */
  readonly expected: Decoded;
  readonly decode: DecodeMessage;
}

function createRemaker(type: StoredType, run: Run): (seq: number) => Remade {
  const maker = type.openRun(run);
  if (maker === null)
    throw new RangeError(`${type.name}@${type.version} makes no records of ${describeType(run)}`);
  const { write, spoil, readKey } = maker;
  const generate = generateText(write);
  const decodeAny = type.createDecoder();
  const { flagMissing } = type.createRunFields(run.fields);
  const decode: DecodeMessage = (value, key) => flagMissing(decodeAny(value, key));
  return (seq) => {
    const { value, fault } = spoil === null ? { value: generate(seq) || null, fault: null } : spoil(seq);
    const bytes = typeof value === "string" ? Buffer.from(value) : value;
    // Of what has no value the key says whose it is.
    const key = bytes === null && readKey !== null ? readKey(Buffer.alloc(0), seq) : null;
    return { fault, bytes, expected: decode(bytes, key), decode };
  };
}

const describeType = ({ recordType: { name, version } }: Run): string => `${name}@${version}`;

function isSameDigest(bytes: Buffer | null, digest: Buffer | null): boolean {
  if (bytes === null || digest === null) return bytes === digest;
  return createHash("sha256").update(bytes).digest().equals(digest);
}

function describe(outcome: RecordOutcome): string {
  if (outcome.kind === "dead") return `dead letter, ${outcome.reason}`;
  return outcome.error === null ? "stored as clean" : `flagged: ${outcome.error}`;
}
