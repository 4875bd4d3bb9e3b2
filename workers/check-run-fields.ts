import type { Pool } from "../ledger/database.ts";
import { readRunFields } from "../ledger/run-fields.ts";
import type { Decoded, DecodeMessage } from "../records/decode.ts";
import type { Identity } from "../records/identity.ts";
import { createMissingCheck, type FlagMissing } from "../records/missing-fields.ts";
import type { RecordType } from "../records/record-type.ts";

/** Decodes a message of which it is known who it is. */
export type DecodeIdentified = (value: Buffer | null, identity: Identity) => Decoded;

/**
 * Does something with every message of a batch, at once and without waiting, such that a run's record is flagged
 * where it lacks a field that the run asked for.
 * @throws where PostgreSQL does not answer; may be called again
 */
export type WithFieldCheck = <Result>(work: (decode: DecodeIdentified) => Result) => Promise<Result>;

/** Runs whose fields are remembered; each takes a few hundred bytes. */
const runsKept = 1_000;

const asItIs: FlagMissing = (decoded) => decoded;

/**
 * Compares records with what their runs asked for. The ledger is asked once a run: the work on a batch in which a run
 * shows up for the first time is done a second time, which spares all other batches to be looked through beforehand.
 */
export function createFieldCheck({
  pool,
  type,
  decode,
}: {
  readonly pool: Pool;
  readonly type: RecordType;
  readonly decode: DecodeMessage;
}): WithFieldCheck {
  const kept = new Map<string, FlagMissing>();

  function keep(runId: string, check: FlagMissing): void {
    kept.set(runId, check);
    const [oldest] = kept.keys();
    if (kept.size > runsKept && oldest !== undefined) kept.delete(oldest);
  }

  async function learn(runIds: ReadonlySet<string>, checks: Map<string, FlagMissing>): Promise<void> {
    const fields = await readRunFields(pool, [...runIds]);
    for (const runId of runIds) {
      const names = fields.get(runId);
      const check = names === undefined ? asItIs : createMissingCheck(type, names);
      checks.set(runId, check);
      // A run that is not there is not remembered: anybody may invent one.
      if (names !== undefined) keep(runId, check);
    }
  }

  return async (work) => {
    /** Of this batch's runs, whatever is forgotten meanwhile. */
    const checks = new Map<string, FlagMissing>();
    const unknown = new Set<string>();
    let lastRunId = "";
    let lastCheck = asItIs;

    function checkOf(runId: string): FlagMissing {
      const known = checks.get(runId) ?? kept.get(runId);
      if (known === undefined) unknown.add(runId);
      else checks.set(runId, known);
      return known ?? asItIs;
    }

    const decodeIdentified: DecodeIdentified = (value, identity) => {
      const decoded = decode(value);
      if (identity.kind !== "record") return decoded;
      if (identity.runId !== lastRunId) {
        lastCheck = checkOf(identity.runId);
        lastRunId = identity.runId;
      }
      return lastCheck(decoded);
    };

    const result = work(decodeIdentified);
    if (unknown.size === 0) return result;
    await learn(unknown, checks);
    lastRunId = "";
    return work(decodeIdentified);
  };
}
