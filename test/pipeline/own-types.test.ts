import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { generateText } from "../../generate/write-record.ts";
import { compareRecords } from "../../ledger/audit/compare-records.ts";
import { countRecords } from "../../ledger/history/count-records.ts";
import { findRun } from "../../ledger/runs/find-runs.ts";
import { createRecordTypes } from "../../ledger/types/own-types.ts";
import { waitUntil } from "../../stack/wait-until.ts";
import { userType } from "../../types/user/user.ts";
import { readOnConsole } from "../setup/console-consumer.ts";
import { parcel } from "../setup/parcel.ts";
import { registerText } from "../setup/register.ts";
import { type ApiRun, isCompleted, startTestStack, type TestStack } from "./test-stack.ts";

const definitions = `
x-record: {name: reading, key: id, stats: {by: [day, ok, at], sum: [value, serial]}}
type: object
required: [id, device, at, value, ok]
properties:
  id: {type: string, format: uuid}
  device: {type: string, x-generate: {sequence: "dev-{0000000}"}}
  at: {type: string, format: date-time}
  day: {type: [string, "null"], format: date, x-generate: {nulls: 0.1}}
  value: {type: number, x-generate: {normal: [20, 5], decimals: 2}}
  serial: {type: integer, minimum: 0, maximum: 9223372036854775807}
  note: {type: string, maxLength: 40, x-generate: {absent: 0.5}}
  ok: {type: boolean}
  place: {type: object, properties: {lat: {type: number}, names: {type: array, items: {type: string}}}}
---
x-record: {name: select, table: order, topic: "odd.topic", onInvalid: dead_letter}
type: object
required: [id, "the \\"name\\"; drop table users_raw", select]
properties:
  id: {type: integer, x-generate: {sequence: 1}}
  "the \\"name\\"; drop table users_raw": {type: string}
  select: {enum: [1, 2, 3]}
  اسم: {type: string}
---
x-record: {name: beat, table: null}
type: object
properties: {n: {type: integer, x-generate: {sequence: 1}}}
`;

