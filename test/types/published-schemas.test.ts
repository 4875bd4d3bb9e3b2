import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { stringify } from "yaml";
import type { Definition } from "../../generate/shapes/nodes.ts";
import { explicit } from "../../types/definition/explicit.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { tryRecords } from "../../types/try-records.ts";
import { parseOne } from "./definitions.ts";

const folder = new URL("./schemas/", import.meta.url);

const shop = `
$id: order
title: Order
x-record: { topic: orders, table: orders, key: id, count: 5000, stats: { by: [placed_at, status], sum: [total] } }
type: object
required: [id, user_email, placed_at, status, total]
properties:
  id: { type: string, format: uuid }
  user_email: { type: string, format: email }
  placed_at: { type: string, format: date-time }
  status: { enum: [placed, paid, shipped, returned], x-generate: { weights: [1, 2, 7, 0.4] } }
  coupon: { type: [string, "null"], pattern: "^[A-Z]{6}$", x-generate: { nulls: 0.8 } }
  shipping_address:
    type: object
    required: [city, country]
    properties:
      city: { type: string, x-generate: { person: city } }
      country: { type: string, x-generate: { person: country } }
  lines: { type: integer }
  total: { type: number, multipleOf: 0.01 }
---
$id: order_line
title: Order line
x-record: { topic: order_lines, table: order_lines, key: [order_id, line], messageKey: order_id }
type: object
required: [order_id, line, product, quantity, price, amount]
properties:
  order_id: { type: string, format: uuid }
  line: { type: integer }
  product: { type: string, maxLength: 120, x-generate: { faker: commerce.productName } }
  quantity: { type: integer, minimum: 1, maximum: 5 }
  price: { type: number, multipleOf: 0.01, x-generate: { lognormal: [3, 0.8], decimals: 2 } }
  amount: { type: number, multipleOf: 0.01, x-generate: { product: [quantity, price] } }
`;

/** What a tree says of its values; where its schemas stand and what is checked differs once all is written out. */
const meaningOf = (definition: Definition): unknown =>
  JSON.parse(
    JSON.stringify(definition.root, (key, value: unknown) =>
      typeof value === "bigint"
        ? `${value}n`
        : ["pointer", "stream", "check", "saysDecimals"].includes(key)
          ? undefined
          : value,
    ),
  );

describe("schemas as people publish them", () => {
  for (const file of readdirSync(folder)) {
    const text = readFileSync(new URL(file, folder), "utf8");

    it(`are definitions as they are, and 1,000 records of each are valid: ${file}`, () => {
      expect(tryRecords(parseOne(text))).to.deep.equal([]);
    });

    it(`mean the same once all that was chosen is written out: ${file}`, () => {
      const definition = parseOne(text);
      expect(meaningOf(parseOne(stringify(explicit(definition))))).to.deep.equal(meaningOf(definition));
    });
  }

  it("have what x-record says, and defaults for what it leaves open", () => {
    const { definitions, problems } = parseDefinitions(shop, { inspect: tryRecords });
    expect(problems).to.deep.equal([]);
    const [order, line] = definitions.map(({ schema: _, root: __, ...record }) => record);
    expect(order).to.deep.equal({
      name: "order",
      version: 1,
      title: "Order",
      description: null,
      topic: "orders",
      table: "orders",
      key: ["id"],
      messageKey: ["id"],
      count: 5000,
      belongsTo: null,
      changes: null,
      onInvalid: "flag",
      format: "json",
      stats: { by: ["placed_at", "status"], sum: ["total"] },
    });
    expect(line).to.include({ name: "order_line", count: null });
    expect(line?.key).to.deep.equal(["order_id", "line"]);
    expect(line?.messageKey).to.deep.equal(["order_id"]);
  });

  it("name streams by type, version and place", () => {
    const { definitions } = parseDefinitions(shop, {
      versionOf: () => 3,
      streamVersionOf: (_, place) => (place === "/total" ? 3 : 1),
    });
    const root = definitions[0]?.root;
    const fields = root?.kind === "object" ? root.fields : [];
    const streams = fields
      .flatMap(({ node }) => [node, ...(node.kind === "object" ? node.fields.map((each) => each.node) : [])])
      .map(({ stream }) => stream);
    expect(streams).to.include.members(["order@1/id", "order@1/shipping_address/city", "order@3/total"]);
    expect(definitions[0]?.version).to.equal(3);
  });

  it("may have 300 fields", () => {
    const types = ["string", "integer", "number", "boolean"];
    const properties = Object.fromEntries(
      Array.from({ length: 300 }, (_, n) => [`field_${n}`, { type: types[n % 4] }]),
    );
    const definition = parseOne(JSON.stringify({ $id: "wide", type: "object", properties }));
    expect(definition.root.kind === "object" && definition.root.fields.length).to.equal(300);
    expect(tryRecords(definition)).to.deep.equal([]);
  });

  it("may name fields as they like", () => {
    const names = [
      "id",
      "select",
      '"; drop table users; --',
      "__proto__",
      "constructor",
      "toString",
      "with spaces",
      "الاسم",
      "a/b~c",
      "",
      "null",
      "𝒳",
      "a\nb",
    ];
    const properties = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
    const definition = parseOne(
      JSON.stringify({ $id: "hostile", type: "object", required: names, properties }),
    );
    expect(definition.root.kind === "object" && definition.root.fields.map(({ name }) => name)).to.deep.equal(
      names,
    );
    expect(tryRecords(definition)).to.deep.equal([]);
    expect(meaningOf(parseOne(stringify(explicit(definition))))).to.deep.equal(meaningOf(definition));
    expect(Object.prototype).not.to.have.property("type");
  });
});
