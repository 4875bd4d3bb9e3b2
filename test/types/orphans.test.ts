import { expect } from "chai";
import { createValidator } from "../../generate/shapes/create-validator.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { userType } from "../../types/user/user.ts";
import { datasetFile, type MadeDataset, makeDataset } from "./dataset.ts";
import { parseOne } from "./definitions.ts";

type Row = Readonly<Record<string, unknown>>;

const all = (dataset: MadeDataset, type: string): readonly Row[] => {
  const make = dataset.open(type);
  return Array.from({ length: dataset.countOf(type) }, (_, seq) => JSON.parse(make(seq)) as Row);
};

interface Spoiled {
  readonly clean: Row;
  readonly spoiled: Row;
  readonly field: string | undefined;
}

/** Those records that are orphans, where all are to be. */
const orphansOf = (dataset: MadeDataset, type: string, count = dataset.countOf(type)): readonly Spoiled[] => {
  const spoil = dataset.openSpoiled(type, { orphan: 1 });
  return Array.from({ length: count }, (_, seq) => spoil(seq)).flatMap(({ value, clean, fault }) =>
    fault === null
      ? []
      : [
          {
            clean: JSON.parse(clean) as Row,
            spoiled: JSON.parse(String(value)) as Row,
            field: fault.field?.name,
          },
        ],
  );
};

const valuesOf = (rows: readonly Row[], ...fields: readonly string[]): ReadonlySet<string> =>
  new Set(rows.map((row) => JSON.stringify(fields.map((field) => row[field]))));

/** The fields in which a spoiled record differs from the clean one. */
const changed = ({ clean, spoiled }: Spoiled): readonly string[] =>
  Object.keys(clean).filter((field) => JSON.stringify(clean[field]) !== JSON.stringify(spoiled[field]));

describe("orphans", () => {
  it("are offered of types that refer to others, or to a parent", () => {
    const { definitions } = parseDefinitions(datasetFile("shop"));
    const fields = definitions.map((each) => [
      each.name,
      createOwnType(each)
        .fieldFaults()
        .get("orphan")
        ?.fields.map(({ name }) => name),
    ]);
    expect(Object.fromEntries(fields)).to.deep.equal({ order: ["user_email"], order_line: ["order_id"] });
    const alone = createOwnType(parseOne("{ $id: alone, properties: { id: { type: integer } } }"));
    expect([...alone.fieldFaults().keys()]).not.to.include("orphan");
    expect([...userType.fieldFaults().keys()]).not.to.include("orphan");
  });

  it("are valid, refer to no record of any, and differ in nothing else", async () => {
    for (const counts of [
      { user: 40, order: 300 },
      { user: 3, order: 1_000 },
    ]) {
      const shop = await makeDataset(datasetFile("shop"), { counts });
      const schemas = new Map(shop.types.map(({ type }) => [type.name, createValidator(type.schema)("")]));
      for (const [type, field, target, key] of [
        ["order", "user_email", "user", "email"],
        ["order_line", "order_id", "order", "id"],
      ] as const) {
        const orphans = orphansOf(shop, type);
        const there = valuesOf(all(shop, target), key);
        expect(orphans.length).to.equal(shop.countOf(type));
        for (const orphan of orphans) {
          expect(changed(orphan)).to.deep.equal([field]);
          expect(schemas.get(type)?.(orphan.spoiled)).to.equal(true);
          expect(there.has(JSON.stringify([orphan.spoiled[field]]))).to.equal(false);
        }
        expect(
          valuesOf(
            orphans.map(({ spoiled }) => spoiled),
            field,
          ).size,
        ).to.be.above(2);
      }
    }
  });

  it("are the same whichever is asked for first, and as many as were asked for", async () => {
    const shop = await makeDataset(datasetFile("shop"));
    const spoil = shop.openSpoiled("order", { orphan: 0.2 });
    const labels = Array.from({ length: 5_000 }, (_, seq) => spoil(seq));
    expect(labels.filter(({ fault }) => fault?.kind === "orphan").length).to.be.within(850, 1_150);
    for (const seq of [4_999, 17, 2_500, 0])
      expect(shop.openSpoiled("order", { orphan: 0.2 })(seq).value).to.equal(labels[seq]?.value);
  });

  it("take over all that there is of a composite key, and of what is read by it", async () => {
    const text = `
${datasetFile("shop")}
---
x-record: { name: refund, count: 400 }
required: [order_id, line, product, at]
properties:
  order_id: { type: string, format: uuid, x-generate: { ref: order_line.order_id } }
  line: { type: integer, x-generate: { ref: order_id/line } }
  product: { type: string, maxLength: 120, x-generate: { ref: order_id/product } }
  at: { type: string, format: date-time }`;
    const dataset = await makeDataset(text, { counts: { user: 10, order: 100 } });
    const lines = valuesOf(all(dataset, "order_line"), "order_id", "line");
    const orphans = orphansOf(dataset, "refund");
    expect(orphans.length).to.equal(400);
    for (const orphan of orphans) {
      const { order_id, line } = orphan.spoiled;
      expect(lines.has(JSON.stringify([order_id, line]))).to.equal(false);
      expect(changed(orphan)).to.not.include("at");
    }
    expect(orphans.flatMap(changed)).to.include.members(["order_id", "line", "product"]);
  });

  it("are none where no other record can be made, where nothing is referred to, and where nothing tells records apart", async () => {
    const text = `
x-record: { name: seat, count: 20 }
required: [number, row]
properties:
  number: { type: integer, minimum: 1, maximum: 20, x-generate: { unique: true } }
  row: { type: integer, minimum: 1, maximum: 3 }
---
x-record: { name: booking, count: 50 }
required: [seat]
properties: { seat: { type: integer, x-generate: { ref: seat.number } } }
---
x-record: { name: guest, childOf: seat, count: { fixed: 2 } }
required: [row]
properties: { row: { type: integer, x-generate: { parent: row } } }
---
x-record: { name: employee, count: 200 }
required: [id, manager]
properties:
  id: { type: integer, x-generate: { sequence: 1 } }
  manager: { type: [integer, "null"], x-generate: { ref: employee.id, nulls: 0.5 } }`;
    const dataset = await makeDataset(text);
    expect(orphansOf(dataset, "booking")).to.deep.equal([]);
    expect(orphansOf(dataset, "guest")).to.deep.equal([]);
    const employees = orphansOf(dataset, "employee");
    expect(employees.length).to.equal(
      all(dataset, "employee").filter(({ manager }) => manager !== null).length,
    );
    expect(employees.length).to.be.within(60, 140);
    for (const { spoiled } of employees) expect(spoiled.manager).to.be.above(200);
    const fewer = await makeDataset(text, { counts: { seat: 19 } });
    const taken = valuesOf(all(fewer, "seat"), "number");
    for (const { spoiled } of orphansOf(fewer, "booking"))
      expect(taken.has(JSON.stringify([spoiled.seat]))).to.equal(false);
    expect(orphansOf(fewer, "booking").length).to.equal(50);
  });
});
