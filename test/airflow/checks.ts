import { expect } from "chai";
import type { Pool } from "../../ledger/database.ts";
import { checkInvariant } from "../../ledger/invariants.ts";
import { usersStatsInvariant } from "../../ledger/users-stats-invariant.ts";
import type { Check } from "../compose/run-checks.ts";
import { airflowClient, allGreen, type DagRun, signIn } from "./airflow-client.ts";

export interface AirflowStack {
  readonly airflowUrl: string;
  readonly webUrl: string;
  readonly login: { readonly user: string; readonly password: string };
  readonly pool: Pool;
  /** Kills a process of the stack, which its supervisor then starts again. */
  kill(name: string): void;
}

const dagRunTimeoutMs = 180_000;

/** What must hold of Airflow beside a stack that has just come up. */
export function airflowChecks({ airflowUrl, webUrl, login, pool, kill }: AirflowStack): Check[] {
  const connect = () => airflowClient(airflowUrl, login, dagRunTimeoutMs);

  async function runOf({ dag_run_id }: DagRun): Promise<{ id: string; status: string; stored: number }> {
    const sql = "SELECT id, status, stored FROM runs WHERE idempotency_key = $1";
    const { rows } = await pool.query<{ id: string; status: string; stored: number }>(sql, [dag_run_id]);
    expect(rows, `runs of ${dag_run_id}`).to.have.length(1);
    return rows[0] ?? { id: "", status: "", stored: 0 };
  }

  async function expectStatistics(): Promise<void> {
    expect((await checkInvariant(pool, usersStatsInvariant, null)).examples).to.deep.equal([]);
    const { rows } = await pool.query(
      "SELECT (SELECT sum(total_users)::bigint FROM users_stats) AS counted, (SELECT count(*) FROM users_raw) AS stored",
    );
    expect(rows[0]?.counted).to.equal(rows[0]?.stored);
  }

  return [
    [
      "Airflow lets in who knows the password, and nobody else",
      async () => {
        expect((await signIn(airflowUrl, login.user, "a wrong one")).status).to.equal(401);
        expect((await signIn(airflowUrl, login.user, login.password)).status).to.equal(201);
        expect((await fetch(`${airflowUrl}/api/v2/dags`)).status).to.equal(401);
      },
    ],
    [
      "A triggered DAG run generates 1,000 users and counts them; each of its tasks leads to the run's page",
      async () => {
        const airflow = await connect();
        expect(await airflow.importErrors()).to.deep.equal([]);
        const dagRun = await airflow.trigger({});
        expect(await airflow.untilOver(dagRun)).to.deep.equal(allGreen);
        const run = await runOf(dagRun);
        expect(run).to.include({ status: "completed", stored: 1_000 });
        for (const task of Object.keys(allGreen)) {
          expect(await airflow.links(dagRun, task)).to.deep.equal({ Run: `${webUrl}/runs/${run.id}` });
        }
        await expectStatistics();
      },
    ],
    [
      "Two DAG runs side by side, with a web service that is killed, make two runs and right statistics",
      async () => {
        const airflow = await connect();
        const dagRuns = await Promise.all([
          airflow.trigger({ count: 50_000, seed: 7 }),
          airflow.trigger({ count: 50_000, seed: 7 }),
        ]);
        kill("web");
        for (const dagRun of dagRuns) expect(await airflow.untilOver(dagRun)).to.deep.equal(allGreen);
        const [one, other] = await Promise.all(dagRuns.map(runOf));
        expect(one).to.include({ status: "completed", stored: 50_000 });
        expect(other).to.include({ status: "completed", stored: 50_000 });
        expect(one?.id).not.to.equal(other?.id);
        await expectStatistics();
      },
    ],
  ];
}
