import { expect } from "chai";
import { limits } from "../../types/definition/limits.ts";
import { bringTypesUpToDate } from "../../web/types/bring-types-up-to-date.ts";
import { eventually } from "../setup/eventually.ts";
import { hostileNames } from "../setup/hostile-names.ts";
import { silentLog } from "../setup/log.ts";
import { badFields, expectProblem, webForSuite } from "./web-server.ts";

const yaml = { "Content-Type": "application/yaml" };

interface TypeJson {
  readonly name: string;
  readonly version: number;
  readonly topic: string;
  readonly table: string | null;
}

/** A definition of a type, topic and table of this name. */
const simple = (name: string): string => `$id: ${name}
required: [id]
properties:
  id: { type: string, format: uuid }
  amount: { type: number, multipleOf: 0.01 }
`;

describe("The API of record types", () => {
  const web = webForSuite();

  const add = (text: string, query = ""): Promise<Response> => web().post(`/api/types${query}`, text, yaml);
  const remove = (name: string): Promise<Response> =>
    fetch(`${web().url}/api/types/${name}`, { method: "DELETE" });

  async function typesOf(response: Response): Promise<readonly TypeJson[]> {
    const { types } = (await response.json()) as { readonly types: readonly TypeJson[] };
    return types;
  }

  const listed = async (): Promise<readonly string[]> =>
    (await typesOf(await web().get("/api/types"))).map(({ name, version }) => `${name}@${version}`);

  it("lists the built-in type, and says what its records are", async () => {
    const [user] = await typesOf(await web().get("/api/types"));
    expect(user).to.deep.equal({
      name: "user",
      version: 2,
      topic: web().config.kafka.topic,
      table: "users_raw",
      stateTable: null,
      isBuiltIn: true,
      createdAt: null,
    });
    const details = await (await web().get("/api/types/user@2")).json();
    expect(details).to.have.nested.property("schema.properties.email");
    expect(details).to.deep.nested.include({
      "columns[2]": { name: "event_time", type: "timestamptz", field: "date" },
    });
    await expectProblem(await web().get("/api/types/user@1"), "not-found");
  });

  it("registers YAML with 201, and answers the very same, in JSON, with 200", async () => {
    const first = await add(simple("invoice"));
    expect(first.status).to.equal(201);
    expect(await typesOf(first)).to.deep.equal([
      {
        name: "invoice",
        version: 1,
        topic: "invoice",
        table: "invoice",
        stateTable: null,
        isUnchanged: false,
      },
    ]);
    const again = await web().post("/api/types", {
      $id: "invoice",
      properties: { amount: { multipleOf: 0.01, type: "number" }, id: { format: "uuid", type: "string" } },
      required: ["id"],
    });
    expect(again.status).to.equal(200);
    expect(await typesOf(again)).to.have.nested.property("[0].isUnchanged", true);
    expect(await listed()).to.include("invoice@1");
  });

  it("describes a type as it came, with its columns", async () => {
    await add(`# what we send\n${simple("parcel")}`);
    const details = (await (await web().get("/api/types/parcel")).json()) as Record<string, unknown>;
    expect(details).to.deep.include({
      name: "parcel",
      version: 1,
      versions: [1],
      mediaType: "application/yaml",
      definition: `# what we send\n${simple("parcel")}`,
      columns: [
        { name: "id", type: "uuid", field: "id" },
        { name: "amount", type: "numeric", field: "amount" },
      ],
    });
    await expectProblem(await web().get("/api/types/parcel@2"), "not-found");
    await expectProblem(await web().get("/api/types/no_parcel"), "not-found");
    await expectProblem(await web().get("/api/types/%00"), "not-found");
  });

  it("makes the next version, and shows each", async () => {
    await add(simple("claim"));
    const next = await add(`${simple("claim")}  note: { type: string }\n`);
    expect(next.status).to.equal(201);
    expect(await typesOf(next)).to.have.nested.property("[0].version", 2);
    const columnsAt = async (name: string): Promise<unknown> =>
      ((await (await web().get(`/api/types/${name}`)).json()) as { columns: unknown[] }).columns.length;
    expect([await columnsAt("claim@1"), await columnsAt("claim@2"), await columnsAt("claim")]).to.deep.equal([
      2, 3, 3,
    ]);
    const problem = await expectProblem(await add(simple("claim").replace("uuid", "ipv4")), "type-conflict");
    expect(badFields(problem)).to.include("/properties/id");
  });

  it("does not have everybody wait behind a table that is in use: it gives up, and registers nothing", async () => {
    await add(simple("busy"));
    const next = `${simple("busy")}  note: { type: string }\n`;
    const reader = await web().pool.connect();
    try {
      await reader.query("BEGIN; SELECT FROM busy");
      const problem = await expectProblem(await add(next), "unavailable");
      expect(problem.detail).to.contain("is in use");
      expect(await listed()).to.include("busy@1");
    } finally {
      await reader.query("COMMIT");
      reader.release();
    }
    expect((await add(next)).status).to.equal(201);
  });

  it("registers nothing in a dry run", async () => {
    const dry = await add(simple("dry"), "?dryRun=true");
    expect(dry.status).to.equal(200);
    expect(await typesOf(dry)).to.have.nested.property("[0].isUnchanged", false);
    await expectProblem(await web().get("/api/types/dry"), "not-found");
    await expectProblem(await add(simple("dry"), "?dryRun=perhaps"), "invalid-request");
    await expectProblem(await add(simple("dry"), "?dry=true"), "invalid-request");
  });

  it("registers all definitions of a body or none, and names each mistake by pointer and line", async () => {
    const right = simple("right");
    const wrong =
      "$id: wrong\nproperties:\n  a: { type: strin }\n  b: { type: integer, minimum: 3, maximum: 1 }\n";
    const problem = await expectProblem(await add(`${right}---\n${wrong}`), "invalid-definition");
    const named = problem.errors ?? [];
    expect(named.map(({ definition, pointer, line }) => [definition, pointer, line])).to.deep.equal([
      [1, "/properties/a/type", 9],
      [1, "/properties/b/maximum", 10],
    ]);
    expect(problem.detail).to.match(/^line 9, \/properties\/a\/type: must be one of .* \(and 1 more\)\.$/);
    await expectProblem(await web().get("/api/types/right"), "not-found");

    const both = await web().post("/api/types", [
      { $id: "left_one", properties: { a: {} } },
      { $id: "right_one", properties: { a: {} } },
    ]);
    expect((await typesOf(both)).map(({ name }) => name)).to.deep.equal(["left_one", "right_one"]);
  });

  it("refuses what no table can be made of, and what no record can be made of", async () => {
    const wide = Array.from({ length: 400 }, (_, index) => `  f${index}: { type: string }\n`).join("");
    const problem = await expectProblem(await add(`$id: wide\nproperties:\n${wide}`), "invalid-definition");
    expect(badFields(problem)).to.deep.equal(["/properties"]);
    expect(
      (await add(`$id: wide\nx-record: { table: null }\nproperties:\n${wide}`)).status,
      "to Kafka only",
    ).to.equal(201);
    const never =
      "$id: never\nproperties: { a: { type: integer, minimum: 1, maximum: 3, not: { minimum: 0 } } }\nrequired: [a]";
    await expectProblem(await add(never), "invalid-definition");
  });

  it("takes JSON and YAML in UTF-8 up to a size, and nothing else", async () => {
    await expectProblem(
      await web().post("/api/types", "$id: a", { "Content-Type": "text/plain" }),
      "unsupported-media-type",
    );
    await expectProblem(await web().post("/api/types", "$id: a"), "malformed-body");
    await expectProblem(await web().post("/api/types", '{"$id": "a", }'), "malformed-body");
    await expectProblem(await add(""), "invalid-request");
    await expectProblem(await add("$id: a\n# \0\nproperties: { a: {} }\n"), "malformed-body");
    await expectProblem(await add("# nothing\n"), "invalid-definition");
    await expectProblem(await add(`# ${"x".repeat(limits.bytes)}`), "too-large");
    const latin1 = await fetch(`${web().url}/api/types`, {
      method: "POST",
      headers: yaml,
      body: Buffer.from("$id: a\ntitle: Stra\xdfe\n", "latin1"),
    });
    await expectProblem(latin1, "malformed-body");
  });

  it("keeps pages of other sites out, as of every writing route", async () => {
    const answer = await web().post("/api/types", simple("foreign"), {
      ...yaml,
      "Sec-Fetch-Site": "cross-site",
    });
    await expectProblem(answer, "cross-site");
  });

  it("deletes a type by its name", async () => {
    await add(simple("gone"));
    expect((await remove("gone")).status).to.equal(204);
    const problem = await expectProblem(await web().get("/api/types/gone"), "not-found");
    expect(problem.detail).to.contain("registered again as it was, it is back");
    await expectProblem(await remove("gone"), "not-found");
    expect((await add(simple("gone"))).status).to.equal(201);
    await expectProblem(await remove("gone@1"), "not-found");
    await expectProblem(await remove("user"), "type-conflict");
  });

  it("serves the meta-schema by which editors check definitions", async () => {
    const answer = await web().get("/api/types/meta-schema");
    expect(answer.headers.get("content-type")).to.match(/^application\/schema\+json/);
    expect(await answer.json()).to.have.nested.property("properties.x-record.properties.topic");
  });

  it("has the types that come with the product soon after the start, and leaves a deleted one deleted", async () => {
    const start = async (): Promise<void> => {
      const stop = bringTypesUpToDate(web().deps.registry, silentLog);
      await eventually(async () => expect(await listed()).to.include("service_log_line@1"));
      await stop();
    };
    await start();
    expect(await listed()).to.include.members(["catalogue_product@1", "card_payment@1", "site_page_view@1"]);
    await remove("card_payment");
    await start();
    expect(await listed()).not.to.include("card_payment@1");
  });
});

