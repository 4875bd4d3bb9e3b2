import { expect } from "chai";
import type { Knex } from "knex";
import { isSameJson } from "../../json/same-json.ts";
import { createEmptyDatabase, openKnex, type TestDatabase } from "../setup/database.ts";
import { rejection } from "../setup/rejection.ts";

const migration = "20261127000050_raw_payload_as_json.ts";

describe("the migration of raw_payload to json", () => {
  let database: TestDatabase;
  let knex: Knex;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    knex = openKnex(database.ownerUrl);
    for (;;) {
      const [, pending] = await knex.migrate.list();
      if ((pending[0] as { file: string }).file === migration) break;
      await knex.migrate.up();
    }
  });
  afterEach(async () => {
    await knex.destroy();
    await database.drop();
  });

  const up = () => knex.migrate.up({ name: migration });
  const down = () => knex.migrate.down({ name: migration });
  const insert = (payloads: readonly string[]) =>
    database.pool.query(
      `INSERT INTO users_raw (raw_payload, kafka_partition, kafka_offset)
       SELECT payload::json, 0, n FROM unnest($1::text[]) WITH ORDINALITY AS p (payload, n)`,
      [payloads],
    );
  async function texts(): Promise<string[]> {
    const { rows } = await database.pool.query<{ text: string }>(
      "SELECT raw_payload::text AS text FROM users_raw ORDER BY id",
    );
    return rows.map(({ text }) => text);
  }

  it("keeps the text that jsonb had made of the messages, which says the same", async () => {
    const payloads = [
      '{"name":"Ann","n":[1.0,1e3,-0.50,9007199254740993],"é":"\\u00e9 \\" \\\\ 😀"}',
      '{"b":1,"aa":{},"a":[[],{"x":null}],"b":2}',
      `{"x":${"[".repeat(3_000)}0${"]".repeat(3_000)}}`,
    ];
    await insert(payloads);
    const before = await texts();
    await up();
    const after = await texts();
    expect(after).to.deep.equal(before);
    for (const [index, payload] of payloads.entries()) {
      expect(isSameJson(payload, after[index] as string), payload.slice(0, 80)).to.equal(true);
    }
  });

  it("writes numbers with an exponent of which jsonb would print more digits than anybody can hold", async () => {
    // Of 9,000 of the first jsonb would print more than the gigabyte that PostgreSQL's texts may have.
    const payloads = [
      `{"name":"Ann","x":[${Array(300).fill("1e131071").join(", ")}]}`,
      `{"x":[-12.5e131000,120e131060,0e-16383,-0.7e-16382,1.50e-100,${"1".repeat(500)}.5,10.0]}`,
      `{"x":${"[".repeat(3_000)}{"a\\"b":1e131071,"b":[1.50,"1e131071",{}]}${"]".repeat(3_000)}}`,
    ];
    await insert(payloads);
    await up();
    for (const [index, text] of (await texts()).entries()) {
      const payload = payloads[index] as string;
      expect(isSameJson(payload, text), payload.slice(0, 80)).to.equal(true);
      expect(text.length, payload.slice(0, 80)).to.be.below(2 * payload.length);
    }
  });

  it("leaves identity, numbers and settings of the rows as they were", async () => {
    await insert(["{}", '{"name":"Ann"}']);
    const others = "id, name, created_at, run_id, seq, kafka_partition, kafka_offset";
    const rows = () => knex.raw(`SELECT ${others} FROM users_raw ORDER BY id`).then((result) => result.rows);
    const before = await rows();
    await up();
    expect(await rows()).to.deep.equal(before);
    await database.pool.query(
      `INSERT INTO users_raw (raw_payload, kafka_partition, kafka_offset) VALUES (' {"a":1e400000, "a":2}', 0, 3)`,
    );
    expect((await texts()).at(-1)).to.equal(' {"a":1e400000, "a":2}');
  });

  it("can be taken back, and names the row that jsonb cannot hold", async () => {
    await up();
    await insert([' {"b":1, "a":1e3, "b":2}', '{"n":1e400000}']);
    const refused = await rejection(down());
    expect(String(refused)).to.match(/row 2: value overflows numeric format/);
    expect((await texts())[0]).to.equal(' {"b":1, "a":1e3, "b":2}');
    await knex.raw("DELETE FROM users_raw WHERE id = 2");
    await down();
    expect(await texts()).to.deep.equal(['{"a": 1000, "b": 2}']);
  });
});
