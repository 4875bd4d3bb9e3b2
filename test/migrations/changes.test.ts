import { expect } from "chai";
import type { Knex } from "knex";
import { createTestDatabase, openKnex, type TestDatabase } from "../setup/database.ts";
import { rejection } from "../setup/rejection.ts";

describe("the migration of records that change", () => {
  const file = "20261128000090_changes.ts";
  let database: TestDatabase;
  let knex: Knex;

  beforeEach(async () => {
    database = await createTestDatabase();
    knex = openKnex(database.ownerUrl);
    await database.pool.query(
      `INSERT INTO record_types (name, version, topic, table_name, state_table, definition, media_type, digest)
       VALUES ('mine', 1, 'mine', 'mine', 'states', '', 'application/json', repeat('0', 64))`,
    );
    await database.pool.query("SELECT create_state_table('states', '{id}', '{text}', '{id}')");
  });
  afterEach(async () => {
    await knex.destroy();
    await database.drop();
  });

  it("can be taken back, with the tables that have no state", async () => {
    await knex.migrate.down({ name: file });
    const { rows } = await database.pool.query("SELECT to_regclass('states') AS states");
    expect(rows).to.deep.equal([{ states: null }]);
    await knex.migrate.latest();
  });

  it("is not taken back where a table has states, which it names", async () => {
    await database.pool.query(
      "INSERT INTO states (_run_id, _seq, _deleted, id) VALUES (gen_random_uuid(), 0, false, 'a')",
    );
    const { message } = await rejection(knex.migrate.down({ name: file }));
    expect(message).to.contain("the table states holds the states of records");
  });
});
