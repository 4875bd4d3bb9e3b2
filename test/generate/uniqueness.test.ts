import { expect } from "chai";
import fc from "fast-check";
import { compileSampler } from "../../generate/compile-sampler.ts";
import { CannotSample } from "../../generate/sampler.ts";
import type { Node } from "../../generate/shapes/nodes.ts";
import { parsePattern } from "../../generate/shapes/parse-pattern.ts";
import { array, definitionOf, drawn, grid, number, object, run, samplerOf, scalar, values } from "./nodes.ts";

const unique = { unique: true };
const pattern = (source: string): Node => scalar({ kind: "pattern", pattern: parsePattern(source) }, unique);
const between = (rhythm: "none" | "daily"): Node =>
  scalar({ kind: "between", shape: "date", period: { days: 1_000 }, growth: 2, rhythm }, unique);

/** How many different values there are, as counted by hand. */
const countable: readonly { readonly what: string; readonly node: () => Node; readonly size: number }[] = [
  { what: "values", node: () => ({ ...values(1, "1", null, [1]), ...unique }), size: 4 },
  { what: "numbers", node: () => number({ kind: "uniform" }, grid(-500, 1_500, 2, 5), unique), size: 401 },
  {
    what: "wide numbers",
    node: () => number({ kind: "uniform" }, grid(0n, 10n ** 30n), unique),
    size: 2 ** 53,
  },
  { what: "dates", node: () => between("daily"), size: 1_000 },
  { what: "a pattern", node: () => pattern("^[A-Z]-[0-9]$"), size: 260 },
  { what: "a pattern of many texts", node: () => pattern("^[a-z]{30}$"), size: 26 ** 11 },
  { what: "UUIDs", node: () => scalar({ kind: "uuid" }, unique), size: 2 ** 53 },
  {
    what: "a sequence",
    node: () => scalar({ kind: "sequence", before: "", digits: 3, after: "", start: 1 }, unique),
    size: 2 ** 53 - 1,
  },
];

describe("unique fields", () => {
  for (const { what, node, size } of countable) {
    it(`of ${what} have each value once, and as many as there are`, () => {
      expect(samplerOf(node()).capacity).to.equal(size);
      const count = Math.min(size, 20_000);
      expect(new Set(drawn(node(), count).map((value) => JSON.stringify(value))).size).to.equal(count);
      if (size === 2 ** 53) return;
      expect(() => samplerOf(node()).value(size)).to.throw(RangeError, "suffice for");
      expect(() => samplerOf(node(), {}, { ...run, count: size + 1 }))
        .to.throw(CannotSample, "different values")
        .with.property("pointer", "/properties/a");
      expect(samplerOf(node(), {}, { ...run, count: size }).capacity).to.equal(size);
    });
  }

  it("of a person hold none twice", () => {
    for (const feature of ["email", "phone_number"] as const) {
      expect(new Set(drawn(scalar({ kind: "person", feature }, unique), 20_000)).size).to.equal(20_000);
    }
  });

  it("within arrays differ in all places of all records", () => {
    const node = array(
      object({ b: array(number({ kind: "uniform" }, grid(0, 9_999), unique), { maxItems: 4 }) }),
      { maxItems: 5 },
    );
    expect(samplerOf(node).capacity).to.equal(500);
    const lists = drawn(node, 500) as { b: number[] }[][];
    const all = lists.flatMap((list) => list.flatMap(({ b }) => b));
    expect(new Set(all).size).to.equal(all.length);
  });

  it("stay unique where records are drawn again for another field", () => {
    const fields = {
      a: number({ kind: "uniform" }, grid(0, 2_999), unique),
      b: number({ kind: "uniform" }, grid(0, 2)),
    };
    const root = object(fields, { check: { keywords: ["not"], pointers: [""] } });
    const sampler = compileSampler(definitionOf(root, { not: { properties: { b: { const: 1 } } } }), run);
    const records = Array.from({ length: 3_000 }, (_, seq) => sampler.value(seq) as { a: number; b: number });
    expect(new Set(records.map(({ a }) => a)).size).to.equal(3_000);
    expect(records.some(({ b }) => b === 1)).to.equal(false);
  });

  it("are refused where nobody can count what is drawn", () => {
    const faker = scalar({ kind: "faker", method: "person.fullName", args: [], locale: null }, unique);
    expect(() => samplerOf(faker)).to.throw(
      CannotSample,
      "what Faker's person.fullName gives cannot be counted",
    );
    expect(() => samplerOf(pattern("^a+$"))).to.throw(CannotSample, "cannot be counted");
    expect(() => samplerOf(scalar({ kind: "person", feature: "city" }, unique))).to.throw(
      CannotSample,
      "share a city",
    );
  });
});

describe("lists of different items", () => {
  it("hold none twice, down to the last value that there is", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 12 }), (seed, size) => {
        const items = number({ kind: "zipf", exponent: 2 }, grid(1, size));
        const node = array(items, { uniqueItems: true, minItems: size, maxItems: size });
        const [list] = drawn(node, 1, {}, { ...run, seed }) as number[][];
        expect([...(list ?? [])].sort((a, b) => a - b)).to.deep.equal(
          Array.from({ length: size }, (_, n) => n + 1),
        );
      }),
    );
  });

  it("end early where there are too few values, and say so where they must not", () => {
    const few = (minItems: number): Node =>
      array(object({ b: values(1, 2) }), { uniqueItems: true, minItems, maxItems: 6 });
    const lists = drawn(few(0), 200) as unknown[][];
    expect(Math.max(...lists.map((list) => list.length))).to.equal(2);
    expect(() => drawn(few(3), 1)).to.throw(CannotSample, "has only 2 different items where 3 are to be");
  });
});
