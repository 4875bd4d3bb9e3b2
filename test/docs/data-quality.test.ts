import { readFileSync } from "node:fs";
import { expect } from "chai";
import { faultKinds, faultNames } from "../../records/faults/fault-kinds.ts";

describe("docs/data-quality.md", () => {
  const text = readFileSync(new URL("../../docs/data-quality.md", import.meta.url), "utf8");
  const rows = text.matchAll(/^\| `(\w+)` \| .* \| (.*) \|$/gm);
  const listed = new Map(Array.from(rows, ([, name = "", due = ""]) => [name, due]));

  it("lists every kind of fault, in order", () => {
    expect([...listed.keys()]).to.deep.equal([...faultNames]);
  });

  for (const name of faultNames) {
    it(`says what has to become of ${name}`, () => {
      const kind = faultKinds[name];
      const due = {
        field: "flagged, ",
        message: `dead letter, \`${name}\``,
        delivery: "stored",
        reference: "stored",
      }[kind.scope];
      expect(listed.get(name)).to.match(new RegExp(`^${due}`));
      if (kind.scope === "message") expect(kind.reason).to.equal(name);
    });
  }
});
