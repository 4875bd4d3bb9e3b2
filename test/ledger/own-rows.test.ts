import { expect } from "chai";
import { generateText } from "../../generate/write-record.ts";
import { compareRecords } from "../../ledger/audit/compare-records.ts";
import { checkInvariant, invariantsOf } from "../../ledger/audit/invariants.ts";
import type { Queryable } from "../../ledger/database/database.ts";
import { listRunRows } from "../../ledger/history/run-rows.ts";
import type { StoredBatch } from "../../ledger/outcomes/store-batch.ts";
import type { Run } from "../../ledger/runs/run.ts";
import type { StoredType } from "../../records/record-type.ts";
import { userType } from "../../types/user/user.ts";
import { range } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { makerOf } from "../setup/generator-of.ts";
import { registerText } from "../setup/register.ts";
import { plannedRun } from "../setup/runs.ts";
import { findStoredType, storeValues } from "../setup/stored-records.ts";

const definition = `
x-record: {name: reading}
properties:
  device: {type: string}
  at: {type: string, format: date-time}
  day: {type: string, format: date}
  value: {type: number}
  level: {type: integer, minimum: -9223372036854775808, maximum: 9223372036854775807}
  whole: {type: integer}
  price: {type: number, multipleOf: 0.0001}
  ok: {type: boolean}
  id: {type: string, format: uuid}
`;

describe("rows of a type of one's own", () => {
  const database = databaseForEachTest();
  const pool = () => database().pool;

  const openReading = (): Promise<StoredType> => openType("reading", definition);

  async function openType(name: string, text: string): Promise<StoredType> {
    await registerText(pool(), text);
    return findStoredType(pool(), name);
  }

  const runOf = async (type: StoredType, count: number): Promise<Run> => {
    const wishes = { recordType: type, count, fields: type.fields.map(({ name }) => name), options: {} };
    return (await plannedRun(pool(), { ...wishes, chunkSize: 1_000 })).run;
  };

  const store = (type: StoredType, run: Run, values: readonly string[]): Promise<StoredBatch> =>
    storeValues(pool(), type, run.id, values, !values[0]?.startsWith(" "));

  it("are the same in COPY's binary format as they are in text", async () => {
    const type = await openReading();
    const records: Readonly<Record<string, string>>[] = [
      ...["0", "7", "-7", "123456789012345", "-123456789012345"].flatMap((text) =>
        ["level", "whole", "price", "value"].map((name) => ({ [name]: text })),
      ),
      ...["9007199254740993", "9223372036854775807", "-9223372036854775807", "1234567890123456"].flatMap(
        (text) => ["level", "whole"].map((name) => ({ [name]: text })),
      ),
      ...[
        "0.5",
        "-0.5",
        "0.0001",
        "-0.0001",
        "10000.0001",
        "9999.9999",
        "100000000.5",
        "0.012",
        "1234567.89",
      ].flatMap((text) => ["price", "value"].map((name) => ({ [name]: text }))),
      ...["1900-01-01", "1999-12-31", "2000-01-01", "2024-02-29", "2199-12-31"].flatMap((day) => [
        { day: `"${day}"` },
        { at: `"${day}T23:59:59Z"` },
      ]),
      { day: '"0001-01-01"' },
      { day: '"9999-12-31"' },
      { ok: "true" },
      { ok: "false" },
      { id: '"123e4567-e89b-42d3-a456-426614174000"' },
      { id: '"FFFFFFFF-ABCD-4EF0-8000-0123456789AB"' },
      { device: '"Zoë 😀"' },
      { device: '""' },
      {},
    ];
    const names = type.fields.map(({ name }) => name);
    const texts = records.map(
      (record) =>
        `{${names.flatMap((name) => (name in record ? [`"${name}":${record[name]}`] : [])).join(",")}}`,
    );
    const [binary, text] = [await runOf(type, texts.length), await runOf(type, texts.length)];
    expect(await store(type, binary, texts)).to.include({ stored: texts.length, flagged: 0 });
    expect(
      await store(
        type,
        text,
        texts.map((each) => ` ${each}`),
      ),
    ).to.include({ stored: texts.length, flagged: 0 });
    const rowsOf = async (run: Run): Promise<unknown[]> =>
      (
        await pool().query(
          `SELECT ${names.map((name) => `"${name}"::text`).join(", ")}, ltrim(_raw::text) AS raw, _error, _seq
             FROM reading WHERE _run_id = $1 ORDER BY _seq`,
          [run.id],
        )
      ).rows;
    expect(await rowsOf(binary)).to.deep.equal(await rowsOf(text));
  });

  it("are its run's records, column by column, until somebody changes one", async () => {
    const type = await openReading();
    const run = await runOf(type, 1_000);
    await store(type, run, range(0, 1_000).map(generateText(makerOf(run, type).write)));
    for (const invariant of invariantsOf([type, userType])) {
      expect((await checkInvariant(pool(), invariant, null)).examples, invariant.name).to.deep.equal([]);
    }
    expect((await compareRecords(pool(), type, run, { limit: 5 })).altered).to.deep.equal([]);
    expect(await listRunRows(pool(), type, run, "first", 3)).to.have.length(3);
    await pool().query(
      `UPDATE reading SET value = value + 1, ok = NOT ok WHERE _run_id = $1 AND _seq = 500`,
      [run.id],
    );
    await pool().query(`UPDATE reading SET _raw = '{}' WHERE _run_id = $1 AND _seq = 700`, [run.id]);
    expect((await compareRecords(pool(), type, run, { limit: 5 })).altered).to.deep.equal([
      { seq: 500, columns: ["value", "ok"] },
      { seq: 700, columns: ["_raw"] },
    ]);
  });

  it("are compared with their records a few megabytes at a time", async () => {
    const text = `  text: {const: ${"x".repeat(60_000)}}`;
    const type = await openType("page", `x-record: {name: page}\nrequired: [text]\nproperties:\n${text}\n`);
    const run = await runOf(type, 400);
    await store(type, run, range(0, 400).map(generateText(makerOf(run, type).write)));
    await pool().query(`UPDATE page SET text = '' WHERE _run_id = $1 AND _seq IN (0, 399)`, [run.id]);
    const bytes: number[] = [];
    const db: Queryable = {
      query: (statement, values = []) => {
        bytes.push(JSON.stringify(values).length);
        return pool().query(statement, [...values]);
      },
    };
    expect((await compareRecords(db, type, run, { limit: 5 })).altered).to.deep.equal([
      { seq: 0, columns: ["text"] },
      { seq: 399, columns: ["text"] },
    ]);
    expect(Math.max(...bytes)).to.be.within(1_000_000, 10_000_000);
  });

  it("are none of a run of another type, which a message of its topic may claim", async () => {
    const type = await openReading();
    const { run } = await plannedRun(pool(), { count: 1 });
    const stored = await store(type, run, ["{}"]);
    expect(stored).to.include({ stored: 0, deadLettered: 1 });
    const { rows } = await pool().query("SELECT reason, detail, accounted FROM dead_letters");
    expect(rows).to.deep.equal([
      {
        reason: "unknown_run",
        detail: `run ${run.id} is one of user, this is a topic of reading`,
        accounted: false,
      },
    ]);
  });
});
