import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { environmentSchema } from "../../service/config.ts";

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
