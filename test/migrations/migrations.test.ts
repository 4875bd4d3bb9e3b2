import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import type { Knex } from "knex";
import { listAppliedMigrations } from "../../ledger/database/migrations.ts";
import { createEmptyDatabase, openKnex, type TestDatabase } from "../setup/database.ts";
import { dumpSchema } from "../setup/dump-schema.ts";

const root = path.resolve(import.meta.dirname, "..", "..");
const schemaFile = path.join(root, "docs", "schema.sql");

describe("the migrations", () => {
  let database: TestDatabase;
  let knex: Knex;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    knex = openKnex(database.ownerUrl);
  });
  afterEach(async () => {
    await knex.destroy();
    await database.drop();
  });

  const dump = (): Promise<string> => dumpSchema(database.pool);

  it("make the schema of docs/schema.sql", async () => {
    await knex.migrate.latest();
    const schema = await dump();
    const head = "-- What the migrations make, written by: UPDATE_SCHEMA=1 npm test -- test/migrations\n\n";
    if (process.env.UPDATE_SCHEMA !== undefined) writeFileSync(schemaFile, head + schema);
    expect(head + schema).to.equal(readFileSync(schemaFile, "utf8"));
  });

  it("are applied one and all, in their order", async () => {
    await knex.migrate.latest();
    const files = readdirSync(path.join(root, "migrations")).sort();
    expect(await listAppliedMigrations(database.pool)).to.deep.equal(files);
    const [, pending] = await knex.migrate.list();
    expect(pending).to.deep.equal([]);
  });

  it("do nothing where all are applied", async () => {
    await knex.migrate.latest();
    const before = await dump();
    await knex.migrate.latest();
    expect(await dump()).to.equal(before);
  });

  it("leave nothing behind when they are rolled back, and can be applied again", async () => {
    await knex.migrate.latest();
    const before = await dump();
    await knex.migrate.rollback(undefined, true);
    expect((await dump()).trim()).to.equal("");
    await knex.migrate.latest();
    expect(await dump()).to.equal(before);
  });

  it("can be taken back one by one", async () => {
    await knex.migrate.up();
    const before = await dump();
    await knex.migrate.up();
    await knex.migrate.down();
    expect(await dump()).to.equal(before);
  });

  it("applied by several processes at once are applied once", async () => {
    const others = [openKnex(database.ownerUrl), openKnex(database.ownerUrl)];
    // Knex lets one of them migrate and refuses the others, which are to try again.
    await Promise.allSettled([knex, ...others].map((one) => one.migrate.latest()));
    await knex.migrate.latest();
    for (const other of others) await other.destroy();
    const applied = await listAppliedMigrations(database.pool);
    expect(applied).to.deep.equal([...new Set(applied)]);
    expect(await knex.migrate.list())
      .to.have.nested.property("[1]")
      .that.deep.equals([]);
  });
});
