import { expect } from "chai";
import { isOver, type Run } from "../../cli/run.ts";
import { type RunRequest, webClient } from "../../cli/web-client.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { allGreen, openAirflow } from "../airflow/open-airflow.ts";
import { openSuperset } from "../superset/superset-client.ts";
import { type ComposeProject, ownServices } from "./compose-project.ts";
import { countInPostgres, lookAtKafka, pingRedis } from "./from-the-host.ts";
import type { Check } from "./run-checks.ts";

const runTimeoutMs = 180_000;
const groupTimeoutMs = 60_000;
const restartTimeoutMs = 60_000;

/** What must hold of a project that has just come up, in this order: later ones build upon earlier ones. */
export async function composeChecks(project: ComposeProject, signal: AbortSignal): Promise<Check[]> {
  const { ports } = project;
  const web = await project.environmentOf("web");
  const database = await project.environmentOf("postgres");
  const credentials = { user: web.AUTH_USER ?? "", password: web.AUTH_PASSWORD ?? "" };
  const client = webClient(`http://127.0.0.1:${ports.web}`, credentials);
  const urlOf = (role: string, password = ""): string =>
    `postgres://${role}:${password}@127.0.0.1:${ports.postgres}/${database.POSTGRES_DB}`;
  const databaseUrl = urlOf("synthetic_user", database.POSTGRES_PASSWORD);
  const topic = web.KAFKA_TOPIC ?? "synthetic_users";
  const group = web.KAFKA_GROUP ?? "synthetic-consumer";

  async function carryOut(request: RunRequest): Promise<Run> {
    return await watchUntil(await client.requestRun(request), isOver);
  }

  async function watchUntil(run: Run, isLast: (run: Run) => boolean): Promise<Run> {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(runTimeoutMs)]);
    let last = run;
    for await (last of client.watchRun(run, isLast, patience));
    return last;
  }

  async function expectRows(run: Run, count: number): Promise<void> {
    expect(run, run.error ?? "").to.include({ status: "completed", stored: count, deadLettered: 0 });
    const sql = "SELECT count(DISTINCT seq) FROM users_raw WHERE run_id = $1 AND error IS NULL";
    expect(await countInPostgres(databaseUrl, sql, [run.id])).to.equal(count);
  }

  async function countMessages(): Promise<number> {
    const endOffsets = await lookAtKafka(ports.kafka, (kafka) => kafka.readEndOffsets(topic));
    return [...endOffsets.values()].reduce((sum, offset) => sum + offset, 0);
  }

  async function get(path: string, password?: string): Promise<Response> {
    const pair = Buffer.from(`${credentials.user}:${password}`).toString("base64");
    const headers = password === undefined ? {} : { authorization: `Basic ${pair}` };
    return await fetch(client.url + path, { headers, signal: AbortSignal.timeout(10_000) });
  }

  return [
    [
      "The migrations have ended, everything else is up and healthy",
      async () => {
        const containers = await project.containers();
        const conditions = Object.fromEntries(
          containers.map(({ service, condition }) => [service, condition]),
        );
        const { migrate, ...others } = conditions;
        expect(migrate).to.equal("exited with 0");
        expect(others).to.have.all.keys(
          "web",
          "worker",
          "consumer",
          "postgres",
          "redis",
          "kafka",
          "kafka-ui",
          "airflow",
          "summariser",
          "superset",
        );
        expect(new Set(Object.values(others)), JSON.stringify(others)).to.have.all.keys("running, healthy");
      },
    ],
    [
      "Ports are published on this machine's loopback address alone",
      async () => {
        const addresses = (await project.containers()).flatMap(({ hostAddresses }) => hostAddresses);
        expect(addresses).to.have.lengthOf(Object.keys(ports).length);
        expect(new Set(addresses)).to.have.all.keys("127.0.0.1");
      },
    ],
    [
      "No process is root's or has privileges; our own, PostgreSQL, Redis and Superset have a read-only file system",
      async () => {
        const running = (await project.containers()).filter(({ condition }) =>
          condition.startsWith("running"),
        );
        for (const container of running) {
          const { Uid, CapEff, NoNewPrivs } = await project.firstProcess(container);
          expect(Uid, container.name).to.match(/^[1-9]/);
          expect(NoNewPrivs, container.name).to.equal("1");
          expect(CapEff, container.name).to.match(/^0+$/);
          const isReadOnly = [...ownServices, "postgres", "redis", "superset"].includes(container.service);
          expect(container.hasReadOnlyRoot, container.name).to.equal(isReadOnly);
        }
      },
    ],
    [
      "The service's role owns no table, the reader's only reads, and the superuser comes from nowhere",
      async () => {
        const owners = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner <> $1";
        expect(await countInPostgres(databaseUrl, owners, ["synthetic_owner"])).to.equal(0);
        const reader = urlOf("synthetic_reader", database.POSTGRES_READER_PASSWORD);
        expect(await countInPostgres(reader, "SELECT count(*) FROM users_raw", [])).to.equal(0);
        const refusedOf = async (url: string, sql: string): Promise<string> =>
          countInPostgres(url, sql, []).then(String, (error: Error) => error.message);
        const free = `${reader}?options=-cdefault_transaction_read_only%3Doff`;
        expect(await refusedOf(reader, "DELETE FROM users_raw")).to.include("read-only transaction");
        expect(await refusedOf(free, "DELETE FROM users_raw")).to.include("permission denied");
        expect(await refusedOf(databaseUrl, "DROP TABLE users_raw")).to.include("must be owner");
        const superuser = urlOf("postgres", database.POSTGRES_PASSWORD);
        expect(await refusedOf(superuser, "SELECT 1")).to.include("password authentication failed");
      },
    ],
    [
      "Everything but /healthz asks for credentials",
      async () => {
        expect((await get("/healthz")).status).to.equal(200);
        for (const path of ["/", "/runs", "/api/runs", "/queues", "/metrics", "/readyz"]) {
          expect((await get(path)).status, path).to.equal(401);
          expect((await get(path, "a wrong one")).status, path).to.equal(401);
        }
        expect((await get("/runs", credentials.password)).status).to.equal(200);
      },
    ],
    [
      "A request for 1,000 records becomes 1,000 messages and 1,000 rows",
      async () => {
        await expectRows(await carryOut({ count: 1_000 }), 1_000);
        expect(await countMessages()).to.equal(1_000);
      },
    ],
    [
      "Two workers and two consumers carry out the next 1,000",
      async () => {
        await project.up("--no-recreate", "--scale=worker=2", "--scale=consumer=2");
        await waitUntil(
          "two consumers in a stable group",
          async () => {
            const found = await lookAtKafka(ports.kafka, (kafka) => kafka.describeGroup(group));
            expect(found).to.deep.equal({ state: "Stable", members: 2 });
          },
          { timeoutMs: groupTimeoutMs, everyMs: 250, signal },
        );
        await expectRows(await carryOut({ count: 1_000, chunkSize: 50 }), 1_000);
        expect(await countMessages()).to.equal(2_000);
      },
    ],
    [
      "A worker and a consumer that crash in mid-run are started again, and no record is lost or doubled",
      async () => {
        const run = await client.requestRun({ count: 100_000 });
        const begun = await watchUntil(run, ({ stored }) => stored > 0);
        expect(begun.status).to.equal("running");
        const crashing = (await project.containers()).filter(({ name }) =>
          /-(worker|consumer)-1$/.test(name),
        );
        await Promise.all(crashing.map(project.crash));
        await expectRows(await watchUntil(begun, isOver), 100_000);
        await waitUntil(
          "Docker to have started both again",
          async () => {
            const restarted = (await project.containers()).filter(({ restarts }) => restarts > 0);
            expect(restarted.map(({ id }) => id)).to.have.members(crashing.map(({ id }) => id));
            for (const { name, condition } of restarted) expect(condition, name).to.equal("running, healthy");
          },
          { timeoutMs: restartTimeoutMs, everyMs: 500, signal },
        );
      },
    ],
    [
      "A DAG run in Airflow generates 1,000 users and counts them, and is green from end to end",
      async () => {
        const { AIRFLOW_USER: user = "", AIRFLOW_PASSWORD: password = "" } =
          await project.environmentOf("airflow");
        const airflow = await openAirflow(
          `http://127.0.0.1:${ports.airflow}`,
          { user, password },
          runTimeoutMs,
        );
        expect(await airflow.importErrors()).to.deep.equal([]);
        expect(await airflow.untilOver(await airflow.trigger({}))).to.deep.equal(allGreen);
        const sql = "SELECT sum(total_users)::bigint AS count FROM users_stats";
        expect(await countInPostgres(databaseUrl, sql, [])).to.equal(103_000);
      },
    ],
    [
      "Bull Board shows the queues, Kafka UI and Redis answer",
      async () => {
        const board = await get("/queues/api/queues", credentials.password);
        expect(board.status).to.equal(200);
        const { queues } = (await board.json()) as { queues: { name: string }[] };
        expect(queues.map(({ name }) => name)).to.have.members([
          "conducting.runs",
          "generating.chunks",
          "generating.paced-chunks",
        ]);
        const kafkaUi = await fetch(`http://127.0.0.1:${ports.kafkaUi}/`);
        expect(kafkaUi.status).to.equal(200);
        expect(await pingRedis(ports.redis)).to.equal("PONG");
      },
    ],
    [
      "Superset's dashboard shows what is in the database, and can only read it",
      async () => {
        const superset = await openSuperset(`http://127.0.0.1:${ports.superset}`);
        await waitUntil(
          "every row to be on the dashboard",
          async () => expect(await superset.readNumber("Users stored")).to.equal(103_000),
          { timeoutMs: groupTimeoutMs, everyMs: 1_000, signal },
        );
        for (const chart of await superset.listCharts()) await superset.readChart(chart);
        expect((await superset.query("DELETE FROM users_raw")).status).to.be.at.least(400);
      },
    ],
    [
      "Our own processes end in order when they are told to",
      async () => {
        await project.stop();
        const own = (await project.containers()).filter(({ service }) => ownServices.includes(service));
        for (const { name, condition } of own) expect(condition, name).to.equal("exited with 0");
      },
    ],
    [
      "New containers find everything again, and go on with it",
      async () => {
        await project.down();
        await project.up();
        const rows = await countInPostgres(databaseUrl, "SELECT count(*) FROM users_raw", []);
        expect(rows).to.equal(103_000);
        expect(await countMessages()).to.be.at.least(103_000);
        await expectRows(await carryOut({ count: 1_000 }), 1_000);
      },
    ],
  ];
}
