import { expect } from "chai";
import type { Definition } from "../../generate/shapes/nodes.ts";
import { rowsPerSlice } from "../../ledger/history/run-rows.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { userType } from "../../types/user/user.ts";

const definitionOf = (properties: string): Definition => {
  const { definitions, problems } = parseDefinitions(`x-record: {name: any}\nproperties:\n${properties}`);
  expect(problems).to.deep.equal([]);
  return definitions[0] as Definition;
};

describe("the rows of a slice of a download", () => {
  it("are a thousand of users and of small records", () => {
    expect(rowsPerSlice(userType)).to.equal(1_000);
    expect(rowsPerSlice(createOwnType(definitionOf("  a: {type: integer}")))).to.equal(1_000);
  });

  it("are fewer the larger a type's records may be, so that a slice has at most 16 MB", () => {
    const texts = Array.from({ length: 13 }, (_, index) => `  t${index}: {const: ${"x".repeat(30_000)}}`);
    const type = createOwnType(definitionOf(texts.join("\n")));
    expect(type.largestBytes).to.be.within(390_000, 391_000);
    expect(rowsPerSlice(type)).to.equal(43);
  });

  it("are one where a record has more than a slice may have", () => {
    expect(rowsPerSlice({ largestBytes: 100_000_000 })).to.equal(1);
  });
});
