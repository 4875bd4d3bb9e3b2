import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { formatTypeScript, schemaType, writeApiTypes } from "../setup/api-types.ts";
import { webForSuite } from "../web/web-server.ts";

const file = "cli/api-types.ts";
const url = new URL(`../../${file}`, import.meta.url);

describe("the types of the commands' client", () => {
  const web = webForSuite();

  it("are those of the OpenAPI document that is served", async () => {
    const document = (await (await web().get("/api/openapi.json")).json()) as Record<string, unknown>;
    const types = await formatTypeScript(writeApiTypes(document), file);
    if (process.env.UPDATE_API_TYPES === "1") await writeFile(url, types);
    else {
      const what = `${file} is stale: UPDATE_API_TYPES=1 npm test -- test/cli/api-types.test.ts`;
      expect(await readFile(url, "utf8"), what).to.equal(types);
    }
  });
});

describe("a JSON Schema as a type", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ type: "integer", minimum: 1 }, "number"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ enum: ["a", "b"] }, '"a" | "b"'],
    [{ const: true }, "true"],
    [{ type: "array", items: { enum: ["a", "b"] } }, 'readonly ("a" | "b")[]'],
    [{ $ref: "#/components/schemas/Run" }, 'components["schemas"]["Run"]'],
    [
      { type: "object", properties: { a: { type: "string" }, b: {} }, required: ["a"] },
      '{\nreadonly "a": string;\nreadonly "b"?: unknown;\n}',
    ],
    [
      { type: "object", additionalProperties: { type: "array", items: { type: "string" } } },
      "Readonly<Record<string, readonly (string)[]>>",
    ],
    [{}, "unknown"],
    [{ anyOf: [{ type: "string" }, { type: "number" }] }, "string | number"],
  ];
  for (const [schema, type] of cases) {
    it(`${JSON.stringify(schema)} is ${type.replaceAll("\n", " ")}`, () => {
      expect(schemaType(schema)).to.equal(type);
    });
  }
});