describe("Definitions made to break out", () => {
  const web = webForSuite();

  const catalogue = async (): Promise<readonly string[]> => {
    const { rows } = await web().pool.query<{ line: string }>(
      `SELECT concat_ws(' ', relkind, relname, relowner::regrole, relacl::text) AS line FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
       UNION ALL
       SELECT concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod)) FROM pg_attribute
        WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r')
          AND attnum > 0 AND attrelid <> coalesce(to_regclass('hostile'), 0)
       UNION ALL SELECT concat_ws(' ', proname, proacl::text) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
       UNION ALL SELECT rolname FROM pg_roles
       ORDER BY line`,
    );
    return rows.map(({ line }) => line);
  };
  const ofHostile = (line: string): boolean => / hostile(__id_seq|_pkey|__run_id__seq_idx)? /.test(line);

  it("as names of fields become columns of these names or of ones made from them, and nothing else", async () => {
    const before = await catalogue();
    const definition = {
      $id: "hostile",
      description: hostileNames.join(" "),
      properties: Object.fromEntries(
        hostileNames.map((name) => [
          name,
          { type: "string", maxLength: 5, description: name, default: name },
        ]),
      ),
    };
    const answer = await web().post("/api/types", JSON.stringify(definition));
    expect(await answer.json()).to.have.nested.property("types[0].name", "hostile");
    expect(answer.status).to.equal(201);

    const after = await catalogue();
    expect(after.filter((line) => !before.includes(line) && !ofHostile(line))).to.deep.equal([]);
    expect(before.filter((line) => !after.includes(line))).to.deep.equal([]);
    const { rows } = await web().pool.query<{ name: string }>(
      "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'hostile'::regclass AND attnum > 8",
    );
    const { columns } = (await (await web().get("/api/types/hostile")).json()) as {
      readonly columns: readonly { readonly name: string; readonly field: string }[];
    };
    expect(rows.map(({ name }) => name)).to.deep.equal(columns.map(({ name }) => name));
    expect(new Set(columns.map(({ field }) => field))).to.deep.equal(
      new Set(hostileNames.map((name) => name)),
    );
    expect(columns.filter(({ name, field }) => name !== field).map(({ field }) => field)).to.have.members([
      "a\0b",
      "",
      "_id",
      "_raw",
      "ctid",
      "xmin",
      "tableoid",
      "x".repeat(64),
      "x".repeat(5_000),
      "ش".repeat(40),
      "😀".repeat(20),
    ]);
  });

  it("as half a character are refused", async () => {
    for (const body of [
      '{"$id": "a", "properties": {"\\ud800": {}}}',
      '{"$id": "a", "title": "\\udfff", "properties": {"a": {}}}',
    ])
      await expectProblem(await web().post("/api/types", body), "invalid-definition");
  });

  it("as names of types, topics and tables are refused", async () => {
    const before = await catalogue();
    for (const name of hostileNames.filter((each) => !/^[a-z][a-z0-9_]{0,47}$/.test(each))) {
      for (const record of [{ name }, { name: "fine", table: name }]) {
        const answer = await web().post("/api/types", { "x-record": record, properties: { a: {} } });
        await expectProblem(answer, "invalid-definition");
      }
      if (/^[a-zA-Z0-9._-]{1,200}$/.test(name)) continue;
      const answer = await web().post("/api/types", {
        "x-record": { name: "fine", topic: name },
        properties: { a: {} },
      });
      await expectProblem(answer, "invalid-definition");
    }
    expect(await catalogue()).to.deep.equal(before);
  });

  it("as names that SQL has words for become tables of these names", async () => {
    for (const name of ["select", "table", "user_", "all", "current_user", "public", "null"]) {
      const answer = await web().post("/api/types", {
        "x-record": { name },
        properties: { select: { type: "string" } },
      });
      expect(answer.status, name).to.equal(201);
      const { rows } = await web().pool.query(
        "SELECT attname AS name FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relname = $1 AND attname = 'select'",
        [name],
      );
      expect(rows, name).to.have.length(1);
    }
  });

  it("as values, patterns, keys and comments stay text", async () => {
    const before = await catalogue();
    for (const [index, text] of hostileNames.entries()) {
      const answer = await web().post("/api/types", {
        $id: `valued_${index}`,
        title: text,
        $comment: text,
        "x-record": { table: null },
        properties: { a: { enum: [text, "other"], examples: [text] }, b: { const: { [text]: [text] } } },
      });
      expect(answer.status, JSON.stringify(text)).to.equal(201);
      const details = await (await web().get(`/api/types/valued_${index}`)).json();
      expect(details).to.have.nested.property("schema.properties.a.enum[0]", text);
    }
    expect(await catalogue()).to.deep.equal(before);
  });
});
