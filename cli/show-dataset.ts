import { ExplainedError } from "../stack/explained-error.ts";
import { say } from "../stack/say.ts";
import { mediaTypeOf } from "../types/definition/media-type.ts";
import { datasetDashboardUrl, typeDashboardUrl } from "../web/runs/dashboard-url.ts";
import type { AirflowClient } from "./airflow-client.ts";
import { describeDagRun, triggerDag, untilDagRunIsOver, untilRunIsThere } from "./dag-run.ts";
import type { DemoDataset, DemoRequest } from "./demo-request.ts";
import { describeAudit, describeDataset } from "./describe-dataset.ts";
import { followDataset } from "./follow-dataset.ts";
import { reportProblems } from "./report-problems.ts";
import { balances } from "./run.ts";
import type { Dataset, WebClient } from "./web-client.ts";

interface Places {
  readonly client: WebClient;
  /** Null where the demo asks by itself. */
  readonly airflow: AirflowClient | null;
  readonly supersetUrl: string | null;
  readonly interrupt: AbortSignal;
}

/**
 * Registers a file's types, sends a dataset of them through, has its rows compared with one another and tells where it is to be seen.
 * @returns the command's exit code: 0 only where all of it is as it must be
 */
export async function showDataset(demo: DemoDataset, places: Places): Promise<number> {
  const { client, airflow, interrupt } = places;
  const registered = await client.registerTypes(demo.text, mediaTypeOf(demo.text), false);
  if ("problems" in registered) {
    reportProblems(demo.file, registered.problems);
    return 1;
  }
  const request = demo.requestOf(registered.types.map(({ name }) => name));
  const way = airflow === null ? "" : "Airflow, ";
  say(`Sending ${Object.keys(request.types).join(", ")} through ${way}BullMQ, Kafka and PostgreSQL …\n`);
  const asked = await (airflow === null
    ? askFor(client, request)
    : askByDag(airflow, client, request, interrupt));
  const last = await followDataset(client, asked.dataset, interrupt, process.stdout);
  console.log(`\n${describeDataset(last)}`);
  const ended = await asked.untilOver();
  const isWhole = last.status === "completed" && last.runs.every(balances);
  const rows = isWhole ? await compareRows(client, last.id) : null;
  if (rows !== null) console.log(`\n${rows.text}`);
  console.log(`\n${tellPlaces(demo, last, places, ended.text)}`);
  return ended.succeeded && rows?.holds === true ? 0 : 1;
}

/** Of a large dataset that takes longer than a request may: the refusal says by what to do it. */
async function compareRows(
  client: WebClient,
  id: string,
): Promise<{ readonly holds: boolean; readonly text: string }> {
  try {
    const audit = await client.auditDataset(id);
    return { holds: audit.holds, text: describeAudit(audit) };
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    return { holds: false, text: error.message };
  }
}

interface Asked {
  readonly dataset: Dataset;
  /** What became of what has asked for it; null where nothing else did. */
  readonly untilOver: () => Promise<{ readonly succeeded: boolean; readonly text: string | null }>;
}

async function askFor(client: WebClient, request: DemoRequest): Promise<Asked> {
  const dataset = await client.requestDataset(JSON.stringify(request), {});
  if ("problems" in dataset)
    throw new ExplainedError(dataset.problems.map(({ message }) => message).join("\n"));
  return { dataset, untilOver: async () => ({ succeeded: true, text: null }) };
}

async function askByDag(
  airflow: AirflowClient,
  client: WebClient,
  { types, ...options }: DemoRequest,
  interrupt: AbortSignal,
): Promise<Asked> {
  const dagRun = await triggerDag(airflow, { conf: { dataset: types, options } }, interrupt);
  return {
    dataset: await client.getDataset(await untilRunIsThere(airflow, dagRun, interrupt)),
    async untilOver() {
      say("\nAirflow checks the ledgers …");
      const { state } = await untilDagRunIsOver(airflow, dagRun, interrupt);
      return { succeeded: state === "success", text: await describeDagRun(airflow, dagRun) };
    },
  };
}

function tellPlaces(
  { name }: DemoDataset,
  { id, runs }: Dataset,
  { client, supersetUrl }: Places,
  dagRun: string | null,
): string {
  const types = runs.map(({ type }) => type);
  const dashboards = (url: string): readonly string[] =>
    name === null ? types.map((type) => typeDashboardUrl(url, type)) : [datasetDashboardUrl(url, name)];
  const rows: readonly (readonly [label: string, text: string])[] = [
    ["page", `${client.url}/datasets/${id}`],
    ...types.map((type) => ["type", `${client.url}/types/${type}`] as const),
    ...(dagRun === null ? [] : [["DAG run", dagRun] as const]),
    ...(supersetUrl === null ? [] : dashboards(supersetUrl).map((url) => ["dashboard", url] as const)),
  ];
  return rows.map(([label, text]) => `  ${label.padEnd(15)}${text}`).join("\n");
}
