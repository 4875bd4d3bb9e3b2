import type { Pool } from "../ledger/database/database.ts";
import type { FieldsOf } from "../ledger/outcomes/batch.ts";
import { hasLaterVersion, readRunFields } from "../ledger/runs/run-fields.ts";
import type { RecordType } from "../records/record-type.ts";
import { anyFields, type RunFields } from "../records/run-fields.ts";

/**
 * Does something with every message of a batch, at once and without waiting, where it matters what their runs asked for.
 * @throws OutdatedReader where a run is of a later version than the type
 * @throws where PostgreSQL does not answer; may be called again
 */
export type WithRunFields = <Result>(
  work: (fieldsOf: FieldsOf) => Result,
  /** Told of a result that is of no use, because the work is done a second time. */
  discard: (result: Result) => void,
) => Promise<Result>;

/** What reads a topic does not fit what the ledger has of its type, and another has to be opened. */
export class OutdatedReader extends Error {}

/** Runs whose fields are remembered; each takes a few hundred bytes. */
const runsKept = 1_000;

/**
 * Remembers what runs asked for. The ledger is asked once a run: the work on a batch in which a run shows up for the
 * first time is done a second time, which spares all other batches to be looked through beforehand.
 */
export function rememberRunFields(pool: Pool, type: RecordType): WithRunFields {
  const kept = new Map<string, RunFields>();

  function keep(runId: string, fields: RunFields): void {
    kept.set(runId, fields);
    const [oldest] = kept.keys();
    if (kept.size > runsKept && oldest !== undefined) kept.delete(oldest);
  }

  return async (work, discard) => {
    /** Of this batch's runs, whatever is forgotten meanwhile. */
    const known = new Map<string, RunFields>();
    const unknown = new Set<string>();
    let lastRunId = "";
    let lastFields = anyFields;

    function look(runId: string): RunFields {
      const fields = known.get(runId) ?? kept.get(runId);
      if (fields === undefined) unknown.add(runId);
      else known.set(runId, fields);
      return fields ?? anyFields;
    }
    const fieldsOf: FieldsOf = (identity) => {
      if (identity.kind !== "record") return anyFields;
      if (identity.runId !== lastRunId) {
        lastFields = look(identity.runId);
        lastRunId = identity.runId;
      }
      return lastFields;
    };

    const result = work(fieldsOf);
    if (unknown.size === 0) return result;
    discard(result);
    const found = await readRunFields(pool, [...unknown]);
    // It would not know their further fields, and store NULL for their values.
    if (await hasLaterVersion(pool, type, [...unknown]))
      throw new OutdatedReader(`a run is of a later version than ${type.name}@${type.version}`);
    for (const runId of unknown) {
      const names = found.get(runId);
      const fields = names === undefined ? anyFields : type.createRunFields(names);
      known.set(runId, fields);
      // A run that is not there is not remembered: anybody may invent one.
      if (names !== undefined) keep(runId, fields);
    }
    lastRunId = "";
    return work(fieldsOf);
  };
}
