import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { inspectDefinition } from "../../types/inspect-definition.ts";

const folder = new URL("../../types/examples/", import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), "utf8");

describe("The types that come with the product", () => {
  const files = readdirSync(folder);

  for (const file of files) {
    it(`are right, and described, and their records are valid: ${file}`, () => {
      const { definitions, problems } = parseDefinitions(read(file), { inspect: inspectDefinition });
      expect(problems).to.deep.equal([]);
      for (const { title, description, count } of definitions)
        expect([title, description, count]).not.to.include(null);
    });
  }

  it("have no name, topic or table in common, so that one file could hold them", () => {
    const { definitions, problems } = parseDefinitions(files.map(read).join("\n---\n"));
    expect(problems).to.deep.equal([]);
    expect(definitions).to.have.length.of.at.least(4);
  });
});
