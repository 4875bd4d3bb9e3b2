import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { offeredFaults } from "../../records/faults/field-faults.ts";
import { environmentSchema } from "../../service/config.ts";
import { createOwnType } from "../../types/compile/own-type.ts";
import { parseDefinitions } from "../../types/definition/parse-definitions.ts";
import { inspectDefinition } from "../../types/inspect-definition.ts";

const readProjectFile = (name: string): Promise<string> =>
  readFile(new URL(`../../${name}`, import.meta.url), "utf8");

describe("README", () => {
  it("has every key of the configuration in its table, with default and meaning", async () => {
    const rows = Object.entries(environmentSchema.properties).map(([key, schema]) => {
      const fallback = "default" in schema && schema.default !== undefined ? `\`${schema.default}\`` : "";
      return `| \`${key}\` | ${fallback} | ${"description" in schema ? schema.description : ""} |`;
    });
    expect(await readProjectFile("README.md")).to.include(rows.join("\n"));
  });

  it("has a definition that is right, and asks for faults that its fields allow", async () => {
    const text = await readProjectFile("README.md");
    const [, definition = ""] = /<<'END'\n([\s\S]*?)\nEND\n/.exec(text) ?? [];
    const { definitions, problems } = parseDefinitions(definition, { inspect: inspectDefinition });
    expect(problems).to.deep.equal([]);
    const [type] = definitions.map(createOwnType);
    const [, asked = ""] = /--type sale .*--faults (\S+)/.exec(text) ?? [];
    const offered = offeredFaults(type?.fieldFaults() ?? new Map());
    expect(offered).to.include.members(asked.split(",").map((share) => share.split("=")[0]));
  });

  it("names only npm scripts that there are", async () => {
    const { scripts } = JSON.parse(await readProjectFile("package.json")) as {
      scripts: Record<string, string>;
    };
    const documents = await Promise.all(["README.md", "CONTRIBUTING.md"].map(readProjectFile));
    const named = documents.flatMap((text) =>
      [...text.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]),
    );
    expect(named).to.not.be.empty;
    expect(Object.keys(scripts)).to.include.members(named);
  });
});
