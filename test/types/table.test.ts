import { expect } from "chai";
import { checkTable, layOutTable, type TableLayout } from "../../types/compile/table.ts";
import { parseOne, withField } from "./definitions.ts";

function layoutOf(text: string): TableLayout {
  const layout = layOutTable(parseOne(text));
  if (layout === null) throw new Error("there is no table");
  return layout;
}

const typeOf = (schema: string): string | undefined =>
  layoutOf(withField(schema)).columns.find(({ field }) => field === "x")?.sqlType;

const nameOf = (field: string): string | undefined =>
  layoutOf(withField("{ type: string }", field)).columns.find((each) => each.field === field)?.name;

describe("the table of a type", () => {
  const types: readonly (readonly [schema: string, sqlType: string])[] = [
    ["{ type: string }", "text"],
    ["{ type: [string, 'null'] }", "text"],
    ["{ type: string, format: uuid }", "uuid"],
    ["{ type: string, format: date-time }", "timestamptz"],
    ["{ type: string, format: date }", "date"],
    ["{ type: string, format: time }", "text"],
    ["{ type: string, format: ipv4 }", "text"],
    ["{ type: string, x-generate: { between: [2026-01-01, 2026-12-31] } }", "text"],
    ["{ enum: [a, b] }", "text"],
    ["{ enum: [a, null] }", "text"],
    ["{ const: a }", "text"],
    ["{ type: boolean }", "boolean"],
    ["{ type: integer }", "numeric"],
    ["{ type: integer, minimum: 1 }", "numeric"],
    ["{ type: integer, minimum: 1, maximum: 5 }", "bigint"],
    ["{ type: integer, minimum: -9223372036854775808, maximum: 9223372036854775807 }", "bigint"],
    ["{ type: integer, minimum: 0, maximum: 18446744073709551615 }", "numeric"],
    ["{ type: integer, exclusiveMinimum: 0, exclusiveMaximum: 10 }", "bigint"],
    ["{ type: integer, format: int64 }", "bigint"],
    ["{ allOf: [{ type: integer, minimum: 1 }, { maximum: 5 }] }", "bigint"],
    ["{ enum: [1, 2] }", "bigint"],
    ["{ enum: [1, 1.5] }", "double precision"],
    ["{ const: 100000000000000000000 }", "numeric"],
    ["{ type: number }", "double precision"],
    ["{ type: number, multipleOf: 0.01 }", "numeric"],
    ["{ type: number, x-generate: { normal: [21, 3], decimals: 1 } }", "numeric"],
    ["{ type: number, x-generate: { values: [1, 2] } }", "double precision"],
    ["{ type: [string, integer] }", "jsonb"],
    ["{ type: [string, integer], x-generate: { values: [a] } }", "jsonb"],
    ["{ enum: [a, 1] }", "jsonb"],
    ["{ type: 'null' }", "jsonb"],
    ["{ type: object, properties: { y: { type: string } } }", "jsonb"],
    ["{ type: array, items: { type: string } }", "jsonb"],
    ["{ anyOf: [{ const: a }, { const: b }] }", "text"],
    ["{ anyOf: [{ type: string, format: date }, { type: string, format: uuid }] }", "text"],
    ["{ oneOf: [{ type: integer, minimum: 1, maximum: 5 }, { type: number, minimum: 9 }] }", "numeric"],
    ["{ anyOf: [{ type: string }, { type: 'null' }] }", "text"],
    ["{ anyOf: [{ type: string }, { type: object, properties: { y: { type: string } } }] }", "jsonb"],
    ["{}", "text"],
    ["{ x-generate: { values: [1, 2] } }", "numeric"],
  ];
  for (const [schema, sqlType] of types) {
    it(`holds every valid value: ${schema} is ${sqlType}`, () => {
      expect(typeOf(schema)).to.equal(sqlType);
    });
  }

  it("is what one would write by hand for a device with a serial number", () => {
    const { columns } = layoutOf(`
$id: device
x-record: { topic: devices, table: devices, key: serial, count: 1000 }
type: object
required: [serial, base]
properties:
  serial: { type: string, x-generate: { sequence: "dev-{0000000}" } }
  model: { enum: [TH-1, TH-2, TH-2S], x-generate: { weights: [5, 3, 1] } }
  installed_at: { type: string, format: date, x-generate: { between: [2024-01-01, 2026-06-30], growth: 4 } }
  base: { type: number, x-generate: { normal: [21, 3], decimals: 1 } }`);
    expect(columns.map(({ name, sqlType }) => `${name} ${sqlType}`)).to.deep.equal([
      "serial text",
      "model text",
      "installed_at date",
      "base numeric",
    ]);
  });

  it("takes what a $ref leads to", () => {
    const { columns } = layoutOf(`
$id: thing
$defs: { "a/b #%": { type: integer, minimum: 1, maximum: 9 } }
properties: { x: { $ref: "#/$defs/a~1b%20%23%25" } }`);
    expect(columns.map(({ sqlType }) => sqlType)).to.deep.equal(["bigint"]);
  });

  it("has the columns of all branches where the record is a choice", () => {
    const { columns } = layoutOf(`
$id: thing
type: object
oneOf:
  - { properties: { kind: { const: a }, value: { type: integer, minimum: 1, maximum: 9 } }, required: [kind, value] }
  - { properties: { kind: { const: b }, value: { type: string } }, required: [kind, value] }`);
    expect(columns.map(({ name, sqlType }) => [name, sqlType])).to.deep.equal([
      ["kind", "text"],
      ["value", "jsonb"],
    ]);
  });

  it("is none where the records go to Kafka only", () => {
    expect(
      layOutTable(parseOne("x-record: { name: thing, table: null }\nproperties: { a: { type: string } }")),
    ).to.equal(null);
  });

  it("knows the pipeline's columns", () => {
    expect(Object.values(layoutOf(withField("{ type: string }")).pipeline)).to.deep.equal(
      "_id _run_id _seq _partition _offset _error _raw _created_at".split(" "),
    );
  });

  describe("has for a field the column", () => {
    for (const name of [
      "id",
      "select",
      '"; drop table',
      "__proto__",
      "two words",
      "الاسم",
      "Id",
      "%I",
      "$1",
      "it's",
    ]) {
      it(`of its own name: ${name}`, () => {
        expect(nameOf(name)).to.equal(name);
      });
    }

    it("of its name and an underscore where that is taken, by the pipeline or by PostgreSQL", () => {
      expect(["_id", "_raw", "xmin", "ctid"].map(nameOf)).to.deep.equal(["_id_", "_raw_", "xmin_", "ctid_"]);
      expect(nameOf("_id_"), "which would be that of _id").to.equal("_id__");
    });

    it("of a shorter name where PostgreSQL has none so long, the same at every time", () => {
      const long = "ش".repeat(40);
      expect(nameOf(long)).to.equal(`${"ش".repeat(27)}_5ed8fb91`);
      expect(Buffer.byteLength(nameOf(long) ?? "")).to.be.at.most(63);
      expect(nameOf(`${long}2`)).to.not.equal(nameOf(`${long}3`));
      expect(nameOf("a".repeat(63))).to.equal("a".repeat(63));
    });

    it("of a name that PostgreSQL can have where it cannot have the field's", () => {
      expect(nameOf("")).to.match(/^_[0-9a-f]{8}$/);
      expect(nameOf("a\0b")).to.match(/^a\uFFFDb_[0-9a-f]{8}$/);
    });
  });

  it("is refused where two fields would have one column", () => {
    const long = `${"a".repeat(70)}`;
    const column = nameOf(long);
    expect(
      checkTable(
        parseOne(`$id: thing\nproperties: { ${long}: { type: string }, ${column}: { type: string } }`),
      ),
    ).to.deep.equal([
      {
        pointer: `/properties/${column}`,
        message: `would have the column "${column}", which is that of "${long}"; rename one of them`,
      },
    ]);
  });

  it("is refused where a row might not fit into PostgreSQL's page, and takes 300 fields of texts", () => {
    const withFields = (count: number, schema: string): string =>
      `$id: thing\nproperties:\n${Array.from({ length: count }, (_, index) => `  f${index}: ${schema}\n`).join("")}`;
    expect(checkTable(parseOne(withFields(300, "{ type: string }")))).to.deep.equal([]);
    expect(checkTable(parseOne(withFields(1_000, "{ type: boolean }")))).to.deep.equal([]);
    const [fault] = checkTable(parseOne(withFields(400, "{ type: string }")));
    expect(fault?.pointer).to.equal("/properties");
    expect(fault?.message).to.match(
      /^has 400 fields, whose values may take 9,\d\d\d bytes of a row and PostgreSQL has 8,160;/,
    );
  });
});
