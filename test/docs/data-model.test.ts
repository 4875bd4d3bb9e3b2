import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { optionTable } from "../../docs/draw-option-table.ts";
import { localeCountries } from "../../generate/people/locales.ts";
import { userType } from "../../types/user/user.ts";

const path = new URL("../../docs/data-model.md", import.meta.url);
const table = /(<!-- options -->\n\n)[\s\S]*?(\n\n<!-- end of options -->)/;

describe("docs/data-model.md", () => {
  it("has the table of options that the schemas give (UPDATE_DOCS=1 writes it)", () => {
    const text = readFileSync(path, "utf8");
    const current = text.replace(table, (_, before: string, after: string) => before + optionTable() + after);
    if (process.env.UPDATE_DOCS === "1") writeFileSync(path, current);
    else expect(text).to.equal(current);
  });

  it("describes every field and names every locale", () => {
    const text = readFileSync(path, "utf8");
    for (const { name } of userType.fields) expect(text).to.contain(`| \`${name}\` |`);
    for (const locale of Object.keys(localeCountries)) expect(text).to.match(new RegExp(`\`${locale}\``));
  });

  it("shows pictures that are there", () => {
    const pictures = [...readFileSync(path, "utf8").matchAll(/\((pictures\/[\w-]+\.svg)\)/g)];
    expect(pictures.length).to.be.at.least(5);
    for (const [, picture = ""] of pictures)
      expect(readFileSync(new URL(picture, path), "utf8")).to.contain("<svg");
  });
});
