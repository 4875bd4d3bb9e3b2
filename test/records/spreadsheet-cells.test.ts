import { expect } from "chai";
import fc from "fast-check";
import { disarmFormulas } from "../../records/spreadsheet-cells.ts";

describe("A cell for a spreadsheet", () => {
  for (const [text, safe] of [
    ["=1+1", "'=1+1"],
    ["+351912345678", "'+351912345678"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["＝1", "'＝1"],
    ["＋1", "'＋1"],
    ["－1", "'－1"],
    ["＠A1", "'＠A1"],
    ["\ttext", "'\ttext"],
    ["\rtext", "'\rtext"],
    ["\ntext", "'\ntext"],
    ["  =1", "'  =1"],
    ["\t=1", "'\t'=1"],
    // Where the list separator is a semicolon another cell begins behind it, whatever stands in quotation marks.
    ["Ann;=1", "Ann;'=1"],
    ["a\r\n=1", "a\r\n'=1"],
  ] as const) {
    it(`has no formula in it: ${JSON.stringify(text)} is ${JSON.stringify(safe)}`, () => {
      expect(disarmFormulas(text)).to.equal(safe);
    });
  }

  it("stays as it is where it begins none", () => {
    for (const text of ["", "Ann-Marie", "1 + 1 = 2", "a@example.org", "'=1", "é", "a; b", "😀=1"]) {
      expect(disarmFormulas(text)).to.equal(text);
    }
  });

  it("loses nothing but gains apostrophes, and once is enough", () => {
    const text = fc
      .array(fc.constantFrom("=", "+", "-", "@", "＝", "\t", "\r", "\n", ";", " ", "a", '"'))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (given) => {
        const safe = disarmFormulas(given);
        expect(safe.replaceAll("'", "")).to.equal(given);
        expect(safe).not.to.match(/(^|[;\t\r\n]) *[=+@＝-]/);
        expect(disarmFormulas(safe)).to.equal(safe);
      }),
    );
  });
});
