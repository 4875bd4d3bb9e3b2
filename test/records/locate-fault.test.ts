import { isUtf8 } from "node:buffer";
import { expect } from "chai";
import fc from "fast-check";
import { findJsonFault } from "../../json/find-json-fault.ts";
import { locateFault } from "../../records/locate-fault.ts";
import { anyCharacter } from "../setup/any-character.ts";

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("pointing at what is wrong in a dead letter", () => {
  const cases: readonly (readonly [
    reason: string,
    value: string,
    fault: string,
    at: number,
    message: RegExp,
  ])[] = [
    ["not_json", "no JSON", "n", 0, /a value is expected/],
    ["not_json", '{"a":1,}', "}", 7, /a name in double quotes is expected/],
    ["not_json", "{'a':1}", "'", 1, /double quotes, not in single/],
    ["not_json", '{"a" 1}', "1", 5, /a colon/],
    ["not_json", '{"a":1 "b":2}', '"', 7, /a comma/],
    ["not_json", '{"a":[1,2}', "}", 9, /a comma/],
    ["not_json", '{"ä":tru}', "t", 6, /a value/],
    ["not_json", '{"a":01}', "1", 6, /a comma/],
    ["not_json", '{"a":"b', '"', 5, /no end/],
    ["not_json", '{"a":"\\x"}', "\\", 6, /no escape/],
    ["not_json", '{"a":"\n"}', "\n", 6, /control character/],
    ["not_json", '\uFEFF{"a":1}', "\uFEFF", 0, /byte order mark/],
    ["not_json", '{"a":1} {}', "{", 8, /nothing may follow/],
    ["not_json", '{"a":', "", 5, /ends here/],
    ["not_an_object", " [1, 2] ", "[1, 2]", 1, /object in braces/],
    ["nul_character", '{"a":"\\\\u0000 \\u0000"}', "\\u0000", 14, /U\+0000/],
    ["lone_surrogate", '{"a":"\\ud83d\\ude00 \\uDC00"}', "\\uDC00", 19, /half a surrogate/],
  ];
  for (const [reason, value, fault, at, message] of cases) {
    it(`finds ${reason} in ${JSON.stringify(value)}`, () => {
      const payload = Buffer.from(value);
      const found = locateFault(reason, payload);
      expect(found?.start).to.equal(at);
      expect(payload.subarray(found?.start, found?.end).toString()).to.equal(fault);
      expect(found?.message).to.match(message);
    });
  }

  it("finds the first byte that is no UTF-8, and only there", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.string({ unit: anyCharacter }), (bytes, text) => {
        const payload = Buffer.concat([Buffer.from(text.toWellFormed()), bytes]);
        const fault = locateFault("not_utf8", payload);
        expect(fault === null).to.equal(payload.length === 0 || isUtf8(payload));
        if (fault === null) return;
        expect(isUtf8(payload.subarray(0, fault.start))).to.equal(true);
        for (let end = fault.end; end <= Math.min(payload.length, fault.start + 4); end++) {
          expect(isUtf8(payload.subarray(fault.start, end))).to.equal(false);
        }
      }),
    );
  });

  it("finds a fault in what JSON.parse refuses, and in nothing else", () => {
    const cut = fc
      .tuple(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        fc.nat(3),
        fc.constantFrom("", ",", "}", "]", '"', "\\", "'", "1", ":", "\n"),
      )
      .map(([json, at, taken, put]) => {
        const start = at % (json.length + 1);
        return json.slice(0, start) + put + json.slice(start + taken);
      });
    fc.assert(
      fc.property(cut, (text) => {
        const fault = findJsonFault(text);
        expect(fault === null, text).to.equal(isJson(text));
        if (fault !== null) expect(fault.at).to.be.within(0, text.length);
      }),
      { numRuns: 3_000 },
    );
  });

  it("follows any depth without recursion", () => {
    const deep = "[".repeat(200_000);
    expect(findJsonFault(deep)?.at).to.equal(200_000);
    expect(findJsonFault(`${deep}${"]".repeat(200_000)}`)).to.equal(null);
  });

  it("says nothing where no place is at fault", () => {
    expect(locateFault("tombstone", null)).to.equal(null);
    expect(locateFault("empty", Buffer.alloc(0))).to.equal(null);
    expect(locateFault("unknown_run", Buffer.from("{}"))).to.equal(null);
    expect(locateFault("not_json", Buffer.from("{}"))).to.equal(null);
  });
});
