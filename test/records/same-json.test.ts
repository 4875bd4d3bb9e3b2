import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { isSameJson } from "../../records/same-json.ts";

describe("comparing JSON", () => {
  it("agrees with Node where Node can tell", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const parsed = [one, other].map((value) => JSON.parse(JSON.stringify(value)));
        expect(isSameJson(parsed[0], parsed[1])).to.equal(isDeepStrictEqual(parsed[0], parsed[1]));
        expect(isSameJson(parsed[0], JSON.parse(JSON.stringify(one)))).to.equal(true);
      }),
    );
  });

  it("minds neither the order of names nor the sign of 0", () => {
    expect(isSameJson(JSON.parse('{"a":[1,-0],"b":null}'), JSON.parse('{"b":null,"a":[1,0]}'))).to.equal(
      true,
    );
  });

  it("tells an array from an object, null from none, and a name that every object inherits", () => {
    const pairs = [
      ["[]", "{}"],
      ['{"a":null}', '{"b":null}'],
      ['{"__proto__":{}}', "{}"],
      ['{"__proto__":1}', '{"toString":1}'],
      ["[1]", "[1,2]"],
      ["null", "{}"],
    ] as const;
    for (const [one, other] of pairs) {
      expect(isSameJson(JSON.parse(one), JSON.parse(other)), `${one} ${other}`).to.equal(false);
    }
  });

  it("goes 100,000 levels deep", () => {
    const deep = (inmost: string) => JSON.parse(`${"[".repeat(100_000)}${inmost}${"]".repeat(100_000)}`);
    expect(isSameJson(deep("1"), deep("1"))).to.equal(true);
    expect(isSameJson(deep("1"), deep("2"))).to.equal(false);
  });
});
