import { expect } from "chai";
import { listUnfinishedRunIds } from "../../ledger/runs/find-runs.ts";
import type { RunJson } from "../../web/runs/request/run-schema.ts";
import { badFields, expectProblem, readRun, webForSuite } from "./web-server.ts";

const yaml = { "Content-Type": "application/yaml" };

interface DatasetJson {
  readonly id: string;
  readonly status: string;
  readonly seed: number;
  readonly referenceDate: string;
  readonly types: Readonly<Record<string, unknown>>;
  readonly runs: readonly RunJson[];
}

const definitions = `$id: ship
x-record: { count: 30 }
required: [id]
properties: { id: { type: string, format: uuid }, mass: { type: number } }
---
$id: port
x-record: { count: 4 }
required: [code]
properties: { code: { type: string, x-generate: { sequence: "P{000}" } } }
`;

describe("The API of datasets", () => {
  const web = webForSuite({ MAX_RECORDS_PER_RUN: "1000000", MAX_QUEUED_RECORDS: "5000000" });

  before(async () => {
    expect((await web().post("/api/types", definitions, yaml)).status).to.equal(201);
  });

  const read = async (response: Response): Promise<DatasetJson> => (await response.json()) as DatasetJson;
  async function start(body: unknown, query = "", headers = {}): Promise<DatasetJson> {
    const response = await web().post(`/api/datasets${query}`, body, headers);
    expect(response.status).to.equal(202);
    const dataset = await read(response);
    expect(response.headers.get("location")).to.equal(`/api/datasets/${dataset.id}`);
    return dataset;
  }
  const refused = async (body: unknown, query = "") =>
    expectProblem(await web().post(`/api/datasets${query}`, body), "invalid-request");
  const countsOf = ({ runs }: DatasetJson) =>
    Object.fromEntries(runs.map(({ type, requested }) => [type, requested]));

  it("starts a run of each type under one seed and reference date", async () => {
    const dataset = await start({
      types: { user: { count: 1_000, fields: ["email", "name"] }, ship: { count: 50 }, port: {} },
      seed: 42,
      referenceDate: "2026-07-01",
      chunkSize: 7,
    });
    expect(dataset).to.deep.include({
      status: "queued",
      seed: 42,
      referenceDate: "2026-07-01T00:00:00.000Z",
      types: { user: { count: 1_000, fields: ["name", "email"] }, ship: { count: 50 }, port: { count: 4 } },
    });
    expect(countsOf(dataset)).to.deep.equal({ user: 1_000, ship: 50, port: 4 });
    for (const run of dataset.runs) {
      expect(run).to.deep.include({ dataset: dataset.id, seed: 42, chunkSize: 7, status: "queued" });
      expect(await readRun(await web().get(`/api/runs/${run.id}`))).to.deep.equal(run);
    }
    expect(await read(await web().get(`/api/datasets/${dataset.id}`))).to.deep.equal(dataset);
  });

  it("gives every run its job", async () => {
    const { runs } = await start({ types: { ship: {}, port: {} } });
    for (const { id } of runs) {
      expect(await web().deps.queues.runs.getJob(id)).to.have.nested.property("data.runId", id);
    }
  });

  it("settles the options of each type as a run of it would have them", async () => {
    const asked = { fields: ["name", "email"], unique: ["email"], nulls: { name: 0.5 }, preset: "uniform" };
    const same = { seed: 9, referenceDate: "2026-07-01" };
    const run = await web().startRun({ count: 10, ...asked, ...same });
    const { runs } = await start({ types: { user: { count: 10, ...asked } }, ...same });
    const { id: _, dataset: __, createdAt: ___, ...settled } = run;
    expect(runs[0]).to.deep.include(settled);
  });

  it("says what gives the same once more, which is the same request", async () => {
    const first = await start({ types: { user: { count: 3, coherent: false }, ship: {} }, scale: 2 });
    const { types, seed, referenceDate } = first;
    const again = await start({ types, seed, referenceDate });
    expect(again.types).to.deep.equal(types);
    const comparable = ({ runs }: DatasetJson) => runs.map(({ id, dataset, createdAt, ...rest }) => rest);
    expect(comparable(again)).to.deep.equal(comparable(first));
  });

  it("multiplies counts by a scale, named and the definitions' own", async () => {
    expect(countsOf(await start({ types: { ship: {}, port: { count: 3 } }, scale: 2.5 }))).to.deep.equal({
      ship: 75,
      port: 8,
    });
  });

  it("takes from the address what the body does not say", async () => {
    const dataset = await start({ types: { ship: {} }, seed: 5 }, "?scale=3&seed=4");
    expect(dataset.seed).to.equal(5);
    expect(countsOf(dataset)).to.deep.equal({ ship: 90 });
  });

  it("completes a run of no records at once", async () => {
    const { runs, status } = await start({ types: { ship: { count: 0 }, port: {} } });
    expect(runs.map((run) => run.status)).to.deep.equal(["completed", "queued"]);
    expect(status).to.equal("running");
    expect(await listUnfinishedRunIds(web().pool, 1_000)).not.to.include(runs[0]?.id);
  });

  describe("of a file of definitions", () => {
    const file = (name: string) => `$id: ${name}_crate
x-record: { count: 20 }
required: [id]
properties: { id: { type: string, format: uuid } }
---
$id: ${name}_label
x-record: { count: 5 }
required: [id]
properties: { id: { type: string, format: uuid } }
`;

    it("registers its types and starts a dataset of them", async () => {
      const dataset = await start(file("one"), "?scale=10&seed=7&chunkSize=50", yaml);
      expect(countsOf(dataset)).to.deep.equal({ one_crate: 200, one_label: 50 });
      expect(dataset.runs.map(({ seed, chunkSize }) => [seed, chunkSize])).to.deep.equal([
        [7, 50],
        [7, 50],
      ]);
      expect((await web().get("/api/types/one_label")).status).to.equal(200);
    });

    it("may say in YAML what a request says, which is told by its types", async () => {
      const dataset = await start("types: { user: { count: 3 } }\nseed: 5\n", "", yaml);
      expect(dataset).to.include({ seed: 5 });
      expect(dataset.runs.map(({ type, requested }) => [type, requested])).to.deep.equal([["user", 3]]);
      const wrong = await web().post("/api/datasets", "types: { user: { count: 2.5 } }\n", yaml);
      expect(badFields(await expectProblem(wrong, "invalid-request"))).to.deep.equal(["types.user.count"]);
    });

    it("may be JSON, which is told from a request by its types", async () => {
      const definition = { $id: "two", "x-record": { count: 6 }, properties: { id: { type: "integer" } } };
      expect(countsOf(await start([definition]))).to.deep.equal({ two: 6 });
      expect(countsOf(await start(definition))).to.deep.equal({ two: 6 });
    });

    it("is refused as registering it is, and starts nothing", async () => {
      const before = await web().pool.query("SELECT FROM datasets");
      const wrong = "$id: wrong\nproperties: { id: { type: string, x-generate: { sequence: 1 } } }\n";
      const problem = await expectProblem(
        await web().post("/api/datasets", wrong, yaml),
        "invalid-definition",
      );
      expect(problem.errors?.[0]).to.have.property("line");
      expect((await web().pool.query("SELECT FROM datasets")).rowCount).to.equal(before.rowCount);
    });
  });

  describe("refuses, naming each bad field,", () => {
    const cases: readonly (readonly [what: string, body: unknown, fields: readonly string[]])[] = [
      ["no types", { types: {} }, ["types"]],
      ["types that are a list", { types: ["user"] }, ["types"]],
      ["a name that no type can have", { types: { "Ship!": {} } }, ["types"]],
      ["a type that is not registered", { types: { nothing: {} } }, ["types.nothing"]],
      ["something that is no object for a type", { types: { ship: 5 } }, ["types.ship"]],
      [
        "options that a type has not, and bad values of those that it has",
        { types: { user: { count: -1, fields: ["nope"] }, ship: { fields: ["id"] }, port: { count: 0.5 } } },
        ["types.port.count", "types.ship.fields", "types.user.count", "types.user.fields[0]"],
      ],
      [
        "what is wrong with a type and with the whole",
        { types: { ship: { count: -1 } }, scale: 0 },
        ["scale", "types.ship.count"],
      ],
      ["a seed of a single type", { types: { ship: { seed: 1 } } }, ["types.ship.seed"]],
      ["a rate", { types: { ship: {} }, rate: 5 }, ["rate"]],
      ["a rate of a single type", { types: { ship: { rate: 5 } } }, ["types.ship.rate"]],
      [
        "a bad seed, scale and date",
        { types: { ship: {} }, seed: -1, scale: 0, referenceDate: "x" },
        ["referenceDate", "scale", "seed"],
      ],
      [
        "options that contradict one another",
        { types: { user: { count: 5, faults: { not_json: 0.7, duplicate: 0.7 } } } },
        ["types.user.faults"],
      ],
      [
        "faults that the type's fields do not allow",
        { types: { port: { faults: { invalid_email: 0.1 } } } },
        ["types.port.faults.invalid_email"],
      ],
      ["too many records of one type", { types: { ship: { count: 1_000_001 } } }, ["types.ship.count"]],
      ["too many because of the scale", { types: { ship: {} }, scale: 100_000 }, ["types.ship.count"]],
    ];
    for (const [what, body, fields] of cases) {
      it(what, async () => {
        expect(badFields(await refused(body))).to.deep.equal(fields);
      });
    }

    it("more records than may wait at a time, of all types together", async () => {
      const types = Object.fromEntries(
        ["user", "ship", "port", "two"].map((name) => [name, { count: 1_000_000 }]),
      );
      const problem = await refused({
        types: { ...types, one_crate: { count: 1_000_000 }, one_label: { count: 1 } },
      });
      expect(problem.detail).to.include("5,000,001");
    });
  });

  it("is asked for once under an idempotency key, however it is written", async () => {
    const key = { "Idempotency-Key": "one dataset" };
    const first = await start({ types: { ship: { count: 5 }, user: { count: 3, unique: [] } } }, "", key);
    const again = await start({ types: { user: { count: 3 }, ship: { count: 5 } }, scale: 1 }, "", key);
    expect(again.id).to.equal(first.id);
    for (const other of [
      { types: { ship: { count: 5 } } },
      { types: { ship: { count: 6 }, user: { count: 3 } } },
      { types: { ship: { count: 5 }, user: { count: 3, unique: ["email"] } } },
      { types: { ship: { count: 5 }, user: { count: 3 } }, seed: first.seed },
      { types: { ship: { count: 5 }, user: { count: 3 } }, scale: 2 },
      { types: { ship: { count: 5 }, user: { count: 3 } }, chunkSize: 9 },
    ]) {
      await expectProblem(await web().post("/api/datasets", other, key), "idempotency-key-reused");
    }
  });

  it("is listed a page at a time, and its runs by its id", async () => {
    const dataset = await start({ types: { ship: {}, port: {} } });
    const first = await web().get("/api/datasets?limit=1");
    const { datasets, next } = (await first.json()) as { datasets: DatasetJson[]; next: string };
    expect(datasets).to.deep.equal([dataset]);
    expect(first.headers.get("link")).to.include('rel="next"');
    const second = (await (await web().get(next)).json()) as { datasets: DatasetJson[] };
    expect(second.datasets).to.have.length(1);
    expect(second.datasets[0]?.id).not.to.equal(dataset.id);
    const listed = (await (await web().get(`/api/runs?dataset=${dataset.id}&sort=oldest`)).json()) as {
      runs: RunJson[];
    };
    expect(listed.runs).to.deep.equal(dataset.runs);
  });

  it("is paused, resumed and cancelled as a whole", async () => {
    const { id } = await start({ types: { ship: {}, port: {}, user: { count: 0 } } });
    const command = async (name: string) => read(await web().post(`/api/datasets/${id}/${name}`));
    const statuses = ({ runs }: DatasetJson) => runs.map(({ status }) => status);
    const paused = await command("pause");
    expect([paused.status, ...statuses(paused)]).to.deep.equal(["paused", "paused", "paused", "completed"]);
    const resumed = await command("resume");
    expect([resumed.status, ...statuses(resumed)]).to.deep.equal([
      "running",
      "running",
      "running",
      "completed",
    ]);
    const cancelled = await command("cancel");
    expect([cancelled.status, ...statuses(cancelled)]).to.deep.equal([
      "cancelled",
      "cancelled",
      "cancelled",
      "completed",
    ]);
    const problem = await expectProblem(await web().post(`/api/datasets/${id}/pause`), "run-state");
    expect(problem).to.include({ datasetStatus: "cancelled" });
  });

  it("is not there under an id that names none, or is none", async () => {
    for (const id of ["00000000-0000-7000-8000-000000000000", "nothing"]) {
      await expectProblem(await web().get(`/api/datasets/${id}`), "not-found");
      await expectProblem(await web().post(`/api/datasets/${id}/cancel`), "not-found");
    }
  });

  it("leaves runs that are asked for by themselves without a dataset", async () => {
    expect(await web().startRun({ count: 1 })).to.have.property("dataset", null);
  });
});
