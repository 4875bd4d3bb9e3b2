import { expect } from "chai";
import fc from "fast-check";
import { listMembers } from "../../json/json-members.ts";
import { anyCharacter } from "../setup/any-character.ts";

/** JSON text of an object with names that stand twice, white space and escapes. */
const space = fc.string({ unit: fc.constantFrom(" ", "\t", "\n", "\r"), maxLength: 2 });
const text = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 6 }),
  fc.string({ unit: fc.constantFrom("\\", '"', "{", "}", "[", "]", ",", ":", "1"), maxLength: 8 }),
);
const scalar = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  fc.constantFrom('"\\u0022\\\\"', "null", "true", "-0", "1e400", "12345678901234567890.50", "1E+2"),
);
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
    fc
      .tuple(space, scalar, tie("value"))
      .map(([gap, name, of]) => `{${gap}${JSON.stringify(name)}${gap}:${of}}`),
  ),
}));
const name = fc.oneof(
  fc.constantFrom('"name"', '"na\\u006de"', '"__proto__"', '""'),
  text.map((of) => JSON.stringify(of)),
);
const object = fc
  .tuple(space, fc.array(fc.tuple(space, name, space, value, space), { maxLength: 6 }))
  .map(([gap, members]) => {
    const written = members.map(
      ([before, key, middle, of, after]) => `${before}${key}${middle}:${before}${of}${after}`,
    );
    return `${gap}{${gap}${written.join(",")}}${gap}`;
  });

describe("the members of an object in JSON text", () => {
  it("are those of JSON.parse, of which the last of a name counts, each with the text of its value", () => {
    fc.assert(
      fc.property(object, (json) => {
        const found = new Map<string, unknown>();
        for (const member of listMembers(json)) {
          const own = json.slice(member.start, member.end);
          expect(own.trim()).to.equal(own);
          found.set(member.name, JSON.parse(own));
        }
        expect(found).to.deep.equal(new Map(Object.entries(JSON.parse(json))));
      }),
      { numRuns: 3_000 },
    );
  });

  it("are found however deep or long their values are", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const long = JSON.stringify('\\"'.repeat(500_000));
    const found = [...listMembers(`{"a":${deep},"b":${long},"c":1.0}`)];
    expect(found.map(({ name, start, end }) => [name, end - start])).to.deep.equal([
      ["a", deep.length],
      ["b", long.length],
      ["c", 3],
    ]);
  });
});
