import { parseArgs } from "node:util";
import { compareRecords, type OutcomeCount } from "../ledger/audit/compare-records.ts";
import { checkInvariant, invariantsOf } from "../ledger/audit/invariants.ts";
import { openPool, type Pool } from "../ledger/database/database.ts";
import { findRun } from "../ledger/runs/find-runs.ts";
import type { Run } from "../ledger/runs/run.ts";
import { createRecordTypes } from "../ledger/types/own-types.ts";
import type { RecordMaker, RecordType } from "../records/record-type.ts";
import { readConfig } from "../service/config.ts";
import { ExplainedError } from "../stack/explained-error.ts";
import { builtInType } from "../types/built-in.ts";
import { describeFaults, measureValidator } from "./describe-faults.ts";
import { listLabels } from "./list-labels.ts";

const usage = `Usage: npm run audit -- RUN_ID [--json | --labels]

Checks a run's invariants and its type's statistics by SQL, makes the run's records again, with their faults, and compares them with
the stored rows and the dead letters.

--json    the result as JSON
--labels  checks nothing; prints which records are faulty on purpose, as CSV

Exit code 0: all hold. 1: something does not hold, it is printed. 2: wrong usage.`;

interface Check {
  readonly name: string;
  readonly sentence: string;
  readonly violations: readonly unknown[];
}

const { runId, json, labels, help } = readArguments(process.argv.slice(2));
if (help) console.log(usage);
else process.exitCode = await audit();

async function audit(): Promise<number> {
  if (runId === undefined) throw new ExplainedError(`RUN_ID is missing.\n\n${usage}`, { exitCode: 2 });
  const { databaseUrl, kafka } = readConfig(process.env);
  const pool = openPool(
    { url: databaseUrl, applicationName: "audit", maxConnections: 1, transactionTimeoutMs: 0 },
    () => undefined,
  );
  try {
    const run = await findRun(pool, runId);
    if (run === null) throw new ExplainedError(`There is no run ${runId} in this database.`);
    const types = createRecordTypes(pool, { type: builtInType, topic: kafka.topic });
    const type = (await types.find(run.recordType.name, run.recordType.version))?.type ?? null;
    if (labels) {
      await listLabels(run, openKnown(type, run).spoil, process.stdout);
      return 0;
    }
    if (!json)
      console.log(`Run ${run.id}: ${run.status}, ${run.stored} of ${run.requested ?? run.produced} stored\n`);
    const checks: Check[] = [];
    for (const invariant of invariantsOf(type === null ? [] : [type])) {
      const { examples } = await checkInvariant(pool, invariant, invariant.ofAllRuns ? null : run.id);
      checks.push(report({ name: invariant.name, sentence: invariant.sentence, violations: examples }));
    }
    const records = await checkRecords(pool, type, run);
    for (const check of records.checks) checks.push(report(check));
    const failed = checks.filter((check) => check.violations.length > 0).length;
    const { counts } = records;
    if (json) {
      const faults = { counts, ...measureValidator(counts) };
      console.log(JSON.stringify({ runId: run.id, holds: failed === 0, checks, faults }));
    } else {
      if (Object.keys(run.options.faults ?? {}).length > 0) console.log(`\n${describeFaults(counts)}`);
      console.log(failed === 0 ? "\nAll hold." : `\n${failed} of ${checks.length} do not hold.`);
    }
    return failed === 0 ? 0 : 1;
  } finally {
    await pool.end();
  }
}

/** Makes the run's records again. @throws ExplainedError where this program cannot */
function openKnown(type: RecordType | null, run: Run): RecordMaker {
  const maker = type?.openRun(run) ?? null;
  if (maker === null)
    throw new ExplainedError(`The run's faults are not known: ${describeVersions(type, run)}.`);
  return maker;
}

const describeVersions = (type: RecordType | null, { recordType: { name, version } }: Run): string =>
  type === null
    ? `made as ${name}@${version}, which is not registered`
    : `made as ${name}@${version}, this program makes ${type.name}@${type.version}`;

async function checkRecords(
  pool: Pool,
  type: RecordType | null,
  run: Run,
): Promise<{ readonly checks: readonly Check[]; readonly counts: readonly OutcomeCount[] }> {
  const equal = { name: "rows-equal-records", sentence: "every stored row equals the record made again" };
  const judged = {
    name: "faults-are-told-from-clean",
    sentence: "faulty records were flagged or dead-lettered as is due to their kind, and nothing clean was",
  };
  if (type === null || type.openRun(run) === null)
    return { checks: [{ ...equal, violations: [describeVersions(type, run)] }], counts: [] };
  // Of a type without a table there is nothing to compare with.
  if (type.table === null) return { checks: [], counts: [] };
  const compared = await compareRecords(pool, { ...type, table: type.table }, run, { limit: 5 });
  return {
    checks: [
      { ...equal, violations: compared.altered },
      { ...judged, violations: compared.misjudged },
    ],
    counts: compared.counts,
  };
}

function report(check: Check): Check {
  if (json) return check;
  const holds = check.violations.length === 0;
  console.log(`${holds ? "ok  " : "FAIL"}  ${check.name.padEnd(32)} ${check.sentence}`);
  for (const violation of check.violations) console.log(`        ${JSON.stringify(violation)}`);
  return check;
}

function readArguments(args: readonly string[]): {
  runId: string | undefined;
  json: boolean;
  labels: boolean;
  help: boolean;
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        labels: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (positionals.length > 1) throw new TypeError(`Unexpected argument '${positionals[1]}'.`);
    return { runId: positionals[0], ...values };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ExplainedError(`${error.message}\n\n${usage}`, { exitCode: 2 });
  }
}
