import type { FieldCheck } from "../ledger/batch.ts";
import type { Pool } from "../ledger/database.ts";
import { readRunFields } from "../ledger/run-fields.ts";
import { createCompletenessCheck, createMissingCheck, type FlagMissing } from "../records/missing-fields.ts";
import type { RecordType } from "../records/record-type.ts";

/**
 * Does something with every message of a batch, at once and without waiting, such that a run's record is flagged
 * where it lacks a field that the run asked for.
 * @throws where PostgreSQL does not answer; may be called again
 */
export type WithFieldCheck = <Result>(work: (check: FieldCheck) => Result) => Promise<Result>;

/** Of one run's records. */
interface RunCheck {
  readonly flag: FlagMissing;
  readonly isComplete: (spans: Int32Array) => boolean;
}

/** Runs whose fields are remembered; each takes a few hundred bytes. */
const runsKept = 1_000;

const asItIs: RunCheck = { flag: (decoded) => decoded, isComplete: () => true };

/**
 * Compares records with what their runs asked for. The ledger is asked once a run: the work on a batch in which a run
 * shows up for the first time is done a second time, which spares all other batches to be looked through beforehand.
 */
export function createRunFieldCheck(pool: Pool, type: RecordType): WithFieldCheck {
  const kept = new Map<string, RunCheck>();

  function keep(runId: string, check: RunCheck): void {
    kept.set(runId, check);
    const [oldest] = kept.keys();
    if (kept.size > runsKept && oldest !== undefined) kept.delete(oldest);
  }

  async function learn(runIds: ReadonlySet<string>, checks: Map<string, RunCheck>): Promise<void> {
    const fields = await readRunFields(pool, [...runIds]);
    for (const runId of runIds) {
      const names = fields.get(runId);
      const check =
        names === undefined
          ? asItIs
          : { flag: createMissingCheck(type, names), isComplete: createCompletenessCheck(type, names) };
      checks.set(runId, check);
      // A run that is not there is not remembered: anybody may invent one.
      if (names !== undefined) keep(runId, check);
    }
  }

  return async (work) => {
    /** Of this batch's runs, whatever is forgotten meanwhile. */
    const checks = new Map<string, RunCheck>();
    const unknown = new Set<string>();
    let lastRunId = "";
    let lastCheck = asItIs;

    function checkOf(runId: string): RunCheck {
      if (runId === lastRunId) return lastCheck;
      const known = checks.get(runId) ?? kept.get(runId);
      if (known === undefined) unknown.add(runId);
      else checks.set(runId, known);
      lastRunId = runId;
      lastCheck = known ?? asItIs;
      return lastCheck;
    }

    const check: FieldCheck = {
      flag: (decoded, identity) =>
        identity.kind === "record" ? checkOf(identity.runId).flag(decoded) : decoded,
      isComplete: (runId, spans) => checkOf(runId).isComplete(spans),
    };
    const result = work(check);
    if (unknown.size === 0) return result;
    await learn(unknown, checks);
    lastRunId = "";
    return work(check);
  };
}
