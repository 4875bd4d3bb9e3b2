import { expect } from "chai";
import { createRowBuffers } from "../../ledger/outcomes/copy-binary.ts";
import type { Run } from "../../ledger/runs/run.ts";
import { createGenerator } from "../../types/user/generate.ts";
import { settleOptions } from "../../types/user/options.ts";
import { userType } from "../../types/user/user.ts";
import { draftOf, range, storeNext } from "../setup/batches.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { plannedRun } from "../setup/runs.ts";

const fields = userType.fields.map((field) => field.name);
const columns = userType.fields.map((field) => field.column.name).join(", ");

describe("a row in COPY's binary format", () => {
  const database = databaseForEachTest();

  async function rowsOf(run: Run): Promise<unknown[]> {
    const { rows } = await database().pool.query(
      `SELECT ${columns}, extract(epoch FROM event_time)::text AS epoch, ltrim(raw_payload::text) AS raw_payload, error, seq, kafka_partition, kafka_offset - min(kafka_offset) OVER () AS place
         FROM users_raw WHERE run_id = $1 ORDER BY seq`,
      [run.id],
    );
    return rows;
  }

  /** Stores the same values as rows of either format: white space is what keeps a record from being recognised. */
  async function storeBothWays(values: readonly string[]): Promise<{ binary: unknown[]; text: unknown[] }> {
    const { pool } = database();
    const wishes = { count: values.length, fields, chunkSize: 1_000 };
    const [{ run: one }, { run: other }] = [await plannedRun(pool, wishes), await plannedRun(pool, wishes)];
    const partition = 3;
    await storeNext(
      pool,
      values.map((value, seq) => draftOf(one.id, seq, value)),
      { partition },
    );
    await storeNext(
      pool,
      values.map((value, seq) => draftOf(other.id, seq, ` ${value}`)),
      { partition },
    );
    return { binary: await rowsOf(one), text: await rowsOf(other) };
  }

  it("keeps the message's own bytes", async () => {
    const { pool } = database();
    const { run } = await plannedRun(pool, { count: 1, fields });
    const value = '{"name":"Zoë 😀","city":null}';
    await storeNext(pool, [draftOf(run.id, 0, value)]);
    expect(await rowsOf(run)).to.have.nested.property("[0].raw_payload", value);
  });

  it("is the row that text makes, of any record of a run", async () => {
    const generate = createGenerator(userType, {
      seed: 3,
      fields,
      referenceDate: new Date("2026-03-01T00:00:00Z"),
      options: settleOptions(userType, {}),
    });
    const { binary, text } = await storeBothWays(range(0, 2_500).map(generate));
    expect(binary.length).to.equal(2_500);
    expect(binary).to.deep.equal(text);
  });

  it("is the row that text makes, of fields that are missing, null, empty or in any script, and of times far away", async () => {
    const times = [
      "1900-01-01T00:00:00Z",
      "1969-12-31T23:59:59Z",
      "1999-12-31T23:59:59Z",
      "2000-01-01T00:00:00Z",
    ];
    times.push(
      "2000-02-29T12:00:00Z",
      "2024-02-29T23:59:59Z",
      "2100-03-01T00:00:00Z",
      "2199-12-31T23:59:59Z",
    );
    const records = [
      ...times.map((date) => ({ date })),
      ...fields.map((field) => ({ [field]: null })),
      { name: "" },
      { name: "Zoë Łukasz 山田太郎 😀", city: "\u2028", country: "Côte d'Ivoire", ipv4: "0.0.0.0" },
      { name: "😀".repeat(255), company: "\u007f", job: "'\t'".replace("\t", " ") },
      Object.fromEntries(fields.map((field) => [field, null])),
    ];
    const { binary, text } = await storeBothWays(records.map((record) => JSON.stringify(record)));
    expect(binary.length).to.equal(records.length);
    expect(binary).to.deep.equal(text);
  });
});

describe("buffers of rows", () => {
  it("are used again where they are large enough", () => {
    const buffers = createRowBuffers(2);
    const [small, large] = [buffers.take(10), buffers.take(1_000)];
    buffers.give(small);
    buffers.give(large);
    expect(buffers.take(100)).to.equal(large);
    expect(buffers.take(100)).to.have.length(100);
    expect(buffers.take(5)).to.equal(small);
  });

  it("are kept in a number, the larger ones first, and none that is very large", () => {
    const buffers = createRowBuffers(1);
    const [small, large, huge] = [buffers.take(10), buffers.take(1_000), buffers.take(100_000_000)];
    for (const buffer of [huge, large, small]) buffers.give(buffer);
    expect(buffers.take(10)).to.equal(large);
    expect(buffers.take(10)).not.to.equal(small);
  });
});
