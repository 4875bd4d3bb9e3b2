import { expect } from "chai";
import { expectProblem, webForSuite } from "./web-server.ts";

const html = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

/** Two mistakes, in lines 5 and 6, behind two empty lines that a form must not lose. */
const faulty = `

$id: faulty
properties:
  a: { type: intger }
  b: { type: string, x-generate: { fakr: x } }
`;

describe("The form of a new type", () => {
  const web = webForSuite();

  const page = async (path: string): Promise<string> => (await web().get(path, html)).text();
  /** As a browser sends it: its line breaks are two characters. */
  const send = (
    path: string,
    definition: string,
    headers: Record<string, string> = html,
  ): Promise<Response> =>
    web().post(path, new URLSearchParams({ definition: definition.replaceAll("\n", "\r\n") }).toString(), {
      "Content-Type": "application/x-www-form-urlencoded",
      ...headers,
    });
  const textOf = (source: string): string => source.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  const editorOf = (source: string): string =>
    /<textarea[^>]*>\n([\s\S]*?)<\/textarea>/.exec(source)?.[1] ?? "";

  it("registers what was typed, as it was typed, and leads to the type's page", async () => {
    const definition = "# mine\n$id: typed\nproperties:\n  a: { type: integer }\n";
    const answer = await send("/new-type", definition);
    expect([answer.status, answer.headers.get("location")]).to.deep.equal([
      303,
      "/types/typed?done=registered",
    ]);
    expect(await (await web().get("/api/types/typed")).json()).to.include({
      definition,
      mediaType: "application/yaml",
    });
    expect(await page("/types/typed?done=registered")).to.include("typed is registered, version 1.");
    expect((await send("/new-type", definition)).headers.get("location")).to.equal(
      "/types/typed?done=unchanged",
    );
  });

  it("keeps JSON as JSON, and registers several or none", async () => {
    const both = [
      { $id: "one_of_two", properties: { a: {} } },
      { $id: "two_of_two", properties: { a: {} } },
    ];
    const answer = await send("/new-type", JSON.stringify(both));
    expect(answer.headers.get("location")).to.equal("/types?registered=one_of_two,two_of_two");
    expect(await (await web().get("/api/types/one_of_two")).json()).to.include({
      mediaType: "application/json",
    });
    const refused = await send(
      "/new-type",
      "$id: fine_alone\nproperties: { a: {} }\n---\n$id: user\nproperties: { a: {} }\n",
    );
    expect(refused.status).to.equal(409);
    expect((await web().get("/api/types/fine_alone")).status).to.equal(404);
  });

  it("names each mistake as the API does, with its line, and keeps the text", async () => {
    const api = await web().post("/api/types?dryRun=true", faulty, { "Content-Type": "application/yaml" });
    const { errors = [] } = await expectProblem(api, "invalid-definition");
    expect(errors.map(({ line }) => line)).to.include.members([5, 6]);
    for (const path of ["/new-type", "/new-type/preview"]) {
      const answer = await send(path, faulty);
      expect(answer.status).to.equal(path === "/new-type" ? 400 : 200);
      const source = await answer.text();
      for (const { line, message } of errors) {
        expect(source).to.include(`data-line="${line}"`);
        expect(textOf(source)).to.include(textOf(message.replaceAll('"', "&quot;").replaceAll("<", "&lt;")));
      }
      expect(source).to.include('<bdi dir="ltr">a: { type: intger }</bdi>');
      expect(editorOf(source)).to.equal(faulty);
    }
  });

  it("leads the keyboard to the first mistake only where something was refused", async () => {
    expect(await (await send("/new-type", faulty)).text()).to.match(/<a [^>]*data-line="5"[^>]*autofocus/i);
    expect(await (await send("/new-type/preview", faulty)).text()).to.not.match(/autofocus/i);
  });

  it("shows the records and columns that would come of it, and registers nothing", async () => {
    const definition =
      "$id: predicted\nrequired: [a]\nproperties: { a: { const: certainly }, b: { type: string, format: date } }\n";
    const source = await (await send("/new-type/preview", definition)).text();
    expect(source.match(/<bdi>certainly<\/bdi>/g)).to.have.length(10);
    expect(source).to.match(/<bdi>b<\/bdi>.*?<code>date<\/code>/);
    expect(textOf(source)).to.include("Nothing is wrong. predicted is new.");
    expect((await web().get("/api/types/predicted")).status).to.equal(404);
  });

  it("shows what only the registry refuses, with the records all the same", async () => {
    const taken = "$id: taken\nx-record: { table: users_raw }\nproperties: { a: { const: certainly } }\n";
    const source = await (await send("/new-type/preview", taken)).text();
    expect(textOf(source)).to.include("the table users_raw is that of the type user");
    expect(source).to.include('data-line="2"').and.to.include("<bdi>certainly</bdi>");
  });

  it("shows of a next version the records that its runs will have", async () => {
    const first =
      "$id: grown\nrequired: [a]\nproperties:\n  a: { type: integer, minimum: 0, maximum: 1000000 }\n";
    await send("/new-type", first);
    const next = `${first}  b: { type: integer, minimum: 0, maximum: 1000000 }\n`;
    const predicted = await (await send("/new-type/preview", next)).text();
    expect(textOf(predicted)).to.include("grown gets version 2");
    await send("/new-type", next);
    const made = (await (
      await web().post("/api/generate", { type: "grown", count: 10, seed: 42 })
    ).json()) as { a: number; b?: number }[];
    for (const { a, b = "missing" } of made) expect(textOf(predicted)).to.include(` ${a} ${b} `);
  });

  it("begins with each example, which can be registered as it stands", async () => {
    const drafts = [...(await page("/new-type")).matchAll(/href="\/new-type\?example=([^"]+)"/g)].map(
      ([, id]) => id,
    );
    expect(drafts).to.include.members(["short", "payments"]);
    for (const draft of drafts) {
      const source = await page(`/new-type?example=${draft}`);
      expect(textOf(source), draft).to.include("Nothing is wrong.").and.to.include("is new");
      expect(editorOf(source)).to.include("properties:");
    }
    expect((await web().get("/new-type?example=none", html)).status).to.equal(404);
  });

  it("begins with a registered type, to be changed", async () => {
    await send("/new-type", "$id: changing\nproperties: { a: {} }\n");
    expect(editorOf(await page("/new-type?type=changing"))).to.equal(
      "$id: changing\nproperties: { a: {} }\n",
    );
  });

  it("takes a file as large as the API does, and says so of a larger one", async () => {
    const large = `$id: large\nproperties: { a: { description: "${"é".repeat(150_000)}" } }\n`;
    expect((await send("/new-type/preview", large)).status).to.equal(200);
    const tooLarge = await send("/new-type/preview", `# ${"x".repeat(524_288)}`);
    expect(await tooLarge.text()).to.include("longer than 524,288 bytes");
  });

  it("refuses programs with problem details, and browsers without the page's token", async () => {
    await expectProblem(await send("/new-type", faulty, { Accept: "*/*" }), "invalid-definition");
    await expectProblem(await send("/new-type", "", { Accept: "*/*" }), "invalid-definition");
    const forged = await send("/new-type", faulty, { ...html, Origin: web().url });
    expect(forged.status).to.equal(403);
  });
});
