import { expect } from "chai";
import type { Knex } from "knex";
import { createTestDatabase, openKnex, type TestDatabase } from "../setup/database.ts";
import { rejection } from "../setup/rejection.ts";

describe("the migration of the registry", () => {
  const file = "20261127000060_record_types.ts";
  let database: TestDatabase;
  let knex: Knex;

  beforeEach(async () => {
    database = await createTestDatabase();
    knex = openKnex(database.ownerUrl);
    await database.pool.query(
      `INSERT INTO record_types (name, version, topic, table_name, definition, media_type, digest)
       VALUES ('mine', 1, 'mine', 'mine', '', 'application/json', repeat('0', 64))`,
    );
    await database.pool.query("SELECT create_record_table('mine', '{a}', '{text}')");
  });
  afterEach(async () => {
    await knex.destroy();
    await database.drop();
  });

  it("can be taken back, with the tables that have no record", async () => {
    await knex.migrate.down({ name: file });
    const { rows } = await database.pool.query("SELECT to_regclass('mine') AS mine");
    expect(rows).to.deep.equal([{ mine: null }]);
    await knex.migrate.latest();
  });

  it("can be taken back where an owner has dropped a table", async () => {
    await database.asOwner("DROP TABLE mine");
    await knex.migrate.down({ name: file });
    await knex.migrate.latest();
  });

  it("is not taken back where a table has records, which it names", async () => {
    await database.pool.query("INSERT INTO mine (_partition, _offset, _raw) VALUES (0, 0, '{}')");
    const { message } = await rejection(knex.migrate.down({ name: file }));
    expect(message).to.contain("the table mine of an own type holds records");
  });
});
