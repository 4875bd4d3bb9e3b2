import { createHash } from "node:crypto";
import { expect } from "chai";
import { runJobId } from "../../queues/queues.ts";
import { settleOptions } from "../../types/user/options.ts";
import { userType } from "../../types/user/user.ts";
import {
  allFields,
  badFields,
  expectProblem,
  type ProblemJson,
  readRun,
  startWeb,
  webForSuite,
} from "./web-server.ts";

interface RunList {
  readonly runs: readonly { readonly id: string; readonly status: string }[];
  readonly next: string | null;
}

describe("POST /api/runs", () => {
  const web = webForSuite({ MAX_RECORDS_PER_RUN: "1000000" });

  it("commits a run and says where it is", async () => {
    const request = { count: 1000, fields: ["name", "email"], seed: 42, referenceDate: "2026-07-01" };
    const response = await web().post("/api/runs", { ...request, chunkSize: 100 });
    expect(response.status).to.equal(202);
    const run = await readRun(response);
    expect(response.headers.get("location")).to.equal(`/api/runs/${run.id}`);
    const { id, createdAt, ...rest } = run;
    expect(id).to.match(/^[0-9a-f-]{36}$/);
    expect(new Date(createdAt).toISOString()).to.equal(createdAt);
    expect(rest).to.deep.equal({
      dataset: null,
      type: "user",
      typeVersion: 2,
      status: "queued",
      requested: 1000,
      produced: 0,
      stored: 0,
      flagged: 0,
      deadLettered: 0,
      fields: ["name", "email"],
      seed: 42,
      referenceDate: "2026-07-01T00:00:00.000Z",
      options: { ...settleOptions(userType, {}) },
      rate: null,
      shape: null,
      chunkSize: 100,
      startedAt: null,
      finishedAt: null,
      error: null,
    });
    expect(await readRun(await web().get(`/api/runs/${id}`))).to.deep.equal(run);
  });

  it("refuses options that contradict one another, and names the field", async () => {
    const response = await web().post("/api/runs", { count: 1, countries: { Portugall: 1 } });
    expect(response.status).to.equal(400);
    expect((await response.json()).errors).to.deep.equal([
      { field: "countries.Portugall", message: 'is not known; did you mean "Portugal"?' },
    ]);
  });

  it("fills in every field, a random seed, the last midnight and the configured chunk size", async () => {
    const [first, second] = [await web().startRun({ count: 1 }), await web().startRun({ count: 1 })];
    expect(first.fields).to.deep.equal(allFields);
    expect(first.referenceDate).to.match(/T00:00:00\.000Z$/);
    expect(Date.now() - Date.parse(first.referenceDate)).to.be.within(0, 86_400_000 + 60_000);
    expect(first.chunkSize).to.equal(web().config.limits.chunkSize);
    expect(first.seed).to.not.equal(second.seed);
  });

  it("keeps the shares of faulty records, and leaves out those of 0", async () => {
    const faults = { invalid_date: 0.25, late: 0, not_json: 0.001 };
    const run = await web().startRun({ count: 1, faults });
    expect(run.options).to.have.property("faults").that.deep.equals({ invalid_date: 0.25, not_json: 0.001 });
  });

  it("gives the run its job", async () => {
    const { id } = await web().startRun({ count: 1 });
    const job = await web().deps.queues.runs.getJob(runJobId(id));
    expect(job?.data.runId).to.equal(id);
  });

  it("keeps the fields in the record type's order, whatever the request's", async () => {
    const run = await web().startRun({ count: 1, fields: ["ipv4", "name", "country"] });
    expect(run.fields).to.deep.equal(["name", "country", "ipv4"]);
  });

  it("takes a date-time with an offset and the greatest seed", async () => {
    const run = await web().startRun({
      count: 1,
      referenceDate: "2026-07-01T02:30:00+02:00",
      seed: Number.MAX_SAFE_INTEGER,
    });
    expect(run.referenceDate).to.equal("2026-07-01T00:30:00.000Z");
    expect(run.seed).to.equal(Number.MAX_SAFE_INTEGER);
  });

  const refused: readonly (readonly [what: string, body: unknown, fields: readonly string[]])[] = [
    ["no count", {}, ["count"]],
    ["a count of 0", { count: 0 }, ["count"]],
    ["a negative count", { count: -1 }, ["count"]],
    ["a fractional count", { count: 1.5 }, ["count"]],
    ["a count as text", { count: "10" }, ["count"]],
    ["a count above the limit", { count: 1_000_001 }, ["count"]],
    ["a count beyond all numbers", { count: 1e300 }, ["count"]],
    ["an endless run without a rate", { count: null }, ["rate"]],
    ["a rate of 0", { count: 1, rate: 0 }, ["rate"]],
    ["a rate as text", { count: 1, rate: "5" }, ["rate"]],
    ["a rate beyond all machines", { count: 1, rate: 1e9 }, ["rate"]],
    ["a shape without a rate", { count: 1, shape: { kind: "constant" } }, ["rate"]],
    ["a shape as text", { count: 1, rate: 5, shape: "ramp" }, ["shape"]],
    ["a shape without a kind", { count: 1, rate: 5, shape: {} }, ["shape"]],
    ["an unknown kind of shape", { count: 1, rate: 5, shape: { kind: "sine" } }, ["shape"]],
    ["a ramp that lacks a part", { count: 1, rate: 5, shape: { kind: "ramp", from: 1 } }, ["shape.seconds"]],
    ["a negative ramp", { count: 1, rate: 5, shape: { kind: "ramp", from: -1, seconds: 5 } }, ["shape.from"]],
    [
      "a burst of a ramp's parts",
      { count: 1, rate: 5, shape: { kind: "burst", from: 1, seconds: 5 } },
      ["shape.burstSeconds", "shape.everySeconds", "shape.factor", "shape.from", "shape.seconds"],
    ],
    [
      "a burst without an end",
      { count: 1, rate: 5, shape: { kind: "burst", everySeconds: 5, burstSeconds: 5, factor: 2 } },
      ["shape.burstSeconds"],
    ],
    ["no fields", { count: 1, fields: [] }, ["fields"]],
    ["fields as text", { count: 1, fields: "name" }, ["fields"]],
    ["an unknown field", { count: 1, fields: ["name", "shoe_size"] }, ["fields[1]"]],
    ["a field twice", { count: 1, fields: ["name", "name"] }, ["fields"]],
    ["a negative seed", { count: 1, seed: -1 }, ["seed"]],
    ["a seed of 2^53", { count: 1, seed: 2 ** 53 }, ["seed"]],
    ["a seed as text", { count: 1, seed: "42" }, ["seed"]],
    ["a day that is not", { count: 1, referenceDate: "2026-02-30" }, ["referenceDate"]],
    ["a leap second", { count: 1, referenceDate: "2016-12-31T23:59:60Z" }, ["referenceDate"]],
    ["a date without an offset", { count: 1, referenceDate: "2026-07-01T00:00:00" }, ["referenceDate"]],
    ["the year 0", { count: 1, referenceDate: "0000-07-01" }, ["referenceDate"]],
    ["a date as number", { count: 1, referenceDate: 1_780_000_000 }, ["referenceDate"]],
    ["a chunk size of 0", { count: 1, chunkSize: 0 }, ["chunkSize"]],
    ["a chunk size above the limit", { count: 1, chunkSize: 100_001 }, ["chunkSize"]],
    ["an unknown property", { count: 1, colour: "green" }, ["colour"]],
    ["a share above 1", { count: 1, faults: { not_json: 1.1 } }, ["faults.not_json"]],
    ["a share below 0", { count: 1, faults: { late: -0.1 } }, ["faults.late"]],
    ["a share as text", { count: 1, faults: { late: "0.1" } }, ["faults.late"]],
    ["an unknown fault", { count: 1, faults: { typo: 0.1 } }, ["faults.typo"]],
    ["faults as a list", { count: 1, faults: ["late"] }, ["faults"]],
    ["shares of more than everything", { count: 1, faults: { late: 0.6, empty: 0.6 } }, ["faults"]],
    [
      "a fault of a field that is not there",
      { count: 1, fields: ["name"], faults: { invalid_date: 0.1 } },
      ["faults.invalid_date"],
    ],
    ["__proto__ as property", '{"count":1,"__proto__":{"a":1}}', ["__proto__"]],
    [
      "everything at once",
      { count: 0, fields: ["x"], seed: 0.5, a: 1, b: 2 },
      ["a", "b", "count", "fields[0]", "seed"],
    ],
    ["an array", [1], ["body"]],
    ["a number", "5", ["body"]],
    ["null", "null", ["body"]],
  ];
  for (const [what, body, fields] of refused) {
    it(`refuses ${what} and names ${fields.join(", ")}`, async () => {
      const problem = await expectProblem(await web().post("/api/runs", body), "invalid-request");
      expect(badFields(problem)).to.deep.equal([...fields]);
      for (const { field, message } of problem.errors ?? []) {
        expect(message).to.match(/^(is|must)/);
        expect(problem.detail).to.include(`${field} ${message}`);
      }
    });
  }

  it("refuses a body that is no JSON", async () => {
    await expectProblem(await web().post("/api/runs", '{"count":'), "malformed-body");
  });

  it("refuses no body at all", async () => {
    const problem = await expectProblem(await web().post("/api/runs"), "invalid-request");
    expect(badFields(problem)).to.deep.equal(["body"]);
  });

  it("refuses another media type", async () => {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    await expectProblem(await web().post("/api/runs", "count=1", headers), "unsupported-media-type");
  });

  it("refuses a charset that it does not know", async () => {
    const headers = { "Content-Type": "application/json; charset=klingon" };
    await expectProblem(await web().post("/api/runs", '{"count":1}', headers), "unsupported-media-type");
  });

  it("refuses a body above its limit", async () => {
    const body = { count: 1, fields: Array.from({ length: 20_000 }, () => "name") };
    await expectProblem(await web().post("/api/runs", body), "too-large");
  });

  it("answers another method with those that there are", async () => {
    const response = await fetch(`${web().url}/api/runs`, { method: "DELETE" });
    await expectProblem(response, "method-not-allowed");
    expect(response.headers.get("allow")?.split(", ").sort()).to.deep.equal(["GET", "HEAD", "POST"]);
  });
});

