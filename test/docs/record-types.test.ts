import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { operatorTables } from "../../docs/draw-operator-table.ts";
import { operatorExamples } from "../../docs/operator-examples.ts";
import { argumentSchemas, modifierSchemas, operatorSchemas } from "../../types/definition/meta-schema.ts";

const path = new URL("../../docs/record-types.md", import.meta.url);
const tables = /(<!-- operators -->\n\n)[\s\S]*?(\n\n<!-- end of operators -->)/;

describe("docs/record-types.md", () => {
  it("has the operators that the meta-schema knows, with what their examples give (UPDATE_DOCS=1 writes them)", async () => {
    const text = readFileSync(path, "utf8");
    expect(text).to.match(tables);
    const made = await operatorTables();
    const current = text.replace(tables, (_, before: string, after: string) => before + made + after);
    if (process.env.UPDATE_DOCS === "1") writeFileSync(path, current);
    else expect(text).to.equal(current);
  });

  it("has an example of each keyword, which uses it", () => {
    const keywords = Object.keys({ ...operatorSchemas, ...argumentSchemas, ...modifierSchemas });
    expect(Object.keys(operatorExamples)).to.have.members(keywords);
    for (const [keyword, { field }] of Object.entries(operatorExamples))
      expect(field, keyword).to.match(new RegExp(`x-generate: (\\{.*\\b)?${keyword}\\b`));
  });
});
