import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "chai";
import { webForSuite } from "./web-server.ts";

type Json = Readonly<Record<string, unknown>>;

interface Document {
  readonly paths: Readonly<Record<string, { readonly post?: { readonly parameters: readonly Json[] } }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

describe("The OpenAPI document of registered types", () => {
  const web = webForSuite();

  const read = async (): Promise<Document> =>
    (await (await web().get("/api/openapi.json")).json()) as Document;
  const register = async (definition: Json): Promise<void> => {
    // JSON.stringify has no way to say __proto__ but as an own property, which JSON.parse makes.
    const answer = await web().post("/api/types", JSON.stringify(definition));
    expect(answer.status, await answer.clone().text()).to.equal(201);
  };
  const expectValid = async (document: Document): Promise<void> => {
    const { errors = [], valid } = await new Validator().validate({ ...structuredClone(document) });
    expect(errors).to.deep.equal([]);
    expect(valid).to.equal(true);
  };
  const compilerOf = (document: Document): Ajv2020 => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    return ajv.addSchema({ $id: "openapi", ...document });
  };
  const accepts = (ajv: Ajv2020, pointer: string, value: unknown): boolean =>
    ajv.compile({ $ref: `openapi#${pointer}` })(value);
  const bodyOf = (path: string): string =>
    `/paths/${encodeURIComponent(path.replaceAll("/", "~1"))}/post/requestBody/content/${encodeURIComponent("application~1json")}/schema`;

  it("has a schema of each one's records and requests from its registration to its deletion", async () => {
    await register({ $id: "parcel", required: ["weight"], properties: { weight: { type: "integer" } } });
    const document = await read();
    await expectValid(document);
    const ajv = compilerOf(document);
    expect(accepts(ajv, "/components/schemas/Record_parcel", { weight: 3 })).to.equal(true);
    expect(accepts(ajv, "/components/schemas/Record_parcel", { weight: "3" })).to.equal(false);
    for (const path of ["/api/runs", "/api/generate"]) {
      expect(accepts(ajv, bodyOf(path), { count: 3, fields: ["name"] })).to.equal(true);
      expect(accepts(ajv, bodyOf(path), { type: "user", count: 3, fields: ["name"] })).to.equal(true);
      expect(accepts(ajv, bodyOf(path), { type: "parcel", count: 3, seed: 1 })).to.equal(true);
      expect(accepts(ajv, bodyOf(path), { type: "parcel", count: 3, fields: ["name"] })).to.equal(false);
      expect(accepts(ajv, bodyOf(path), { type: "letter", count: 3 })).to.equal(false);
      const asked = (type: string, kind: string): boolean =>
        accepts(ajv, bodyOf(path), { type, count: 3, faults: { [kind]: 0.1 } });
      expect(
        ["missing_field", "wrong_type", "null_value", "late"].filter((kind) => !asked("parcel", kind)),
      ).to.deep.equal([]);
      expect(["too_small", "invalid_email"].filter((kind) => asked("parcel", kind))).to.deep.equal([]);
      expect([asked("user", "invalid_email"), asked("user", "null_value")]).to.deep.equal([true, false]);
    }

    const [type] = document.paths["/produce"]?.post?.parameters ?? [];
    expect(type).to.have.deep.nested.property("schema.enum", ["user", "parcel"]);

    expect((await fetch(`${web().url}/api/types/parcel`, { method: "DELETE" })).status).to.equal(204);
    const after = await read();
    expect(Object.keys(after.components.schemas)).not.to.include.members(["Record_parcel"]);
    expect(JSON.stringify(after)).not.to.contain("parcel");
  });

  it("has the newest version of a type", async () => {
    await register({ $id: "ticket", properties: { a: {} } });
    await read();
    await register({ $id: "ticket", properties: { a: {}, b: { type: "boolean" } } });
    expect((await read()).components.schemas.Record_ticket).to.have.nested.property("properties.b");
  });

  it("describes the records that are made, whatever their references", async () => {
    await register({
      $id: "letter",
      required: ["from", "to", "next"],
      properties: {
        from: { $ref: "#/$defs/address" },
        to: { $ref: "#place" },
        next: { anyOf: [{ type: "null" }, { $ref: "#/properties/odd~1name %" }] },
        "odd/name %": { type: "integer", minimum: 7, maximum: 9 },
      },
      $defs: {
        address: {
          $anchor: "place",
          required: ["city"],
          properties: { city: { type: "string", minLength: 1 } },
        },
      },
    });
    const document = await read();
    await expectValid(document);
    const ajv = compilerOf(document);
    const answer = await web().post("/api/generate", { type: "letter", count: 50 });
    const records = (await answer.json()) as Json[];
    expect(records).to.have.length(50);
    for (const record of records) {
      expect(accepts(ajv, "/components/schemas/Record_letter", record)).to.equal(true);
      expect(accepts(ajv, "/components/schemas/Record_letter", { ...record, to: {} })).to.equal(false);
      expect(accepts(ajv, "/components/schemas/Record_letter", { ...record, next: 5 })).to.equal(false);
    }
  });

  it("stays valid with whatever names, values and keywords a definition has", async () => {
    const names = [
      "__proto__",
      "constructor",
      "title",
      "type",
      "$ref",
      "الاسم الكامل",
      "with spaces",
      "~0/~1",
      '"',
      "</script>",
      "discriminator",
      "😀",
      "a\nb",
      "$id",
    ];
    const hostile = JSON.parse(
      `{"$id": "constructor", "discriminator": 5, "xml": [], "externalDocs": "no", "title": "Run",
        "properties": {${names.map((name) => `${JSON.stringify(name)}: {"type": "integer", "minimum": 1, "discriminator": "x", "title": "RunRequest"}`).join(", ")}},
        "required": ${JSON.stringify(names)}}`,
    ) as Json;
    await register(hostile);
    await register({
      $id: "valued",
      properties: {
        a: { const: { title: "Run", type: "object" } },
        b: { enum: [{ deep: [{ $ref: "#/nowhere" }] }, "x"] },
        c: { type: "object", properties: { a: { $ref: "#/$defs/ش ش" } } },
        d: true,
      },
      components: { other: { $ref: "#/nowhere" }, schemas: { a: { $ref: "#/$defs/ش ش" } } },
      unknown: { $ref: "#/nowhere" },
      $defs: { "ش ش": { type: "string", maxLength: 3 } },
    });
    const document = await read();
    await expectValid(document);
    const { schemas } = document.components;
    expect(Object.keys(schemas.Record_constructor?.properties as Json)).to.have.members(names);
    expect(schemas.Record_valued).to.have.nested.property("properties.a.const.title", "Run");
    const ajv = compilerOf(document);
    for (const name of Object.keys(schemas)) ajv.compile({ $ref: `openapi#/components/schemas/${name}` });
    const whole = JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}: 1`).join(", ")}}`);
    expect(accepts(ajv, "/components/schemas/Record_constructor", whole)).to.equal(true);
    expect(accepts(ajv, "/components/schemas/Record_constructor", {})).to.equal(false);
    expect(accepts(ajv, bodyOf("/api/runs"), { type: "constructor", count: 1 })).to.equal(true);
  });
});
