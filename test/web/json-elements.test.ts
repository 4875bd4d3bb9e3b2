import { expect } from "chai";
import fc from "fast-check";
import { findElements } from "../../web/http/json-elements.ts";
import { anyCharacter } from "../setup/any-character.ts";
import { jsonSpace, jsonText, spelled } from "../setup/json-texts.ts";

/** The elements' texts; the kind where there are none. */
function elementsOf(json: string): readonly string[] | string {
  const found = findElements(Buffer.from(json), "records");
  return found.kind === "found" ? found.elements.map(String) : found.kind;
}

describe("The elements of an array in a JSON text", () => {
  it("are as they were written, whatever they are and whatever stands around them", () => {
    const others = fc.array(
      fc.tuple(
        fc.string({ unit: anyCharacter }).filter((name) => name !== "records"),
        jsonText,
      ),
      { maxLength: 3 },
    );
    const body = fc.record({
      records: fc.array(jsonText, { maxLength: 6 }),
      name: spelled("records"),
      space: jsonSpace,
      before: others,
      behind: others,
      mark: fc.constantFrom("", "\uFEFF"),
    });
    fc.assert(
      fc.property(body, ({ records, name, space, before, behind, mark }) => {
        const array = `[${space}${records.join(`${space},${space}`)}${space}]`;
        const member = ([key, value]: readonly [string, string]): string =>
          `${JSON.stringify(key)}${space}:${space}${value}`;
        const members = [...before.map(member), `${name}${space}:${space}${array}`, ...behind.map(member)];
        const json = `${space}{${space}${members.join(`${space},${space}`)}${space}}${space}`;
        expect(elementsOf(mark + json)).to.deep.equal(records);
        // The texts are what JSON.parse reads there too.
        expect(JSON.parse(json).records).to.deep.equal(records.map((record): unknown => JSON.parse(record)));
      }),
      { numRuns: 300 },
    );
  });

  it("are as many as JSON.parse finds, in whatever it takes", () => {
    fc.assert(
      fc.property(jsonText, (json) => {
        const value: unknown = JSON.parse(json);
        const found = elementsOf(json);
        if (found === "doubled") return;
        const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
        const wanted: unknown =
          isObject && Object.hasOwn(value, "records") ? Reflect.get(value, "records") : null;
        expect(typeof found === "string" ? null : found.map((one): unknown => JSON.parse(one))).to.deep.equal(
          Array.isArray(wanted) ? wanted : null,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("are not chosen from two arrays of the name, however it is written", () => {
    expect(elementsOf('{"records":[1],"records":[2]}')).to.equal("doubled");
    expect(elementsOf(String.raw`{"records":[1],"\u0072ecords":null}`)).to.equal("doubled");
    expect(elementsOf('{"other":{"records":[1]},"records":[{"records":[2],"records":[3]}]}')).to.deep.equal([
      '{"records":[2],"records":[3]}',
    ]);
  });

  it("are found below any depth that a body may have, and in megabytes", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const wide = JSON.stringify("x".repeat(5_000_000));
    expect(elementsOf(`{"records":[${deep},${wide}]}`)).to.deep.equal([deep, wide]);
  });

  it("are not there where there is no such array", () => {
    for (const json of ["[]", "null", '"records"', "{}", '{"records":{}}', '{"record":[1]}']) {
      expect(elementsOf(json)).to.equal("missing");
    }
  });
});
