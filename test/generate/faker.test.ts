import { faker } from "@faker-js/faker";
import { expect } from "chai";
import { CannotSample } from "../../generate/sampler.ts";
import type { Json } from "../../generate/shapes/nodes.ts";
import { grid, number, run, samplerOf, scalar, written } from "./nodes.ts";

/** All methods of Faker by their paths. */
const methods = Object.entries(faker as unknown as Record<string, unknown>).flatMap(([module, owner]) => {
  if (typeof owner !== "object" || owner === null || ["rawDefinitions", "definitions"].includes(module))
    return [];
  const names = new Set<string>();
  for (
    let each: object | null = owner;
    each !== null && each !== Object.prototype;
    each = Object.getPrototypeOf(each)
  ) {
    for (const name of Object.getOwnPropertyNames(each)) names.add(name);
  }
  return [...names]
    .filter((name) => name !== "constructor" && typeof Reflect.get(owner, name) === "function")
    .map((name) => `${module}.${name}`);
});

/** What cannot be called without being told what to do. */
const needed: Readonly<Record<string, readonly Json[]>> = {
  "helpers.weightedArrayElement": [
    [
      { weight: 1, value: "x" },
      { weight: 3, value: 2 },
    ],
  ],
  "date.between": [{ from: "2026-01-01", to: "2026-02-01" }],
  "date.betweens": [{ from: "2026-01-01", to: "2026-02-01", count: 2 }],
  "helpers.fake": ["{{person.firstName}}"],
  "helpers.fromRegExp": ["[a-z]{3}"],
  "helpers.shuffle": [["a", "b"]],
  "helpers.objectKey": [{ a: 1 }],
  "helpers.objectValue": [{ a: 1 }],
  "helpers.objectEntry": [{ a: 1 }],
  "helpers.enumValue": [{ a: 1 }],
  "helpers.arrayElement": [["a", "b"]],
  "helpers.arrayElements": [["a", "b"]],
  "string.fromCharacters": ["abc", 3],
};
const refused = [
  "helpers.maybe",
  "helpers.multiple",
  "helpers.uniqueArray",
  "helpers.mustache",
  "image.urlLoremFlickr",
];

const field = (method: string, args = needed[method] ?? [], locale: string | null = null) =>
  scalar({ kind: "faker", method, args, locale }, { type: "any" });

describe("Faker", () => {
  it("has more than 250 methods to be asked for", () => expect(methods.length).to.be.above(250));

  for (const method of methods.filter((each) => !refused.includes(each))) {
    it(`gives JSON by ${method}, the same in any order`, () => {
      const one = samplerOf(field(method));
      const other = samplerOf(field(method));
      const seqs = [0, 7, 1, 2 ** 53 - 1];
      const texts = seqs.map((seq) => written(one, seq));
      expect(
        seqs
          .toReversed()
          .map((seq) => written(other, seq))
          .reverse(),
      ).to.deep.equal(texts);
      for (const text of texts) expect(JSON.parse(text)).to.have.property("a");
    });
  }

  it("refuses methods that give no field, with what to do instead", () => {
    expect(() => samplerOf(field("helpers.maybe"))).to.throw(CannotSample, "`nulls` says how often");
    for (const method of [
      "",
      "person",
      "person.nobody",
      "person.constructor",
      "constructor.name",
      "__proto__.toString",
      "a.b.c",
    ]) {
      expect(() => samplerOf(field(method)), method).to.throw(CannotSample, "Faker has no method");
    }
    expect(() => samplerOf(field("person.firstName", [], "xx"))).to.throw(CannotSample, 'no locale "xx"');
    expect(() => samplerOf(field("person.firstName", [], "../en"))).to.throw(CannotSample, "no locale");
    const coordinates = scalar({
      kind: "faker",
      method: "location.nearbyGPSCoordinate",
      args: [],
      locale: null,
    });
    expect(() => samplerOf(coordinates)).to.throw(CannotSample, "it gives a list, no text");
  });

  it("is asked by instances of our own: nobody else's draws, locale or date change, nor do theirs change ours", () => {
    const draw = (): string =>
      [1, 2, 3].map((seq) => written(samplerOf(field("person.fullName", [], "ja")), seq)).join();
    const before = draw();
    faker.seed(1);
    const expected = [faker.number.int(), faker.number.int()];
    faker.seed(1);
    const first = faker.number.int();
    expect(draw()).to.equal(before);
    expect([first, faker.number.int()]).to.deep.equal(expected);
  });

  it("takes the run's reference date as its now", () => {
    const dates = Array.from({ length: 200 }, (_, seq) => {
      const { a } = JSON.parse(written(samplerOf(field("date.recent", [{ days: 1 }])), seq)) as { a: string };
      return run.referenceDate.getTime() - Date.parse(a);
    });
    expect(dates.every((ageMs) => ageMs >= 0 && ageMs <= 86_400_000)).to.equal(true);
  });

  it("gives numbers on the field's grid and texts no longer than they may be", () => {
    const price = number(
      { kind: "faker", method: "commerce.price", args: [{ min: 0, max: 50 }], locale: null },
      grid(1_000, 2_000, 2, 25),
    );
    const name = scalar(
      { kind: "faker", method: "lorem.sentence", args: [], locale: null },
      { length: { min: 0, max: 12 } },
    );
    for (let seq = 0; seq < 300; seq++) {
      const record = samplerOf(price, { name }).value(seq) as { a: number; name: string };
      expect(record.a).to.be.within(10, 20);
      expect(Number.isInteger(record.a * 4)).to.equal(true);
      expect(record.name.length).to.be.at.most(12);
    }
  });
});
