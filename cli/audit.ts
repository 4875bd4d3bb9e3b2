import { parseArgs } from "node:util";
import { openPool } from "../ledger/database.ts";
import { findAlteredRows } from "../ledger/find-altered-rows.ts";
import { findRun } from "../ledger/find-runs.ts";
import { checkInvariant, invariants } from "../ledger/invariants.ts";
import type { Run } from "../ledger/run.ts";
import { usersStatsInvariant } from "../ledger/users-stats-invariant.ts";
import { userType } from "../records/user.ts";
import { optionsOfVersion } from "../records/versions.ts";
import { readConfig } from "../service/config.ts";
import { ExplainedError } from "../stack/explained-error.ts";

const usage = `Usage: npm run audit -- RUN_ID [--json]

Checks a run's invariants and users_stats by SQL, makes the run's records again and compares them with the stored rows.

Exit code 0: all hold. 1: something does not hold, it is printed. 2: wrong usage.`;

interface Check {
  readonly name: string;
  readonly sentence: string;
  readonly violations: readonly unknown[];
}

const { runId, json, help } = readArguments(process.argv.slice(2));
if (help) console.log(usage);
else process.exitCode = await audit();

async function audit(): Promise<number> {
  if (runId === undefined) throw new ExplainedError(`RUN_ID is missing.\n\n${usage}`, { exitCode: 2 });
  const { databaseUrl } = readConfig(process.env);
  const pool = openPool(
    { url: databaseUrl, applicationName: "audit", maxConnections: 1, transactionTimeoutMs: 0 },
    () => undefined,
  );
  try {
    const run = await findRun(pool, runId);
    if (run === null) throw new ExplainedError(`There is no run ${runId} in this database.`);
    if (!json) console.log(`Run ${run.id}: ${run.status}, ${run.stored} of ${run.requested} stored\n`);
    const checks: Check[] = [];
    for (const invariant of invariants) {
      const scope = invariant === usersStatsInvariant ? null : run.id;
      const { examples } = await checkInvariant(pool, invariant, scope);
      checks.push(report({ name: invariant.name, sentence: invariant.sentence, violations: examples }));
    }
    checks.push(report(await checkRecords(pool, run)));
    const failed = checks.filter((check) => check.violations.length > 0).length;
    if (json) console.log(JSON.stringify({ runId: run.id, holds: failed === 0, checks }));
    else console.log(failed === 0 ? "\nAll hold." : `\n${failed} of ${checks.length} do not hold.`);
    return failed === 0 ? 0 : 1;
  } finally {
    await pool.end();
  }
}

async function checkRecords(pool: Parameters<typeof findAlteredRows>[0], run: Run): Promise<Check> {
  const check = { name: "rows-equal-records", sentence: "every stored row equals the record made again" };
  const options = optionsOfVersion(userType, run);
  if (options === null) {
    const { name, version } = run.recordType;
    const detail = `made as ${name}@${version}, this program makes ${userType.name}@${userType.version}`;
    return { ...check, violations: [detail] };
  }
  return { ...check, violations: await findAlteredRows(pool, userType, { ...run, options }, 5) };
}

function report(check: Check): Check {
  if (json) return check;
  const holds = check.violations.length === 0;
  console.log(`${holds ? "ok  " : "FAIL"}  ${check.name.padEnd(32)} ${check.sentence}`);
  for (const violation of check.violations) console.log(`        ${JSON.stringify(violation)}`);
  return check;
}

function readArguments(args: readonly string[]): { runId: string | undefined; json: boolean; help: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
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
