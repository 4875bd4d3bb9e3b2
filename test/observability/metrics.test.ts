import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { parse } from "yaml";
import { createProcessRegistry } from "../../service/process-metrics.ts";
import { eventually } from "../setup/eventually.ts";
import { unique } from "../setup/unique.ts";
import { type ExposedMetric, readExposition, readSelectors } from "./exposition.ts";
import { type Processes, type ProcessName, startProcesses } from "./processes.ts";

const projectFile = (name: string): URL => new URL(`../../${name}`, import.meta.url);
const readProjectFile = (name: string): Promise<string> => readFile(projectFile(name), "utf8");

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly for: string;
      readonly labels: { readonly severity: string };
      readonly annotations: {
        readonly summary: string;
        readonly action: string;
        readonly runbook_url: string;
      };
    }[];
  }[];
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      { readonly profiles?: readonly string[]; readonly environment?: Readonly<Record<string, unknown>> }
    >
  >;
}

/** Prometheus's own, whose labels are those of the scrape. */
const own = "up";

describe("metrics", () => {
  let processes: Processes;
  const exposed = new Map<ProcessName, readonly ExposedMetric[]>();

  before(async function () {
    this.timeout(300_000);
    processes = await startProcesses();
    await exercise(processes.url);
    await eventually(async () => {
      for (const [name, url] of Object.entries(processes.metricsUrls) as [ProcessName, string][]) {
        const text = await (await fetch(`${url}/metrics`)).text();
        // The last thing to happen.
        if (name === "summariser") expect(text).to.match(/^synthetic_summary_ids_total [1-9]/m);
        exposed.set(name, readExposition(text));
      }
    }, 60_000);
  });
  after(() => processes?.stop());

  const everyMetric = (): ExposedMetric[] => [...exposed.values()].flat();

  it("are named as Prometheus wants it: base units, _total for counters alone, and a help", () => {
    for (const { name, type, help } of everyMetric()) {
      if (!/^(synthetic|http)_/.test(name)) continue;
      expect(help, name).to.match(/^[A-Z].*[^.]$/);
      expect(name, name).to.match(/^[a-z]+(_[a-z]+)+$/);
      expect(name.endsWith("_total"), name).to.equal(type === "counter");
      expect(name).to.not.match(/_(ms|milliseconds|minutes|kilobytes|megabytes|percent)\b/);
    }
  });

  it("say from the first scrape how large the disk is", async () => {
    const registry = createProcessRegistry();
    const text = await registry.metrics();
    const [available = 0, size = 0] = ["available", "size"].map((what) =>
      Number(new RegExp(`^synthetic_disk_${what}_bytes (.*)$`, "m").exec(text)?.[1]),
    );
    expect(available).to.be.greaterThan(0);
    expect(size).to.be.at.least(available);
  });

  it("have few series a process, whatever is done", () => {
    for (const [name, metrics] of exposed) {
      const labels = new Set(metrics.flatMap((metric) => [...metric.labels]));
      expect(labels, name).to.not.include.members(["run", "run_id", "job", "job_id", "path", "url"]);
    }
  });

  it("are the ones that every alert asks for, by labels that there are", async () => {
    const { groups } = parse(await readProjectFile("observability/prometheus/alerts.yml")) as Rules;
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).to.be.greaterThan(8);
    for (const { alert, expr } of rules) expectExposed(alert, expr);
  });

  it("are the ones that every panel of the dashboard asks for", async () => {
    const dashboard = JSON.parse(
      await readProjectFile("observability/grafana/dashboards/pipeline.json"),
    ) as Dashboard;
    const asked = dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({ title, expr })),
    );
    expect(asked.length).to.be.greaterThan(20);
    for (const { title, expr } of asked) expectExposed(title, expr);
  });

  function expectExposed(what: string, expression: string): void {
    const selectors = readSelectors(expression);
    expect(selectors, `${what}: ${expression}`).to.not.be.empty;
    for (const { name, labels } of selectors) {
      if (name === own) continue;
      const found = everyMetric().filter((metric) => metric.series.has(name));
      expect(found, `${what} asks for ${name}`).to.not.be.empty;
      const known = found.flatMap((metric) => [...metric.labels]);
      expect(known, `${what} selects ${name} by`).to.include.members([...labels]);
    }
  }

  it("stand in the documentation as they are", async () => {
    const file = "docs/observability.md";
    const text = await readProjectFile(file);
    const table = ["| metric | type | labels | of | what it is |", "|---|---|---|---|---|", ...rows()].join(
      "\n",
    );
    const block = /(<!-- metrics -->\n)[\s\S]*?(\n<!-- \/metrics -->)/;
    expect(text).to.match(block);
    if (process.env.UPDATE_METRICS === "1") {
      await writeFile(projectFile(file), text.replace(block, `$1${table}$2`));
    } else {
      expect(block.exec(text)?.[0]).to.equal(`<!-- metrics -->\n${table}\n<!-- /metrics -->`);
    }
  });

  function rows(): string[] {
    const byName = new Map<string, { metric: ExposedMetric; of: ProcessName[] }>();
    for (const [name, metrics] of exposed) {
      for (const metric of metrics.filter((each) => /^(synthetic|http)_/.test(each.name))) {
        const entry = byName.get(metric.name) ?? { metric, of: [] };
        byName.set(metric.name, { ...entry, of: [...entry.of, name] });
      }
    }
    return [...byName.values()].map(({ metric: { name, type, labels, help }, of }) => {
      const who = of.length === exposed.size ? "all" : of.join(", ");
      return `| \`${name}\` | ${type} | ${[...labels]
        .sort()
        .map((label) => `\`${label}\``)
        .join(" ")} | ${who} | ${help} |`;
    });
  }

  it("are served beside a liveness, and nothing else is", async () => {
    const url = processes.metricsUrls.worker;
    const alive = await fetch(`${url}/healthz`);
    expect([alive.status, await alive.json()]).to.deep.equal([200, { status: "alive" }]);
    expect((await fetch(`${url}/`)).status).to.equal(404);
    const refused = await fetch(`${url}/metrics`, { method: "POST" });
    expect([refused.status, refused.headers.get("allow")]).to.deep.equal([405, "GET, HEAD"]);
  });
});

describe("the alerts", () => {
  it("each say what happened, what to do, and where more of it stands", async () => {
    const { groups } = parse(await readProjectFile("observability/prometheus/alerts.yml")) as Rules;
    const runbook = await readProjectFile("docs/observability.md");
    for (const rule of groups.flatMap((group) => group.rules)) {
      const { alert, annotations, labels } = rule;
      expect(rule.for, alert).to.match(/^\d+m$/);
      expect(labels.severity, alert).to.equal("page");
      expect(annotations.summary, alert).to.match(/\.$/);
      expect(annotations.action, alert).to.match(/\.$/);
      expect(annotations.runbook_url).to.equal(`docs/observability.md#${alert.toLowerCase()}`);
      expect(runbook, alert).to.include(`### ${alert}\n`);
    }
  });
});

