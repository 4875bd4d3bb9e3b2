import { randomBytes, randomInt } from "node:crypto";
import { expect } from "chai";
import pg from "pg";
import { deleteType } from "../../ledger/types/delete-type.ts";
import {
  definitionOf,
  findRecordType,
  listRecordTypes,
  type RecordTypeVersion,
} from "../../ledger/types/record-types.ts";
import {
  candidatesOf,
  type Registered,
  registerTypes,
  typesChannel,
} from "../../ledger/types/register-types.ts";
import { checkTable } from "../../types/compile/table.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { databaseForEachTest } from "../setup/database.ts";
import { eventually } from "../setup/eventually.ts";
import { rejection } from "../setup/rejection.ts";

const builtIn = { name: "user", topic: "synthetic_users", table: "users_raw" };

const order = `
$id: order
title: Order
x-record: { topic: orders, table: orders, key: id }
type: object
required: [id, status]
properties:
  id: { type: string, format: uuid }
  status: { enum: [placed, paid] }
`;

/** Which cannot be compressed. */
const randomText = (length: number): string => randomBytes(length).toString("base64").slice(0, length);

describe("the registry of types", () => {
  const database = databaseForEachTest();

  function register(
    text: string,
    options: { isDryRun?: boolean; keepsDeleted?: boolean } = {},
  ): Promise<Registered> {
    const parsed = parseDefinitions(text);
    expect(parsed.problems).to.deep.equal([]);
    const candidates = candidatesOf(parsed);
    return registerTypes(database().pool, { candidates, mediaType: "application/yaml", builtIn, ...options });
  }

  async function registered(
    text: string,
  ): Promise<readonly [name: string, version: number, isUnchanged: boolean][]> {
    const answer = await register(text);
    if (answer.kind === "refused") throw new Error(JSON.stringify(answer.problems));
    return answer.types.map(({ type, isUnchanged }) => [type.name, type.version, isUnchanged]);
  }

  async function refused(text: string): Promise<readonly string[]> {
    const answer = await register(text);
    if (answer.kind === "registered") throw new Error(`${JSON.stringify(answer.types)} are registered`);
    return answer.problems.map(({ line, pointer, message }) => `${line} ${pointer}: ${message}`);
  }

  async function columnsOf(table: string): Promise<readonly string[]> {
    const { rows } = await database().pool.query<{ column: string }>(
      `SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod)) AS column FROM pg_attribute
        WHERE attrelid = to_regclass($1) AND attnum > 0 ORDER BY attnum`,
      [table],
    );
    return rows.map(({ column }) => column);
  }

  const find = async (name: string, version: number | null = null): Promise<RecordTypeVersion> =>
    (await findRecordType(database().pool, name, version)) as RecordTypeVersion;

  it("has the row of a type, its definition as it came, and its table", async () => {
    expect(await registered(order)).to.deep.equal([["order", 1, false]]);
    const type = await find("order");
    expect(type).to.deep.include({
      topic: "orders",
      table: "orders",
      text: `${order.trim()}\n`,
      deletedAt: null,
    });
    expect(definitionOf(type)).to.deep.include({ name: "order", version: 1, key: ["id"] });
    expect(await columnsOf("orders")).to.deep.equal([
      "_id bigint",
      "_run_id uuid",
      "_seq bigint",
      "_partition integer",
      "_offset bigint",
      "_error text",
      "_raw json",
      "_created_at timestamp with time zone",
      "id uuid",
      "status text",
    ]);
  });

  it("holds no record of a run twice in a type's table", async () => {
    await registered(order);
    const insert = `INSERT INTO orders (_run_id, _seq, _partition, _offset, _raw)
                    VALUES ('01a20c75-e067-7000-8000-000000000000', 1, 0, 0, '{}')`;
    await database().pool.query(insert);
    expect(await rejection(database().pool.query(insert))).to.include({ code: "23505" });
  });

  const widest: readonly (readonly [what: string, schemas: readonly string[], value: () => string])[] = [
    ["texts that PostgreSQL just leaves in the row", ["{ type: string }"], () => randomText(23)],
    ["texts that it moves out of it", ["{ type: string }"], () => randomText(300)],
    ["numbers, with gaps before them", ["{ type: boolean }", "{ type: integer, format: int64 }"], () => "1"],
    ["numbers of many digits", ["{ type: integer }"], () => String(randomInt(1e12)).repeat(3)],
  ];
  for (const [what, schemas, value] of widest) {
    it(`stores the widest row that a type may have: ${what}`, async () => {
      const definitionOfWidth = (width: number): string =>
        `$id: wide\nproperties:\n${Array.from({ length: width }, (_, index) => `  f${index}: ${schemas[index % schemas.length]}\n`).join("")}`;
      const isTaken = (width: number): boolean =>
        parseDefinitions(definitionOfWidth(width), { inspect: checkTable }).problems.length === 0;
      let [width, refusedWidth] = [200, 1_001];
      while (refusedWidth - width > 1) {
        const middle = Math.floor((width + refusedWidth) / 2);
        if (isTaken(middle)) width = middle;
        else refusedWidth = middle;
      }
      await registered(definitionOfWidth(width));
      const names = Array.from({ length: width }, (_, index) => `f${index}`);
      await database().pool.query(
        `INSERT INTO wide OVERRIDING SYSTEM VALUE SELECT 1, gen_random_uuid(), 1, 1, 1, $1, $2::json, now(), record.*
           FROM jsonb_populate_record(NULL::wide, $3) AS filled, LATERAL (SELECT ${names.map((name) => `filled.${name}`).join(", ")}) AS record`,
        [
          randomText(500),
          JSON.stringify(randomText(20_000)),
          JSON.stringify(Object.fromEntries(names.map((name) => [name, value()]))),
        ],
      );
      const { rows } = await database().pool.query("SELECT count(*) AS rows FROM wide");
      expect(rows).to.deep.equal([{ rows: 1 }]);
    });
  }

  it("answers the very same with what is there, whatever its order and spelling", async () => {
    await registered(order);
    const other = JSON.stringify({
      properties: { status: { enum: ["placed", "paid"] }, id: { format: "uuid", type: "string" } },
      required: ["id", "status"],
      type: "object",
      "x-record": { key: "id", table: "orders", topic: "orders" },
      title: "Order",
      $id: "order",
    });
    expect(await registered(other)).to.deep.equal([["order", 1, true]]);
    const spelledOut = order.replace("key: id", "key: id, messageKey: id, onInvalid: flag");
    expect(await registered(spelledOut)).to.deep.equal([["order", 1, true]]);
  });

  it("makes a table anew that its owner has dropped, with the columns of the newest version", async () => {
    const columns = async () => (await columnsOf("orders")).slice(-3).toSorted();
    await registered(order);
    await database().asOwner("DROP TABLE orders");
    expect(await registered(order)).to.deep.equal([["order", 1, false]]);
    await database().asOwner("DROP TABLE orders");
    expect(await registered(`${order}  note: { type: string }\n`)).to.deep.equal([["order", 2, false]]);
    expect(await columns()).to.deep.equal(["id uuid", "note text", "status text"]);
    await database().asOwner("DROP TABLE orders");
    expect(await registered(order)).to.deep.equal([["order", 1, false]]);
    expect(await columns()).to.deep.equal(["id uuid", "note text", "status text"]);
    expect(await registered(order)).to.deep.equal([["order", 1, true]]);
  });

  it("lets the service's role write to a type's table, whatever is granted by default", async () => {
    const byDefault = "ALTER DEFAULT PRIVILEGES FOR ROLE synthetic_owner IN SCHEMA public";
    const everything = "SELECT, INSERT, UPDATE, DELETE ON TABLES";
    await database().asOwner(`${byDefault} REVOKE ${everything} FROM synthetic_user`);
    try {
      await registered(order);
      await database().pool.query("INSERT INTO orders (_partition, _offset, _raw) VALUES (0, 0, '{}')");
    } finally {
      await database().asOwner(`${byDefault} GRANT ${everything} TO synthetic_user`);
    }
  });

  it("makes one row of a type that several register at once", async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => registered(order)));
    expect(answers.flat().filter(([, , isUnchanged]) => !isUnchanged)).to.deep.equal([["order", 1, false]]);
    expect(await listRecordTypes(database().pool)).to.have.length(1);
  });

  it("registers all of a file's types, or none", async () => {
    const shipment = "$id: shipment\nproperties: { id: { type: string } }\n";
    expect(
      await refused(
        `${order}---\n${shipment.replace("shipment\n", "shipment\nx-record: { topic: synthetic_users }\n")}`,
      ),
    ).to.deep.equal([
      "12 /x-record/topic: the topic synthetic_users is that of the type user; write x-record: {topic: …} with another",
    ]);
    expect(await listRecordTypes(database().pool)).to.deep.equal([]);
    expect(await columnsOf("orders")).to.deep.equal([]);
    expect(await registered(`${order}---\n${shipment}`)).to.deep.equal([
      ["order", 1, false],
      ["shipment", 1, false],
    ]);
  });

  it("does nothing in a dry run but say what it would", async () => {
    const answer = await register(order, { isDryRun: true });
    expect(answer).to.have.nested.property("types[0].type.version", 1);
    expect(await listRecordTypes(database().pool)).to.deep.equal([]);
    expect(await columnsOf("orders")).to.deep.equal([]);
  });

  it("tells of what is registered and deleted", async () => {
    const client = new pg.Client({ connectionString: database().url });
    await client.connect();
    try {
      const told: (string | undefined)[] = [];
      client.on("notification", ({ payload }) => told.push(payload));
      await client.query(`LISTEN ${typesChannel}`);
      await registered(order);
      await registered(order);
      await deleteType(database().pool, "order");
      await eventually(() => expect(told).to.deep.equal(["order", "order"]));
    } finally {
      await client.end();
    }
  });

  const reserved =
    "run chunk dataset datasets dataset_columns run_steps runs_archive chunks_2 dead_letter dead_letters_old record_series record_statistics_old record_type_owners consumer_progress_2 users_extra knex_other pg_mine sql_parts";
  for (const table of reserved.split(" ")) {
    it(`refuses ${table} as a table: the name is reserved for the product's own`, async () => {
      expect(
        await refused(`$id: other\nx-record: { table: ${table} }\nproperties: { a: {} }\n`),
      ).to.deep.equal([
        `2 /x-record/table: the name ${table} is reserved for tables of the product; write x-record: {table: …} with another, as own_${table}`,
      ]);
      expect(
        await registered(`$id: other\nx-record: { table: own_${table} }\nproperties: { a: {} }\n`),
      ).to.have.length(1);
    });
  }

  it("takes tables whose names only look like reserved ones", async () => {
    const names =
      "users user_ runners running_times chunky dataset1 records record pages sqlite orders order_lines devices readings";
    for (const name of names.split(" "))
      expect(await registered(`x-record: { name: ${name} }\nproperties: { a: {} }\n`)).to.deep.equal([
        [name, 1, false],
      ]);
  });

  it("refuses a name, topic or table that is another type's or taken, and names whose", async () => {
    await registered(order);
    const other = (record: string): string =>
      `$id: other\nx-record: ${record}\nproperties: { a: { type: string } }\n`;
    expect(await refused(other("{ topic: orders }"))).to.deep.equal([
      "2 /x-record/topic: the topic orders is that of the type order; write x-record: {topic: …} with another",
    ]);
    expect(await refused(other("{ table: orders }"))).to.deep.equal([
      "2 /x-record/table: the table orders is that of the type order",
    ]);
    expect(await refused(other("{ table: users_raw }"))).to.deep.equal([
      "2 /x-record/table: the table users_raw is that of the type user",
    ]);
    expect(await refused(other("{ table: runs }"))).to.have.length(1);
    expect(await refused(other("{ table: pg_class }"))).to.have.length(1);
    expect(await refused(other("{ topic: __consumer_offsets }"))).to.have.length(1);
    expect(
      await refused("$id: user\nx-record: { topic: mine, table: mine }\nproperties: { a: { type: string } }"),
    ).to.deep.equal(["2 /x-record/name: user is the built-in type; choose another name"]);
    await registered("$id: dots\nx-record: { topic: a.b }\nproperties: { a: { type: string } }");
    expect(await refused(other("{ topic: a_b }")), "Kafka takes them for one").to.have.length(1);
  });

  describe("of a changed definition", () => {
    const withCoupon = order.replace("  id:", '  coupon: { type: [string, "null"], maxLength: 6 }\n  id:');

    it("makes the next version on the same table where it only adds optional fields, whose streams have its number", async () => {
      await registered(order);
      await database().pool.query("INSERT INTO orders (_partition, _offset, _raw) VALUES (0, 0, '{}')");
      expect(await registered(withCoupon)).to.deep.equal([["order", 2, false]]);
      expect((await columnsOf("orders")).slice(-3)).to.deep.equal(["id uuid", "status text", "coupon text"]);
      const definition = definitionOf(await find("order"));
      const streams =
        definition.root.kind === "object" ? definition.root.fields.map(({ node }) => node.stream) : [];
      expect(streams).to.deep.equal(["order@2/coupon", "order@1/id", "order@1/status"]);
      expect(definitionOf(await find("order", 1)).version).to.equal(1);
    });

    it("answers an earlier version with that version", async () => {
      await registered(order);
      await registered(withCoupon);
      expect(await registered(order)).to.deep.equal([["order", 1, true]]);
    });

    it("keeps the streams of each field through several versions", async () => {
      await registered(order);
      await registered(withCoupon);
      expect(await registered(`${withCoupon}  note: { type: string }\n`)).to.deep.equal([
        ["order", 3, false],
      ]);
      expect((await find("order")).fieldVersions).to.deep.equal({ coupon: 2, note: 3 });
    });

    it("makes the next version where only what people read is another", async () => {
      await registered(order);
      expect(await registered(order.replace("title: Order", "title: Purchase"))).to.deep.equal([
        ["order", 2, false],
      ]);
    });

    const changes: readonly (readonly [what: string, from: string, to: string, pointer: string])[] = [
      [
        "a further required field",
        "required: [id, status]\nproperties:",
        "required: [id, status, a]\nproperties:\n  a: { type: string }",
        "/properties/a",
      ],
      [
        "a field that is gone",
        "required: [id, status]\nproperties:\n  id: { type: string, format: uuid }\n  status: { enum: [placed, paid] }\n",
        "required: [id]\nproperties:\n  id: { type: string, format: uuid }\n",
        "/properties",
      ],
      ["another value", "[placed, paid]", "[placed, paid, sent]", "/properties/status"],
      [
        "a field that need not be there any more",
        "required: [id, status]",
        "required: [id]",
        "/properties/status",
      ],
      ["another topic", "topic: orders", "topic: purchases", "/x-record/topic"],
      ["another table", "table: orders", "table: purchases", "/x-record/table"],
      ["another key", "key: id", "key: status", "/x-record/key"],
      ["fewer valid records", "type: object", "type: object\nadditionalProperties: false", ""],
    ];
    for (const [what, from, to, pointer] of changes) {
      it(`refuses ${what}, and says what to do`, async () => {
        await registered(order);
        const problems = await refused(order.replace(from, to));
        expect(
          problems.some((each) => each.includes(` ${pointer}: `)),
          problems.join("\n"),
        ).to.equal(true);
        expect(problems[0]).to.contain("register this one under another name, topic and table");
        expect(await listRecordTypes(database().pool)).to.have.length(1);
      });
    }
  });

  describe("deletes a type", () => {
    it("out of its lists, and keeps its table with its rows until it is back", async () => {
      await registered(order);
      await database().pool.query("INSERT INTO orders (_partition, _offset, _raw) VALUES (0, 0, '{}')");
      expect(await deleteType(database().pool, "order")).to.deep.equal({ kind: "deleted" });
      expect(await deleteType(database().pool, "order")).to.deep.equal({ kind: "not_found" });
      expect(await listRecordTypes(database().pool)).to.deep.equal([]);
      expect(await refused("$id: other\nx-record: { topic: orders }\nproperties: { a: {} }")).to.have.length(
        1,
      );
      expect(await registered(order)).to.deep.equal([["order", 1, false]]);
      const { rows } = await database().pool.query("SELECT count(*) AS rows FROM orders");
      expect(rows).to.deep.equal([{ rows: 1 }]);
    });

    it("but not while runs of it are under way", async () => {
      await registered(order);
      await database().pool.query(
        `INSERT INTO runs (record_type, record_type_version, requested, fields, seed, reference_date, chunk_size)
         VALUES ('order', 1, 10, '{id}', 1, now(), 10)`,
      );
      expect(await deleteType(database().pool, "order")).to.deep.equal({ kind: "in_use", runs: 1 });
      expect(await listRecordTypes(database().pool)).to.have.length(1);
    });

    it("for good, as far as the product's own start is concerned", async () => {
      await registered(order);
      await deleteType(database().pool, "order");
      await register(order, { keepsDeleted: true });
      expect(await listRecordTypes(database().pool)).to.deep.equal([]);
    });
  });

  it("changes no row but for its deletion", async () => {
    await registered(order);
    for (const statement of [
      "DELETE FROM record_types",
      "UPDATE record_types SET definition = 'other'",
      "UPDATE record_types SET topic = 'other'",
    ])
      expect(await rejection(database().pool.query(statement)), statement).to.include({ code: "23001" });
  });
});