describe("Idempotency-Key", () => {
  const web = webForSuite();

  it("makes fifty simultaneous requests one run", async () => {
    const headers = { "Idempotency-Key": "fifty" };
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => web().post("/api/runs", { count: 5, seed: 1 }, headers)),
    );
    expect(new Set(responses.map((response) => response.status))).to.deep.equal(new Set([202]));
    const runs = await Promise.all(responses.map(readRun));
    expect(new Set(runs.map((run) => run.id)).size).to.equal(1);
    const { rows } = await web().pool.query("SELECT 1 FROM runs WHERE idempotency_key = 'fifty'");
    expect(rows).to.have.length(1);
  });

  it("gives the same run for the same request, however it is written", async () => {
    const headers = { "Idempotency-Key": "spelling" };
    const spellings = [
      '{"count":5,"fields":["name","email"],"referenceDate":"2026-11-01"}',
      '{ "referenceDate": "2026-11-01T01:00:00+01:00", "fields": ["email", "name"], "count": 5.0 }',
      '{"count":5,"fields":["email","name"],"referenceDate":"2026-11-01T00:00:00Z","preset":"realistic","growth":3}',
    ];
    const runs = [];
    for (const body of spellings) {
      const response = await web().post("/api/runs", body, headers);
      expect(response.status).to.equal(202);
      runs.push(await readRun(response));
    }
    expect(runs.slice(1)).to.deep.equal([runs[0], runs[0]]);
  });

  it("gives the same run for a request from before the upgrade that changed how requests are compared", async () => {
    const headers = { "Idempotency-Key": "upgraded" };
    const body = { count: 5, fields: ["email", "name"] };
    const first = await readRun(await web().post("/api/runs", body, headers));
    // As the first version of the service wrote it: of the request as it was typed.
    const former = createHash("sha256").update('{"count":5,"fields":["email","name"]}').digest("hex");
    await web().pool.query("UPDATE runs SET request_hash = $1 WHERE id = $2", [former, first.id]);
    expect(await readRun(await web().post("/api/runs", body, headers))).to.deep.equal(first);
    const other = await web().post("/api/runs", { ...body, count: 6 }, headers);
    await expectProblem(other, "idempotency-key-reused");
  });

  it("refuses the key with another body", async () => {
    const headers = { "Idempotency-Key": "other" };
    await web().post("/api/runs", { count: 5 }, headers);
    await expectProblem(await web().post("/api/runs", { count: 6 }, headers), "idempotency-key-reused");
    await expectProblem(
      await web().post("/api/runs", { count: 5, seed: 1 }, headers),
      "idempotency-key-reused",
    );
  });

  for (const [what, key] of [
    ["an empty key", ""],
    ["a key of 256 characters", "k".repeat(256)],
    ["a key beyond ASCII", "schlüssel"],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const response = await web().post("/api/runs", { count: 5 }, { "Idempotency-Key": key });
      const problem = await expectProblem(response, "invalid-request");
      expect(badFields(problem)).to.deep.equal(["Idempotency-Key"]);
    });
  }
});