describe("record types of one's own in a running stack", function () {
  this.timeout(180_000);
  let stack: TestStack;

  before(async () => {
    stack = await startTestStack({ workers: 2, consumers: 2, environment: { KAFKA_PARTITIONS: "4" } });
  });
  after(() => stack.stop());

  async function statusOf(path: string): Promise<number> {
    const response = await stack.request(path);
    await response.text();
    return response.status;
  }

  /** What the sampler says of a run's records. */
  async function textsOf(run: ApiRun, name: string, count: number): Promise<string[]> {
    const types = createRecordTypes(stack.pool, { type: userType, topic: "synthetic_users" });
    const type = (await types.find(name, 1))?.type;
    const { rows } = await stack.pool.query<{ seed: number; reference_date: Date; fields: string[] }>(
      "SELECT seed, reference_date, fields FROM runs WHERE id = $1",
      [run.id],
    );
    const [asked] = rows;
    if (type === undefined || asked === undefined) throw new Error(`no run of ${name}`);
    const maker = type.openRun({
      recordType: type,
      ...{ seed: asked.seed, fields: asked.fields, referenceDate: asked.reference_date, options: {} },
    });
    if (maker === null) throw new Error("the type makes its own version");
    const generate = generateText(maker.write);
    return Array.from({ length: count }, (_, seq) => generate(seq));
  }

  /** Until it is told to stop, and then until there is nothing more to count. */
  async function keepCounting(table: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const isLast = signal.aborted;
      while ((await countRecords(stack.pool, table, 700)) > 0);
      if (isLast) return;
      await pause(20, undefined, { signal }).catch(() => undefined);
    }
  }

  it("are taken up without a restart while users are under way, and lose and double nothing where a consumer is killed", async () => {
    const users = await stack.startRun({ count: 30_000, chunkSize: 1_000 });
    await registerText(stack.pool, definitions);
    const count = 20_000;
    const run = await stack.startRun({ type: "reading", count, chunkSize: 500, seed: 5 });
    expect(run).to.include({ type: "reading", typeVersion: 1 });
    await stack.untilRun(run.id, "partly stored", ({ stored }) => stored > 1_000);
    const counting = new AbortController();
    const counted = keepCounting("reading", counting.signal);
    stack.signal("consumer", "SIGKILL");
    await stack.untilRun(run.id, "completed", isCompleted);
    await stack.untilRun(users.id, "completed", isCompleted);
    counting.abort();
    await counted;

    const { rows } = await stack.pool.query<{ _seq: number; _raw: string; _error: string | null }>(
      'SELECT _seq, _raw::text AS _raw, _error FROM "reading" WHERE _run_id = $1 ORDER BY _seq',
      [run.id],
    );
    expect(rows.map(({ _seq }) => _seq)).to.deep.equal(Array.from({ length: count }, (_, seq) => seq));
    expect(rows.map(({ _raw }) => _raw)).to.deep.equal(await textsOf(run, "reading", count));
    expect(rows.filter(({ _error }) => _error !== null)).to.deep.equal([]);
    // Which compares the statistics too.
    await stack.audit(run.id);
    await stack.audit(users.id);
    const { rows: sums } = await stack.pool.query(
      `SELECT (SELECT ROW(sum(records), sum(sums[1]), sum(sums[2])) FROM record_statistics WHERE statistic = 'reading')::text
            = (SELECT ROW(count(*), sum(value), sum(serial::numeric)) FROM reading)::text AS equal`,
    );
    expect(sums).to.deep.equal([{ equal: true }]);
  });

  it("are stored within seconds of their registration", async () => {
    await registerText(stack.pool, "x-record: {name: late}\nproperties: {a: {type: integer}}\n");
    const startedMs = performance.now();
    const run = await stack.startRun({ type: "late", count: 1_000 });
    await stack.untilRun(run.id, "completed", isCompleted, 15_000);
    expect(performance.now() - startedMs).to.be.below(15_000);
    await stack.audit(run.id);
  });

  it("may have fields and tables with any names, and every kind of fault that a message can have", async () => {
    const faults = {
      not_json: 0.1,
      not_utf8: 0.1,
      nul_character: 0.1,
      empty: 0.05,
      duplicate: 0.2,
      late: 0.1,
    };
    const run = await stack.startRun({ type: "select", count: 2_000, seed: 3, chunkSize: 300, faults });
    const done = await stack.untilRun(run.id, "completed", isCompleted);
    expect(done.deadLettered).to.be.within(500, 900);
    await stack.audit(run.id);
    const download = await (await stack.request(`/api/runs/${run.id}/records`)).text();
    const lines = download.trim().split("\n");
    expect(lines).to.have.length(done.stored);
    expect(Object.keys(JSON.parse(lines[0] ?? ""))).to.deep.equal([
      "_seq",
      "id",
      'the "name"; drop table users_raw',
      "select",
      "اسم",
      "_error",
    ]);
  });

  it("have the outcome that is foretold to each fault of a single field, flagged or dead-lettered as the type wants", async () => {
    const types = createRecordTypes(stack.pool, { type: userType, topic: "synthetic_users" });
    for (const onInvalid of ["flag", "dead_letter"] as const) {
      const name = `parcel_${onInvalid}`;
      await registerText(stack.pool, parcel(name, onInvalid));
      const type = (await types.find(name, 1))?.type;
      if (type?.table == null) throw new Error("the type has a table");
      const kinds = [...type.fieldFaults().keys()];
      expect(kinds).to.have.length.above(14);
      const faults = Object.fromEntries(kinds.map((kind) => [kind, 0.04]));
      const asked = await stack.startRun({ type: name, count: 4_000, seed: 3, chunkSize: 300, faults });
      const done = await stack.untilRun(asked.id, "completed", isCompleted);
      const run = (await findRun(stack.pool, asked.id)) ?? expect.fail("the run is in the ledger");
      const compared = await compareRecords(stack.pool, { ...type, table: type.table }, run, { limit: 5 });
      expect({ altered: compared.altered, misjudged: compared.misjudged }).to.deep.equal({
        altered: [],
        misjudged: [],
      });
      expect(compared.counts.map(({ fault }) => fault)).to.have.members(["none", ...kinds]);
      const dirty = 4_000 - (compared.counts.find(({ fault }) => fault === "none")?.stored ?? 0);
      expect(dirty).to.be.above(2_000);
      expect(done).to.include(
        onInvalid === "flag"
          ? { stored: 4_000, flagged: dirty, deadLettered: 0 }
          : { stored: 4_000 - dirty, flagged: 0, deadLettered: dirty },
      );
      await stack.audit(asked.id);
    }
    const { rows } = await stack.pool.query<{ reason: string; fault: string }>(
      `SELECT DISTINCT reason, convert_from(decode(headers->'fault'->>0, 'base64'), 'UTF8') AS fault
         FROM dead_letters WHERE reason = 'invalid_record'`,
    );
    expect(rows.map(({ fault }) => fault)).to.include.members([
      "missing_field",
      "too_small",
      "repeated_items",
    ]);
  });

  it("without a table are accounted for as Kafka acknowledges them, where a worker is killed too", async () => {
    const run = await stack.startRun({ type: "beat", count: 30_000, chunkSize: 500 });
    await stack.untilRun(run.id, "partly produced", ({ produced }) => produced > 1_000);
    stack.signal("worker", "SIGKILL");
    const done = await stack.untilRun(run.id, "completed", isCompleted);
    expect(done).to.include({ produced: 30_000, stored: 30_000, deadLettered: 0 });
    await stack.audit(run.id);
    expect(await statusOf(`/api/runs/${run.id}/records`)).to.equal(404);
    expect(await (await stack.request(`/runs/${run.id}`)).text()).to.include("in Kafka only");
  });

  it("have their dead letters sent again to their own topic, and mended ones stored", async () => {
    const run = await stack.startRun({ type: "reading", count: 50, faults: { nul_character: 1 } });
    const dead = await stack.untilRun(run.id, "completed", isCompleted);
    expect(dead).to.include({ stored: 0, deadLettered: 50 });
    const keysOf = async (): Promise<unknown[]> =>
      (
        await stack.pool.query(
          "SELECT seq, convert_from(message_key, 'UTF8') AS key FROM dead_letters WHERE run_id = $1 ORDER BY seq",
          [run.id],
        )
      ).rows.map(({ key }) => key);
    const ids = (await textsOf(run, "reading", 50)).map((text) => (JSON.parse(text) as { id: string }).id);
    expect(await keysOf()).to.deep.equal(ids);
    const replayed = await stack.post("/api/dead-letters/replay", { runId: run.id, patch: true });
    expect(await replayed.json()).to.include({ matched: 50 });
    await stack.untilRun(run.id, "stored", ({ stored }) => stored === 50);
    await stack.audit(run.id);
  });

  it("carry the key that their definition names: in runs, sent again, and of whoever sends them", async () => {
    const keyed = `
x-record: {name: hop, messageKey: [device, leg], onInvalid: dead_letter}
required: [device, leg]
properties:
  device: {type: string, x-generate: {sequence: "dev-{000}"}}
  leg: {type: integer, minimum: 7, maximum: 7}
`;
    await registerText(stack.pool, keyed);
    const run = await stack.startRun({ type: "hop", count: 30, chunkSize: 10, faults: { not_json: 0.3 } });
    await stack.untilRun(run.id, "completed", isCompleted);
    await stack.post("/produce?type=hop", {
      records: [{ leg: 8, device: "elseü" }, { leg: 9 }, "no record"],
    });
    const done = await stack.getRun(run.id);
    await stack.post("/api/dead-letters/replay", { runId: run.id });
    const lines = await readOnConsole(stack.urls.KAFKA_BROKERS, "hop", 33 + done.deadLettered);
    const keys = lines.map((line) => line.split("\t")[1]);
    const due = Array.from({ length: 30 }, (_, seq) => `["dev-${String(seq).padStart(3, "0")}",7]`);
    expect(new Set(keys)).to.deep.equal(new Set([...due, '["elseü",8]', "[null,9]", "null"]));
    const twice = due.filter((key) => keys.indexOf(key) !== keys.lastIndexOf(key));
    expect(twice).to.have.length(done.deadLettered).and.to.have.length.above(2);
  });

  it("have a page a run, records at once as their runs have them, and rows of whoever sends them", async () => {
    const request = { type: "reading", count: 3, seed: 9, referenceDate: "2026-11-01" };
    const run = await stack.startRun(request);
    await stack.untilRun(run.id, "completed", isCompleted);
    expect(await statusOf(`/runs/${run.id}`)).to.equal(200);
    const generated = await (await stack.post("/api/generate", request)).json();
    const { rows } = await stack.pool.query<{ _raw: unknown }>(
      "SELECT _raw FROM reading WHERE _run_id = $1 ORDER BY _seq",
      [run.id],
    );
    expect(rows.map(({ _raw }) => _raw)).to.deep.equal(generated);
    const sent = await stack.post("/produce?type=reading", {
      records: [{ device: "from elsewhere", value: "x" }],
    });
    expect(await sent.json()).to.deep.equal({ accepted: 1 });
    await waitUntil(
      "the row of another producer",
      async () => {
        const found = await stack.pool.query(
          "SELECT device, value, _error FROM reading WHERE _run_id IS NULL",
        );
        expect(found.rows).to.have.length(1);
        expect(found.rows[0]).to.include({ device: "from elsewhere", value: null });
        expect(found.rows[0]._error).to.include("value: ");
      },
      { timeoutMs: 20_000, everyMs: 100 },
    );
  });

  it("are refused where nobody has registered them, or with what another type takes", async () => {
    for (const [request, field] of [
      [{ type: "nothing", count: 1 }, "type"],
      [{ type: "reading", count: 1, countries: "uniform" }, "countries"],
      [{ type: "reading", count: 1, faults: { invalid_email: 0.1 } }, "faults.invalid_email"],
    ] as const) {
      const response = await stack.post("/api/runs", request);
      expect(response.status).to.equal(400);
      const { errors } = (await response.json()) as { errors: { field: string }[] };
      expect(errors.map((error) => error.field)).to.deep.equal([field]);
    }
  });
});
