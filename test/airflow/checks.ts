import { expect } from "chai";
import { AirflowAway } from "../../cli/airflow-client.ts";
import type { DagRun } from "../../cli/dag-run.ts";
import { checkInvariant } from "../../ledger/audit/invariants.ts";
import { usersStatsInvariant } from "../../ledger/audit/statistics-invariants.ts";
import type { Pool } from "../../ledger/database/database.ts";
import type { RunResult } from "../../stack/run-to-end.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import type { Check } from "../compose/run-checks.ts";
import { mappedDag, twinDag } from "./further-dags.ts";
import { type Airflow, allGreen, openAirflow } from "./open-airflow.ts";

export interface AirflowStack {
  readonly airflowUrl: string;
  readonly webUrl: string;
  readonly login: { readonly user: string; readonly password: string };
  /** Asks the web service as somebody whom it lets in. */
  web(pathname: string, init?: RequestInit): Promise<Response>;
  readonly pool: Pool;
  /** Kills a process of the stack, which its supervisor then starts again; or sends it another signal. */
  kill(name: string, signal?: NodeJS.Signals): void;
  /** `npm run demo` on this stack. */
  demo(...args: readonly string[]): Promise<RunResult>;
  changeTwinDag(): Promise<void>;
}

interface LedgerRun {
  readonly id: string;
  readonly status: string;
  readonly stored: number;
}

const dagRunTimeoutMs = 180_000;
const runTimeoutMs = 60_000;

const stoppedShort = {
  trigger_data_generation: "success",
  wait_for_processing: "failed",
  check_run: "upstream_failed",
  aggregate_users_stats: "upstream_failed",
} as const;

