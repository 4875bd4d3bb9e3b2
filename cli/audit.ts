import { parseArgs } from "node:util";
import { compareRecords, type OutcomeCount } from "../ledger/audit/compare-records.ts";
import { compareRows } from "../ledger/audit/compare-rows.ts";
import { compareStates } from "../ledger/audit/compare-states.ts";
import { checkInvariant, invariantsOf } from "../ledger/audit/invariants.ts";
import { openPool, type Pool } from "../ledger/database/database.ts";
import { type Dataset, statusOf } from "../ledger/datasets/dataset.ts";
import { findDataset } from "../ledger/datasets/find-datasets.ts";
import { findRun } from "../ledger/runs/find-runs.ts";
import type { Run } from "../ledger/runs/run.ts";
import { createRecordTypes } from "../ledger/types/own-types.ts";
import type { RecordMaker, RecordType } from "../records/record-type.ts";
import type { RecordTypes } from "../records/record-types.ts";
import { openRelated } from "../records/related-records.ts";
import { readConfig } from "../service/config.ts";
import { ExplainedError } from "../stack/explained-error.ts";
import { builtInType } from "../types/built-in.ts";
import { describeFaults, measureValidator } from "./describe-faults.ts";
import { listLabels } from "./list-labels.ts";

const usage = `Usage: npm run audit -- RUN_ID [--json | --labels]
       npm run audit -- DATASET_ID [--json]

Checks a run's invariants and its type's statistics by SQL, makes the run's records again, with their faults, and compares them with
the stored rows and the dead letters. Of a dataset, each of its runs, and then whether their rows hang together.

--json    the result as JSON
--labels  checks nothing; prints which records are faulty on purpose, as CSV

Exit code 0: all hold. 1: something does not hold, it is printed. 2: wrong usage.`;

interface Check {
  readonly name: string;
  readonly sentence: string;
  readonly violations: readonly unknown[];
}

/** What came of a run's audit. */
interface AuditedRun {
  readonly runId: string;
  readonly holds: boolean;
  readonly checks: readonly Check[];
  readonly faults: { readonly counts: readonly OutcomeCount[] } & ReturnType<typeof measureValidator>;
}

const { id, json, labels, help } = readArguments(process.argv.slice(2));
if (help) console.log(usage);
else process.exitCode = await audit();

async function audit(): Promise<number> {
  if (id === undefined) throw new ExplainedError(`RUN_ID is missing.\n\n${usage}`, { exitCode: 2 });
  const { databaseUrl, kafka } = readConfig(process.env);
  const pool = openPool(
    { url: databaseUrl, applicationName: "audit", maxConnections: 1, transactionTimeoutMs: 0 },
    () => undefined,
  );
  try {
    const types = createRecordTypes(pool, { type: builtInType, topic: kafka.topic });
    const run = await findRun(pool, id);
    const dataset = run === null ? await findDataset(pool, id) : null;
    if (labels && dataset !== null)
      throw new ExplainedError("The labels are those of a run, not of a dataset.", { exitCode: 2 });
    if (labels && run !== null) {
      const { opened, type } = await openRun(types, run);
      await listLabels(run, openKnown(type, opened).spoil, process.stdout);
      return 0;
    }
    if (dataset !== null) return await auditDataset(pool, types, dataset);
    if (run === null) throw new ExplainedError(`There is no run and no dataset ${id} in this database.`);
    const audited = await auditRun(pool, types, run);
    if (json) console.log(JSON.stringify(audited));
    return audited.holds ? 0 : 1;
  } finally {
    await pool.end();
  }
}

/** Audits each run, and then how their rows hang together, as far as runs have completed. @returns the command's exit code */
async function auditDataset(pool: Pool, types: RecordTypes, dataset: Dataset): Promise<number> {
  const audited: AuditedRun[] = [];
  for (const run of dataset.runs) {
    audited.push(await auditRun(pool, types, run));
    if (!json) console.log();
  }
  const status = statusOf(dataset.runs);
  if (!json) console.log(`Dataset ${dataset.id}: ${status}\n`);
  const relations = await compareRows(pool, types, dataset.runs);
  for (const check of relations) {
    const but =
      check.orphans === 0 ? "" : `, but for ${check.orphans.toLocaleString("en")} orphans on purpose`;
    report({ ...check, sentence: `${check.sentence}${but}` });
  }
  const holds =
    audited.every((each) => each.holds) && relations.every(({ violations }) => violations.length === 0);
  if (json) console.log(JSON.stringify({ datasetId: dataset.id, holds, runs: audited, relations }));
  else {
    if (status !== "completed")
      console.log("\nNothing is held against rows of runs that have not completed.");
    console.log(holds ? "\nAll hold." : "\nSomething does not hold.");
  }
  return holds ? 0 : 1;
}

/** A run with the other types of its request, and its type; null where it is not registered. */
async function openRun(
  types: RecordTypes,
  run: Run,
): Promise<{ readonly opened: Run; readonly type: RecordType | null }> {
  const type = (await types.find(run.recordType.name, run.recordType.version))?.type ?? null;
  return { opened: await openRelated(types, run), type };
}

async function auditRun(pool: Pool, types: RecordTypes, run: Run): Promise<AuditedRun> {
  const { opened, type } = await openRun(types, run);
  if (!json) {
    const of = run.datasetId === null ? "" : ` of ${run.recordType.name}`;
    console.log(
      `Run ${run.id}${of}: ${run.status}, ${run.stored} of ${run.requested ?? run.produced} stored\n`,
    );
  }
  const checks: Check[] = [];
  for (const invariant of invariantsOf(type === null ? [] : [type])) {
    const { examples } = await checkInvariant(pool, invariant, invariant.ofAllRuns ? null : run.id);
    checks.push(report({ name: invariant.name, sentence: invariant.sentence, violations: examples }));
  }
  const records = await checkRecords(pool, type, opened);
  for (const check of records.checks) checks.push(report(check));
  const failed = checks.filter((check) => check.violations.length > 0).length;
  const { counts } = records;
  if (!json) {
    if (Object.keys(run.options.faults ?? {}).length > 0) console.log(`\n${describeFaults(counts)}`);
    console.log(failed === 0 ? "\nAll hold." : `\n${failed} of ${checks.length} do not hold.`);
  }
  return { runId: run.id, holds: failed === 0, checks, faults: { counts, ...measureValidator(counts) } };
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
  // To make none, others may be needed of which there are none either.
  if (run.requested === 0) return { checks: [], counts: [] };
  if (type === null || type.openRun(run) === null)
    return { checks: [{ ...equal, violations: [describeVersions(type, run)] }], counts: [] };
  // Of a type without a table there is nothing to compare with.
  if (type.table === null) return { checks: [], counts: [] };
  const stored = { ...type, table: type.table };
  const compared = await compareRecords(pool, stored, run, { limit: 5 });
  const states = await compareStates(pool, stored, run, 5);
  return {
    checks: [
      { ...equal, violations: compared.altered },
      { ...judged, violations: compared.misjudged },
      ...(states === null
        ? []
        : [
            {
              name: "last-states-equal-records",
              sentence: "the last state of every record is the one that its changes lead to, made again",
              violations: states,
            },
          ]),
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
  id: string | undefined;
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
    return { id: positionals[0], ...values };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ExplainedError(`${error.message}\n\n${usage}`, { exitCode: 2 });
  }
}