describe("GET /api/runs", () => {
  const web = webForSuite();
  const ids: string[] = [];

  before(async () => {
    for (let n = 0; n < 5; n++) ids.unshift((await web().startRun({ count: n + 1 })).id);
    await web().pool.query("UPDATE runs SET status = 'paused' WHERE id = $1", [ids[2]]);
  });

  const list = async (path: string): Promise<{ body: RunList; link: string | null }> => {
    const response = await web().get(path);
    expect(response.status).to.equal(200);
    return { body: (await response.json()) as RunList, link: response.headers.get("link") };
  };
  const idsOf = ({ runs }: RunList): string[] => runs.map((run) => run.id);

  it("lists the newest first", async () => {
    const { body, link } = await list("/api/runs");
    expect(idsOf(body)).to.deep.equal(ids);
    expect(body.next).to.equal(null);
    expect(link).to.equal(null);
  });

  it("pages through to the end", async () => {
    const seen: string[] = [];
    let next: string | null = "/api/runs?limit=2";
    while (next !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(next);
      seen.push(...idsOf(page.body));
      next = page.body.next;
      expect(page.link).to.equal(next === null ? null : `<${next}>; rel="next"`);
    }
    expect(seen).to.deep.equal(ids);
  });

  it("filters by status, on the next page too", async () => {
    expect(idsOf((await list("/api/runs?status=paused")).body)).to.deep.equal([ids[2]]);
    const { body } = await list("/api/runs?status=queued&limit=1");
    expect(body.next).to.include("status=queued");
  });

  it("sorts and searches, on the next page too", async () => {
    const [fifth, fourth, , , oldest] = ids;
    expect(idsOf((await list("/api/runs?sort=oldest&limit=1")).body)).to.deep.equal([oldest]);
    const { body } = await list("/api/runs?sort=largest&limit=1&q=email");
    expect(idsOf(body)).to.deep.equal([fifth]);
    expect(body.next).to.equal(`/api/runs?sort=largest&limit=1&q=email&before=${fifth}`);
    expect(idsOf((await list(body.next ?? "")).body)).to.deep.equal([fourth]);
    expect(idsOf((await list(`/api/runs?q=${oldest?.slice(-8)}`)).body)).to.deep.equal([oldest]);
    expect(idsOf((await list("/api/runs?q=nothing")).body)).to.deep.equal([]);
    expect(idsOf((await list("/api/runs?q=&status=paused")).body)).to.deep.equal([ids[2]]);
  });

  for (const [query, field] of [
    ["limit=0", "limit"],
    ["limit=501", "limit"],
    ["limit=many", "limit"],
    ["limit=1&limit=2", "limit"],
    ["before=yesterday", "before"],
    ["status=lost", "status"],
    ["stauts=paused", "stauts"],
    ["sort=fastest", "sort"],
    ["q=a%00b", "q"],
    [`q=${"x".repeat(201)}`, "q"],
  ] as const) {
    it(`refuses ?${query} and names ${field}`, async () => {
      const problem = await expectProblem(await web().get(`/api/runs?${query}`), "invalid-request");
      expect(badFields(problem)).to.deep.equal([field]);
    });
  }

  it("finds a run whose id is written in capitals", async () => {
    const response = await web().get(`/api/runs/${ids[0]?.toUpperCase()}`);
    expect((await readRun(response)).id).to.equal(ids[0]);
  });

  for (const id of ["01a20c75-e067-7000-8000-000000000000", "nonsense", "%00", "..%2F"]) {
    it(`answers 404 for the run ${id}`, async () => {
      await expectProblem(await web().get(`/api/runs/${id}`), "not-found");
    });
  }
});

describe("The web service without Redis", () => {
  const web = webForSuite();

  it("still accepts a run, for the reconciler to enqueue", async () => {
    const cut = await startWeb({ DATABASE_URL: web().config.databaseUrl, REDIS_URL: "redis://127.0.0.1:9" });
    try {
      const startedMs = Date.now();
      const run = await cut.startRun({ count: 3 });
      expect(Date.now() - startedMs).to.be.below(3_000);
      expect((await readRun(await web().get(`/api/runs/${run.id}`))).status).to.equal("queued");
      const problem: ProblemJson = await expectProblem(await cut.get("/queues/api/queues"), "unavailable");
      expect(problem.dependency).to.equal("Redis");
    } finally {
      await cut.close();
    }
  });
});