/** What must hold of Airflow beside a stack that has just come up. */
export function airflowChecks(stack: AirflowStack): Check[] {
  const { airflowUrl, webUrl, login, web, pool, kill, demo, changeTwinDag } = stack;
  const connect = () => openAirflow(airflowUrl, login, dagRunTimeoutMs);

  async function ledgerOf(id: string): Promise<LedgerRun> {
    const { rows } = await pool.query<LedgerRun>("SELECT id, status, stored FROM runs WHERE id = $1", [id]);
    if (rows[0] === undefined) throw new Error(`There is no run ${id}.`);
    return rows[0];
  }

  /** The run of a DAG run, once it is another than those known. */
  function newRunOf(airflow: Airflow, dagRun: DagRun, known: readonly string[]): Promise<string> {
    return waitUntil(
      `another run than ${known.join(", ")}`,
      async () => {
        const id = await airflow.runId(dagRun);
        if (known.includes(id)) throw new Error(`It is ${id}.`);
        return id;
      },
      { timeoutMs: runTimeoutMs, everyMs: 200 },
    );
  }

  async function cancel(id: string): Promise<void> {
    expect((await web(`/api/runs/${id}/cancel`, { method: "POST" })).status).to.equal(200);
  }

  async function expectRunsOfTheirOwn(
    airflow: Airflow,
    dagRuns: readonly DagRun[],
    stored: number,
  ): Promise<void> {
    const ids = await Promise.all(dagRuns.map((dagRun) => airflow.runId(dagRun)));
    expect(new Set(ids)).to.have.property("size", dagRuns.length);
    for (const id of ids) expect(await ledgerOf(id)).to.include({ status: "completed", stored });
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
        const stranger = openAirflow(airflowUrl, { ...login, password: "a wrong one" }, dagRunTimeoutMs);
        const refusal = await stranger.catch((error: Error) => error);
        expect(refusal)
          .to.be.an("error")
          .with.property("message")
          .that.includes("does not let pilot in (401)");
        expect((await fetch(`${airflowUrl}/api/v2/dags`)).status).to.equal(401);
        await connect();
      },
    ],
    [
      "A triggered DAG run generates 1,000 users and counts them; its tasks lead to the run's page, and that leads back",
      async () => {
        const airflow = await connect();
        const dagRun = await airflow.trigger({});
        expect(await airflow.importErrors()).to.deep.equal([]);
        expect(await airflow.untilOver(dagRun)).to.deep.equal(allGreen);
        const run = await ledgerOf(await airflow.runId(dagRun));
        expect(run).to.include({ status: "completed", stored: 1_000 });
        for (const task of Object.keys(allGreen)) {
          expect(await airflow.links(dagRun, task)).to.deep.equal({ Run: `${webUrl}/runs/${run.id}` });
        }
        expect(await (await web(`/runs/${run.id}`)).text()).to.include(
          `href="${airflowUrl}/dags/${dagRun.dag_id}/runs/${dagRun.dag_run_id}"`,
        );
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
        await expectRunsOfTheirOwn(airflow, dagRuns, 50_000);
        await expectStatistics();
      },
    ],
    [
      "A copy of the DAG under another name gets data of its own, though their DAG runs have one name, as on one schedule",
      async () => {
        const airflow = await connect();
        const id = "at_the_same_time";
        const dagRuns = await Promise.all([
          airflow.trigger({ count: 300 }, { id }),
          airflow.trigger({ count: 300 }, { id, dag: twinDag }),
        ]);
        for (const dagRun of dagRuns) expect(await airflow.untilOver(dagRun)).to.deep.equal(allGreen);
        await expectRunsOfTheirOwn(airflow, dagRuns, 300);
      },
    ],
    [
      "Each instance of a mapped task has a run of its own, and leads to it",
      async () => {
        const airflow = await connect();
        const dagRun = await airflow.trigger({}, { dag: mappedDag });
        await airflow.untilOver(dagRun);
        const { rows } = await pool.query<{ id: string }>("SELECT id FROM runs WHERE requested = 11");
        expect(rows).to.have.length(2);
        const links = [0, 1].map((mapIndex) => airflow.links(dagRun, "trigger_data_generation", mapIndex));
        expect((await Promise.all(links)).map(({ Run }) => Run)).to.have.members(
          rows.map(({ id }) => `${webUrl}/runs/${id}`),
        );
      },
    ],
    [
      "Cleared, a task whose run was cancelled gets another run; one that only waits says what to clear",
      async () => {
        const airflow = await connect();
        // Half a minute, for somebody to step in.
        const dagRun = await airflow.trigger({ count: 300, options: { rate: 10 } });
        const first = await airflow.runId(dagRun);
        await cancel(first);
        expect(await airflow.untilOver(dagRun)).to.deep.equal(stoppedShort);

        await airflow.clear(dagRun, "wait_for_processing", { withDownstream: true });
        expect(await airflow.untilOver(dagRun)).to.deep.equal(stoppedShort);
        expect(await airflow.log(dagRun, "wait_for_processing")).to.include(
          `Run ${first} was cancelled: by request. To ask for another run, clear trigger_data_generation`,
        );

        await airflow.clear(dagRun, "trigger_data_generation", { withDownstream: true });
        const second = await newRunOf(airflow, dagRun, [first]);
        await cancel(second);
        expect(await airflow.untilOver(dagRun)).to.deep.equal(stoppedShort);

        await airflow.clear(dagRun, "trigger_data_generation", { withDownstream: true });
        expect(await airflow.untilOver(dagRun)).to.deep.equal(allGreen);
        const third = await newRunOf(airflow, dagRun, [first, second]);
        expect(await ledgerOf(third)).to.include({ status: "completed", stored: 300 });
        expect(await airflow.links(dagRun, "check_run")).to.deep.equal({ Run: `${webUrl}/runs/${third}` });
      },
    ],
    [
      "Cleared, a task whose run was cancelled gets another run though its DAG asks for something else by now",
      async () => {
        const airflow = await connect();
        const dagRun = await airflow.trigger({ count: 200, options: { rate: 10 } }, { dag: twinDag });
        await cancel(await airflow.runId(dagRun));
        expect(await airflow.untilOver(dagRun)).to.deep.equal(stoppedShort);
        await changeTwinDag();
        await airflow.clear(dagRun, "trigger_data_generation", { withDownstream: true });
        expect(await airflow.untilOver(dagRun)).to.deep.equal(allGreen);
        expect(await ledgerOf(await airflow.runId(dagRun))).to.include({ status: "completed", stored: 250 });
      },
    ],
    [
      "Cleared, a task whose run has completed keeps that run",
      async () => {
        const airflow = await connect();
        const dagRun = await airflow.trigger({ count: 200 });
        expect(await airflow.untilOver(dagRun)).to.deep.equal(allGreen);
        const id = await airflow.runId(dagRun);
        await airflow.clear(dagRun, "trigger_data_generation", { withDownstream: true });
        expect(await airflow.untilOver(dagRun)).to.deep.equal(allGreen);
        expect(await airflow.runId(dagRun)).to.equal(id);
      },
    ],
    [
      "The demo has the DAG ask for its run, follows it, and ends with 0 once the statistics are there",
      async () => {
        const { code, output } = await demo("--count", "3000");
        expect(output).to.match(/stored +3,000\n/);
        expect(output).to.match(/balanced +yes/);
        expect(output).to.match(
          /DAG run +success, http:\/\/127\.0\.0\.1:\d+\/dags\/synthetic_data_pipeline\/runs\//,
        );
        expect(code).to.equal(0);
        await expectStatistics();
      },
    ],
    [
      "The demo has the DAG ask for a dataset, too, and says whether its rows hang together",
      async () => {
        const { code, output } = await demo("--dataset", "shop", "--scale", "0.02");
        expect(output).to.match(/order +1,000 +1,000 +0 +0 +yes\n/);
        expect(output).to.match(/DAG run +success, /);
        expect(output).to.match(
          /ok +every total of order is the sum of its rows of order_line \(1,000 rows\)/,
        );
        expect(code, output).to.equal(0);
        await expectStatistics();
      },
    ],
    [
      "The demo ends with 1 where its DAG run fails, however well its run went",
      async () => {
        const airflow = await connect();
        const ending = demo("--count", "2345");
        const dagRun = await waitUntil("the demo's DAG run", () => airflow.newest({ count: 2345 }), {
          timeoutMs: runTimeoutMs,
          everyMs: 200,
        });
        await airflow.runId(dagRun);
        await airflow.fail(dagRun);
        const { code, output } = await ending;
        expect(output).to.match(/balanced +yes/);
        expect(output).to.match(/DAG run +failed/);
        expect(code).to.equal(1);
      },
    ],
    [
      "The demo says so where the DAG is paused",
      async () => {
        const airflow = await connect();
        await airflow.pause(true);
        const { code, output } = await demo("--count", "3000").finally(() => airflow.pause(false));
        expect(output).to.include(
          `The DAG synthetic_data_pipeline is paused. Unpause it at ${airflowUrl}/dags/synthetic_data_pipeline, and try again.`,
        );
        expect(code).to.equal(1);
      },
    ],
    [
      "Who waits for a DAG run is told where the scheduler is down, and the DAG run goes on when it is back",
      async () => {
        const airflow = await connect();
        kill("airflow-scheduler", "SIGSTOP");
        let dagRun: DagRun;
        try {
          dagRun = await airflow.trigger({ count: 100 });
          const failure = await airflow
            .untilOver(dagRun, { pollMs: 500, outageMs: 2_000 })
            .catch((e: Error) => e);
          expect(failure).to.be.instanceOf(AirflowAway);
          expect(failure).to.have.property("message").that.includes("Airflow's scheduler is down.");
        } finally {
          kill("airflow-scheduler", "SIGCONT");
        }
        expect(await airflow.untilOver(dagRun)).to.deep.equal(allGreen);
      },
    ],
  ];
}
