import { expect } from "chai";
import fc from "fast-check";
import { compileSampler } from "../../generate/compile-sampler.ts";
import { CannotSample } from "../../generate/sampler.ts";
import type { Node } from "../../generate/shapes/nodes.ts";
import { createStream } from "../../generate/streams.ts";
import { Utf8Writer } from "../../generate/utf8-writer.ts";
import {
  array,
  choice,
  definitionOf,
  drawn,
  grid,
  number,
  object,
  run,
  samplerOf,
  scalar,
  values,
  written,
} from "./nodes.ts";

const dice = (): Node => number({ kind: "uniform" }, grid(0, 999_999_999));

describe("streams within a sequence number", () => {
  it("are all different, within a block of positions and beyond it", () => {
    const place = { position: 0, size: 2 ** 40 };
    const draws = createStream(42, "test@1/a/items", place);
    const pairs = fc.tuple(fc.maxSafeNat(), fc.oneof(fc.nat(2_047), fc.nat(10_000_000)));
    fc.assert(
      fc.property(fc.uniqueArray(pairs, { minLength: 2, maxLength: 40, selector: String }), (all) => {
        const starts = all.map(([seq, position]) => {
          place.position = position;
          draws.open(seq);
          return `${draws.bits()} ${draws.bits()}`;
        });
        expect(new Set(starts).size).to.equal(starts.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe("records", () => {
  it("are the same in any order and chunk, and whichever other fields there are", () => {
    const fields = (): Record<string, Node> => ({
      a: array(array(dice())),
      b: choice(dice(), scalar({ kind: "words" })),
      c: { ...dice(), nulls: 0.3 },
      d: scalar({ kind: "person", feature: "email" }),
    });
    const sampler = compileSampler(definitionOf(object(fields())), run);
    const all = Array.from({ length: 300 }, (_, seq) => written(sampler, seq));
    const other = compileSampler(definitionOf(object(fields())), run);
    const out = new Utf8Writer();
    for (let step = 0; step < 300; step++) other.write((step * 7_919) % 300, out);
    expect(Array.from({ length: 300 }, (_, seq) => written(other, seq))).to.deep.equal(all);
    const { c, ...rest } = fields();
    const fewer = compileSampler(definitionOf(object({ ...rest, x: dice() })), run);
    for (let seq = 0; seq < 300; seq++) {
      const { x, ...left } = fewer.value(seq) as Record<string, unknown>;
      const { c: _, ...expected } = JSON.parse(all[seq] as string) as Record<string, unknown>;
      expect(left).to.deep.equal(expected);
    }
  });

  it("hold different draws at every place of nested arrays", () => {
    const lists = drawn(
      array(array(dice(), { minItems: 3, maxItems: 9 }), { minItems: 2, maxItems: 7 }),
      100,
    ) as number[][][];
    const all = lists.flat(2);
    expect(all.length).to.be.above(1_500);
    expect(new Set(all).size).to.be.above(all.length - 5);
  });

  it("have arrays of every length that is allowed, optional fields and nulls in their shares", () => {
    const lengths = (drawn(array(dice(), { minItems: 2, maxItems: 4 }), 2_000) as number[][]).map(
      (list) => list.length,
    );
    expect(new Set(lengths)).to.deep.equal(new Set([2, 3, 4]));
    const node = object(
      {},
      { fields: [{ name: "x", node: { ...dice(), nulls: 0.25 }, isRequired: false, presence: 0.4 }] },
    );
    const objects = drawn(node, 10_000) as { x?: number | null }[];
    const present = objects.filter(({ x }) => x !== undefined);
    expect(present.length).to.be.within(3_800, 4_200);
    expect(present.filter(({ x }) => x === null).length / present.length).to.be.within(0.22, 0.28);
  });

  it("keep names that mean something to JavaScript, SQL or JSON", () => {
    const names = ["__proto__", "constructor", '"; DROP TABLE x', "", "\u0000\\", "اسم", "a b"];
    const fields = names.map((name, index) => ({ name, node: values(index), isRequired: true, presence: 1 }));
    const record = object({}, { fields });
    const parsed = JSON.parse(written(samplerOf(record), 0)) as { a: object };
    expect(Object.entries(parsed.a)).to.deep.equal(names.map((name, index) => [name, index]));
    const made = samplerOf(object({}, { fields })).value(0) as { a: object };
    expect(Object.entries(made.a)).to.deep.equal(Object.entries(parsed.a));
  });

  it("draw again names of further properties that are taken", () => {
    const node = object(
      { x: values(0) },
      { extras: [{ names: values("x", "y", "z"), values: values(1), min: 2, max: 2 }] },
    );
    for (const each of drawn(node, 200) as object[]) {
      expect(each).to.deep.equal({ x: 0, y: 1, z: 1 });
    }
    const few = object(
      { x: values(0) },
      { extras: [{ names: values("x"), values: values(1), min: 1, max: 1 }] },
    );
    expect(() => drawn(few, 1)).to.throw(CannotSample, "too few names");
  });

  it("are written whatever their size", () => {
    const long = "x".repeat(5_000);
    const node = array(
      object({ a: values(long), b: scalar({ kind: "template", parts: [long] }), c: dice() }),
      {
        minItems: 40,
        maxItems: 60,
      },
    );
    const sampler = samplerOf(node);
    for (let seq = 0; seq < 20; seq++) {
      const list = JSON.parse(written(sampler, seq)).a as { a: string; b: string; c: number }[];
      expect(list.every(({ a, b, c }) => a === long && b === long && Number.isInteger(c))).to.equal(true);
    }
  });
});

describe("nodes that are checked", () => {
  const checked = (node: Node, keyword: string): Node => ({
    ...node,
    check: { keywords: [keyword], pointers: ["/properties/a"] },
  });
  const sampler = (a: Node, schema: object) =>
    compileSampler(definitionOf(object({ a }), { properties: { a: schema } }), run);

  it("are drawn again until they are valid, so that what depends on them sees what is written", () => {
    const node = checked(number({ kind: "uniform" }, grid(0, 9)), "not");
    const text = scalar({ kind: "template", parts: [node as never] });
    const definition = definitionOf(object({ text, a: node }), {
      properties: { a: { not: { multipleOf: 2 } } },
    });
    const odd = compileSampler(definition, run);
    for (let seq = 0; seq < 500; seq++) {
      const { a, text: copy } = JSON.parse(written(odd, seq)) as { a: number; text: string };
      expect(a % 2).to.equal(1);
      expect(copy).to.equal(String(a));
    }
  });

  it("contain what they must, down to the items of arrays", () => {
    const node = checked(array(number({ kind: "uniform" }, grid(0, 3)), { maxItems: 6 }), "contains");
    const containing = sampler(node, { contains: { const: 2 } });
    const lists = Array.from(
      { length: 300 },
      (_, seq) => (JSON.parse(written(containing, seq)) as { a: number[] }).a,
    );
    expect(lists.every((list) => list.includes(2))).to.equal(true);
  });

  it("take decimals for multiples, and whole numbers beyond 2^53 for integers", () => {
    const price = checked(number({ kind: "uniform" }, grid(0, 100_000, 2)), "not");
    const prices = sampler(price, { type: "number", multipleOf: 0.01 });
    for (let seq = 0; seq < 300; seq++) prices.value(seq);
    const large = checked(number({ kind: "uniform" }, grid(2n ** 60n, 2n ** 61n)), "not");
    expect(sampler(large, { type: "integer" }).value(0)).to.have.property("a");
  });

  it("are given up with the keyword that stands in the way, after 1,024 draws", () => {
    const never = checked(dice(), "not");
    expect(() => sampler(never, { not: {} }).value(0))
      .to.throw(CannotSample, "1,024 draws in a row were not valid: not")
      .with.property("pointer", "/properties/a");
  });
});
