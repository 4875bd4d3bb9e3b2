import { readFileSync } from "node:fs";
import { expect } from "chai";
import { datasetFile, linkFaults } from "./dataset.ts";

const product = `
x-record: { name: product, key: [maker, number] }
properties:
  id: { type: string, maxLength: 12, x-generate: { sequence: "p-{000}" } }
  maker: { enum: [a, b] }
  number: { type: integer, minimum: 1, maximum: 99 }
  name: { type: string, maxLength: 40 }
  made: { type: string, format: date }
  nickname: { type: [string, "null"], maxLength: 40 }
  price: { type: number, multipleOf: 0.01, minimum: 0, maximum: 500 }
required: [id, maker, number, name, made, nickname, price]`;

const order = (fields: string, record = "name: order"): string =>
  `${product}\n---\nx-record: { ${record} }\nproperties:\n  x: ${fields}\nrequired: [x]`;

/** A file, and what it is refused for. */
const refusals: Readonly<Record<string, readonly [text: string, fault: RegExp]>> = {
  "a type that nobody knows": [
    order("{ type: string, x-generate: { ref: nobody.id } }"),
    /^order \/properties\/x names the type nobody, which is neither in this file nor registered/,
  ],
  "a field that is not there": [
    order("{ type: string, x-generate: { ref: product.sku } }"),
    /names product\.sku, which is no single value .*; product has id, maker/,
  ],
  "a field that is not unique": [
    order("{ type: string, maxLength: 40, x-generate: { ref: product.name } }"),
    /product\.name is not unique; name a field that is/,
  ],
  "a part of the key": [
    order("{ type: string, x-generate: { ref: product.maker } }"),
    /product\.maker is not unique, but only together with number: .* as \{ref: FIELD\/number\}/,
  ],
  "a field that is null at times": [
    order("{ type: string, x-generate: { ref: product.nickname } }"),
    /product\.nickname is missing or null in some records/,
  ],
  "a value of another type": [
    order("{ type: integer, x-generate: { ref: product.id } }"),
    /product\.id is of type string, and this field of type integer/,
  ],
  "a longer text than the field may hold": [
    order("{ type: string, maxLength: 1, x-generate: { ref: product.id } }"),
    /product\.id may have [\d,]+ bytes, and this field 8/,
  ],
  "a time that is none": [
    order(
      "{ type: string, format: date, x-generate: { after: id/name } }\n  id: { type: string, maxLength: 12, x-generate: { ref: product.id } }",
    ),
    /product\.name has no times/,
  ],
  "a sum of what are no children": [
    order("{ type: number, x-generate: { sum: product.price } }"),
    /the records of product are no children of order; write x-record: \{childOf: order\} there/,
  ],
  "a sum beyond the field's bounds": [
    `x-record: { name: cart }\nproperties:\n  x: { type: number, maximum: 100, multipleOf: 0.01, x-generate: { sum: item.price } }\n---\nx-record: { name: item, childOf: cart, count: { range: [1, 9] } }\nproperties:\n  price: { type: number, multipleOf: 0.01, minimum: 0, maximum: 50 }\nrequired: [price]`,
    /^cart .* the sum of up to 9 item\.price goes from 0\.01 to 450, beyond this field's/,
  ],
  "a sum with fewer digits than what it adds up": [
    `x-record: { name: cart }\nproperties:\n  x: { type: number, x-generate: { sum: item.price, decimals: 1 } }\n---\nx-record: { name: item, childOf: cart }\nproperties:\n  price: { type: number, multipleOf: 0.01, minimum: 0, maximum: 50 }\nrequired: [price]`,
    /has 2 digits behind the point, and this field 1; write decimals: 2/,
  ],
  "a least value where there may be none": [
    `x-record: { name: cart }\nproperties:\n  x: { type: integer, x-generate: { min: item.size } }\n---\nx-record: { name: item, childOf: cart, count: { range: [0, 9] } }\nproperties:\n  size: { type: integer, minimum: 0, maximum: 50 }\nrequired: [size]`,
    /a record without children has no min; allow null here/,
  ],
  "fields that follow from themselves": [
    `x-record: { name: cart }\nproperties:\n  total: { type: integer, x-generate: { sum: item.share } }\nrequired: [total]\n---\nx-record: { name: item, childOf: cart }\nproperties:\n  share: { type: integer, x-generate: { parent: total } }\nrequired: [share]`,
    /depends on itself: cart\.total -> item\.share -> cart\.total/,
  ],
  "types that belong to one another": [
    "x-record: { name: a, childOf: b }\nproperties: { x: { type: integer } }\n---\nx-record: { name: b, childOf: a }\nproperties: { x: { type: integer } }",
    /^a \/x-record\/childOf goes round: a belongs to b belongs to a/,
  ],
  "more values than a record may be made from": [
    `x-record: { name: a }\nproperties:\n  x: { type: integer, x-generate: { sum: b.x } }\n---\nx-record: { name: b, childOf: a, count: { fixed: 1000 } }\nproperties:\n  x: { type: integer, x-generate: { sum: c.x } }\nrequired: [x]\n---\nx-record: { name: c, childOf: b, count: { fixed: 1000 } }\nproperties: { x: { type: integer, minimum: 0, maximum: 9 } }\nrequired: [x]`,
    /is made from up to 1,001,001 values of other records; 100,000 are allowed/,
  ],
  "a record that is not valid beside the others": [
    order('{ type: string, maxLength: 12, pattern: "^q", x-generate: { ref: product.id } }'),
    /a record that was made is not valid here: \/x must match pattern/,
  ],
};

describe("linking types", () => {
  for (const [what, [text, fault]] of Object.entries(refusals)) {
    it(`refuses ${what}`, async () => {
      expect((await linkFaults(text)).join("\n")).to.match(fault);
    });
  }

  for (const name of ["shop", "sensors"]) {
    it(`takes the product's own: ${name}`, async () => {
      expect(await linkFaults(datasetFile(name))).to.deep.equal([]);
    });
  }

  it("takes the example of the docs", async () => {
    const docs = readFileSync(new URL("../../docs/datasets.md", import.meta.url), "utf8");
    const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(docs) ?? [];
    expect(example).to.include("order_line");
    expect(await linkFaults(example)).to.deep.equal([]);
  });

  it("is done within seconds, however many fields follow from one another over many types", async () => {
    const fields = Array.from({ length: 30 }, (_, index) => `f${index}`);
    const typeOf = (at: number): string => {
      const schema = (field: string): string =>
        at === 0
          ? '{ type: string, maxLength: 4, x-generate: { pattern: "[a-z]{4}" } }'
          : `{ type: string, maxLength: 4, x-generate: { parent: ${field} } }`;
      const properties = fields.map((field) => `  ${field}: ${schema(field)}`).join("\n");
      const record = at === 0 ? "name: t0" : `name: t${at}, childOf: t${at - 1}, count: { fixed: 1 }`;
      return `x-record: { ${record} }\nproperties:\n${properties}\nrequired: [${fields.join(", ")}]`;
    };
    const text = Array.from({ length: 60 }, (_, at) => typeOf(at)).join("\n---\n");
    const before = process.cpuUsage();
    expect(await linkFaults(text)).to.deep.equal([]);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).to.be.below(10);
  }).timeout(60_000);

  it("takes a reference by all of a key", async () => {
    const text = order(
      "{ type: string, maxLength: 8, x-generate: { ref: product.maker } }\n  number: { type: integer, x-generate: { ref: x/number } }",
    );
    expect(await linkFaults(text)).to.deep.equal([]);
  });
});