describe("Prometheus's configuration", () => {
  it("scrapes every process of docker-compose.yml that serves metrics", async () => {
    const compose = parse(await readProjectFile("docker-compose.yml"), { merge: true }) as Compose;
    const serving = Object.entries(compose.services).filter(
      ([, { environment }]) => environment?.METRICS_PORT !== undefined,
    );
    const config = parse(await readProjectFile("observability/prometheus/prometheus.yml"));
    const [{ names, port }] = config.scrape_configs[0].dns_sd_configs;
    expect(names).to.have.members(serving.map(([name]) => name));
    for (const [, { environment }] of serving) expect(environment?.METRICS_PORT).to.equal(port);
    expect(compose.services.prometheus?.profiles).to.deep.equal(["observability"]);
    expect(compose.services.grafana?.profiles).to.deep.equal(["observability"]);
  });
});

/** Lets happen what the metrics are of: a run, foreign records, one of which cannot become a row, and a request. */
async function exercise(url: string): Promise<void> {
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  const topic = unique("topic");
  const registered = await post("/api/types", {
    $id: "parcel",
    "x-record": { topic },
    properties: { a: {} },
  });
  expect(registered.status).to.equal(201);
  const accepted = await post("/api/runs", { count: 1_000, chunkSize: 500 });
  expect(accepted.status).to.equal(202);
  const { id } = (await accepted.json()) as { readonly id: string };
  await eventually(async () => {
    const run = (await (await fetch(`${url}/api/runs/${id}`)).json()) as { readonly status: string };
    expect(run.status).to.equal("completed");
  }, 60_000);
  expect((await post("/produce", { records: ["no record", {}] })).status).to.equal(202);
  await eventually(async () => {
    const letters = (await (await fetch(`${url}/api/dead-letters`)).json()) as {
      readonly deadLetters: readonly unknown[];
    };
    expect(letters.deadLetters).to.have.length(1);
  });
  await eventually(async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).to.include(`synthetic_topic_consumers{topic="${topic}"} 1`);
  });
}
