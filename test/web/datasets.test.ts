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
  readonly createdAt: string;
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
---
$id: buoy
x-record: { count: 20 }
required: [name]
properties: { name: { type: string, x-generate: { sequence: "buoy-{00}" } } }
---
$id: swell
x-record: { seriesOf: buoy, every: PT5S, jitter: PT1S }
required: [buoy, at]
properties:
  buoy: { type: string, x-generate: { parent: name } }
  at: { type: string, format: date-time, x-generate: tick }
---
$id: tide
x-record: { seriesOf: buoy, every: PT1H }
required: [id]
properties: { id: { type: string, format: uuid } }
---
$id: warning
x-record: { count: 3 }
required: [tide]
properties: { tide: { type: string, format: uuid, x-generate: { ref: tide.id } } }
---
$id: numbered_swell
x-record: { seriesOf: buoy, every: PT5S }
required: [number]
properties: { number: { type: integer, minimum: 1, maximum: 9999, x-generate: { unique: true } } }
---
$id: berth
x-record: { key: id, count: 5, changes: { updates: 1.5, over: P30D, envelope: upsert } }
required: [id, state]
properties:
  id: { type: string, format: uuid }
  state: { enum: [free, taken] }
---
$id: sighting
x-record: { childOf: ship, count: { range: [1, 3] } }
required: [id]
properties: { id: { type: string, format: uuid } }
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
      ["a rate of the whole", { types: { ship: {} }, rate: 5 }, ["rate"]],
      [
        "a rate that is none",
        { types: { ship: { rate: 0 }, port: { rate: "fast" } } },
        ["types.port.rate", "types.ship.rate"],
      ],
      ["a shape without a rate", { types: { ship: { shape: { kind: "constant" } } } }, ["types.ship.rate"]],
      [
        "a rate at which the changes that belong together take too long",
        { types: { berth: { rate: 0.01 } } },
        ["types.berth.rate"],
      ],
      ["real time of what has no instants", { types: { ship: { rate: "realtime" } } }, ["types.ship.rate"]],
      ["real time of a dataset without a time series", { types: { ship: {} }, realtime: true }, ["realtime"]],
      [
        "a shape beside real time",
        { types: { swell: { rate: "realtime", shape: { kind: "ramp", from: 1, seconds: 5 } } } },
        ["types.swell.shape"],
      ],
      ["no end without a rate", { types: { swell: { count: null } } }, ["types.swell.rate"]],
      [
        "no end of entities of which there are readings",
        { types: { buoy: { count: null, rate: 5 }, swell: { count: 3 } } },
        ["types.buoy.count", "types.swell.count"],
      ],
      [
        "no end of what others refer to",
        { types: { tide: { count: null, rate: 5 }, warning: {} } },
        ["types.tide.count"],
      ],
      ["no end of children", { types: { sighting: { count: null, rate: 5 } } }, ["types.sighting.count"]],
      ["no end of what nothing is a time series of", { types: { ship: {} }, endless: true }, ["endless"]],
      [
        "no end of values that are unique and run out",
        { types: { numbered_swell: { count: null, rate: "realtime" } } },
        ["types.numbered_swell.count"],
      ],
      ["readings of nobody", { types: { buoy: { count: 0 }, swell: { count: 5 } } }, ["types.swell.count"]],
      [
        "readings of nobody without an end",
        { types: { buoy: { count: 0 }, swell: { count: null, rate: 5 } } },
        ["types.swell.count"],
      ],
      [
        "more overdue readings than a run may have",
        { types: { swell: { count: null, rate: "realtime" } }, referenceDate: "1999-01-01" },
        ["referenceDate"],
      ],
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

  describe("with time series", () => {
    const swellOf = ({ runs }: DatasetJson): RunJson =>
      runs.find(({ type }) => type === "swell") ?? expect.fail("there is a run of swell");
    const inRealTime = {
      rate: 4,
      shape: { kind: "realtime", entities: 20, everySeconds: 5, jitterSeconds: 1 },
    };

    it("keeps its instants from the start on, which is the next whole second", async () => {
      const dataset = await start({ types: { swell: { rate: "realtime" } } });
      expect(swellOf(dataset)).to.deep.include({ requested: 7_200, ...inRealTime });
      expect(dataset.types).to.deep.equal({ swell: { count: 7_200, rate: "realtime" }, buoy: { count: 20 } });
      const began = Date.parse(dataset.referenceDate);
      expect(began % 1_000).to.equal(0);
      expect(began - Date.parse(dataset.createdAt)).to.be.within(-1_000, 1_000);
    });

    it("goes on without an end where nothing else follows from it", async () => {
      const dataset = await start({ types: { swell: { count: null, rate: "realtime" } }, scale: 2 });
      const swell = { requested: null, rate: 8, shape: { ...inRealTime.shape, entities: 40 } };
      expect(swellOf(dataset)).to.deep.include(swell);
      expect(dataset.types).to.deep.include({ swell: { count: null, rate: "realtime" } });
      const again = await start({ types: dataset.types, referenceDate: dataset.referenceDate });
      expect(again.types).to.deep.equal(dataset.types);
      expect(again.referenceDate).to.equal(dataset.referenceDate);
      const paced = await start({ types: { swell: { count: null, rate: 7 } } });
      expect(swellOf(paced)).to.deep.include({ requested: null, rate: 7, shape: { kind: "constant" } });
    });

    it("takes a reference date in the past or in the future as it is", async () => {
      for (const days of [-1, 400]) {
        const referenceDate = new Date(Date.now() + days * 86_400_000).toISOString();
        const types = { swell: { rate: "realtime", count: null } };
        expect(await start({ types, referenceDate })).to.deep.include({ referenceDate });
      }
    });

    it("asks it of all time series at once, but of those that say something else", async () => {
      const dataset = await start({ types: { swell: {}, warning: {} } }, "?realtime=true&endless=true");
      const asked = dataset.runs.map(({ type, requested, rate }) => [type, requested, rate]);
      expect(asked).to.have.deep.members([
        ["buoy", 20, null],
        ["swell", null, 4],
        // The warnings refer to it.
        ["tide", 7_200, 20 / 3_600],
        ["warning", 3, null],
      ]);
      const own = await start({ types: { swell: { rate: 9, count: 40 } }, realtime: true });
      expect(swellOf(own)).to.deep.include({ requested: 40, rate: 9, shape: { kind: "constant" } });
    });

    it("is asked for once under an idempotency key", async () => {
      const key = { "Idempotency-Key": "one series" };
      const first = await start({ types: { swell: { count: null, rate: "realtime" } } }, "", key);
      const again = await start({ types: { swell: {} }, realtime: true, endless: true }, "", key);
      expect(again.id).to.equal(first.id);
      for (const swell of [
        { rate: "realtime" },
        { count: null, rate: 4 },
        { count: 7_200, rate: "realtime" },
      ])
        await expectProblem(
          await web().post("/api/datasets", { types: { swell } }, key),
          "idempotency-key-reused",
        );
    });

    it("keeps the rate that follows from its instants", async () => {
      const { id } = swellOf(await start({ types: { swell: { rate: "realtime" } } }));
      for (const rate of [5, null]) {
        const answer = await fetch(`${web().url}/api/runs/${id}`, {
          method: "PATCH",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ rate }),
        });
        expect(badFields(await expectProblem(answer, "invalid-request"))).to.deep.equal(["rate"]);
      }
    });

    it("is refused with the reason where something follows from its count", async () => {
      const messages = async (body: unknown) => (await refused(body)).errors?.map(({ message }) => message);
      expect(await messages({ types: { tide: { count: null, rate: 5 }, warning: {} } })).to.deep.equal([
        "must be a number: warning.tide refers to its records",
      ]);
      expect(await messages({ types: { swell: { count: null } } })).to.deep.equal([
        "is required of an endless run: without one it would fill the disk",
      ]);
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
